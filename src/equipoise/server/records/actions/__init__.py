"""Every write, one verb a file. Nothing else in the house saves, creates, updates or deletes a row of the records."""
