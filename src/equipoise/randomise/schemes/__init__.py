"""The schemes of allocation, one a file: simple, permuted blocks within strata, minimisation."""
