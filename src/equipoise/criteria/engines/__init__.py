"""Two engines for one language: `in_memory` decides a person and is the reference, `polars` decides a million."""
