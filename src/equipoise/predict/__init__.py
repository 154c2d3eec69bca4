"""Candidate predictors → validated model: what a landmark sees, what the data carry, the model and its limits."""
