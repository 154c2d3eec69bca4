"""What a study team does for its public page."""
