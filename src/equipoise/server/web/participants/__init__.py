"""The participants of a study: their list, and one of them as a course in time."""
