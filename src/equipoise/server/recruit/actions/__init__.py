"""What changes the tables of the public side, one verb a file."""
