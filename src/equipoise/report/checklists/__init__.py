"""Checklists as data, filled by rules: an item is done where the report has its content, and says plainly where not."""
