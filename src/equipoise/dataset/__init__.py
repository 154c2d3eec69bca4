"""What happened as tables: a history folds into a dataset, which is all that an analysis sees."""
