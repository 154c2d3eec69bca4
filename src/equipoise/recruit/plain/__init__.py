"""Plain words about a study: written by a model, by rule or by a person, and checked the same way each time."""
