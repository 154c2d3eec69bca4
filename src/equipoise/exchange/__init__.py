"""What comes in from other formats and goes out to them, one folder a format."""
