"""Serve the site from this machine: what is refused, the processes, and their end."""
