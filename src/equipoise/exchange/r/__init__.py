"""The results as R can recompute them: plain CSV files, the reported figures, and a script that compares."""
