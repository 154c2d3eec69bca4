"""The sections of a report, a file each: results in, parts of a page out."""
