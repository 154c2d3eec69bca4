"""Results put into words, tables and figures: one page that opens offline, in both languages."""
