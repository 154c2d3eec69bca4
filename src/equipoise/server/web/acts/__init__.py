"""What is done on a page: allocate, unblind, take the results, verify."""
