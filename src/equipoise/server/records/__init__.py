"""Every table of the trial: the history, what is projected from it, and what stands apart."""
