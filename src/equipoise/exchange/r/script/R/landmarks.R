recompute_landmarks <- function() invisible()
