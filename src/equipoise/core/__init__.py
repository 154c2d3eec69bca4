"""What every room speaks: problems, words, dates, quantities, canonical JSON, identifiers, sealed values."""
