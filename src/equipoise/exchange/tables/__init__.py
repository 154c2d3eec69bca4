"""Tables: people to screen, the tables of a published trial, a dataset's way out."""
