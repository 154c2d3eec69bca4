recompute_safety <- function() invisible()
