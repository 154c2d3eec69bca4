"""The study as a value: everything that a study folder states, frozen once it has been read."""
