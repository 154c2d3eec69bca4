"""Be notified of other trials."""
