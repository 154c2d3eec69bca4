"""The house on the web: the only room that knows Django."""
