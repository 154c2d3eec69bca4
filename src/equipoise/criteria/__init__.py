"""One expression language for eligibility, form branching, edit checks, derived variables and endpoint rules."""
