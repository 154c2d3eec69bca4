"""What is written: the study folder's model, its reader and its checks."""
