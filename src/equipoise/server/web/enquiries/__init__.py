"""Get in touch."""
