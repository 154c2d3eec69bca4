"""Find a study."""
