"""From a dataset to numbers: what the study declares, estimated, each with the recipe that made it."""
