"""What follows from the record by a declared rule, one derivation a file; nothing here knows a disease or a study."""
