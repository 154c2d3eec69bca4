# Mantel-Haenszel analyses; a row of `rows` is a stratum: x1, n1, x0, n0.

# The 2 x 2 x K array that mantelhaen.test takes.
as_array <- function(rows) {
  array(apply(rows, 1, function(r) c(r[1], r[3], r[2] - r[1], r[4] - r[3])), dim = c(2, 2, nrow(rows)))
}

# Cochran-Mantel-Haenszel test without continuity correction: divisor N - 1 (Mantel and Haenszel 1959).
cmh_statistic <- function(rows) {
  x1 <- rows[, 1]; n1 <- rows[, 2]; x0 <- rows[, 3]; n0 <- rows[, 4]
  n <- n1 + n0
  m <- x1 + x0
  sum(x1 - n1 * m / n)^2 / sum(n1 * n0 * m * (n - m) / (n^2 * (n - 1)))
}

# Odds ratio: mantelhaen.test, variance of Robins, Breslow and Greenland (1986). It wants two strata or more; for one
# the formulas stand here.
mh_odds_ratio <- function(rows, conf) {
  if (nrow(rows) > 1) {
    test <- suppressWarnings(mantelhaen.test(as_array(rows), correct = FALSE, conf.level = conf))
    estimate <- as.numeric(test$estimate)
    limits <- if (is.finite(estimate) && estimate > 0) as.numeric(test$conf.int) else c(NA, NA)
    return(list(estimate = estimate, limits = limits, statistic = as.numeric(test$statistic)))
  }
  cells <- c(rows[1], rows[2] - rows[1], rows[3], rows[4] - rows[3])
  estimate <- cells[1] * cells[4] / (cells[2] * cells[3])
  se <- sqrt(sum(1 / cells))
  limits <- if (all(cells > 0)) estimate * exp(c(-1, 1) * critical(conf) * se) else c(NA, NA)
  list(estimate = estimate, limits = limits, statistic = cmh_statistic(rows))
}

# Risk ratio: variance of Greenland and Robins (1985), Biometrics 41:55.
mh_risk_ratio <- function(rows, conf) {
  x1 <- rows[, 1]; n1 <- rows[, 2]; x0 <- rows[, 3]; n0 <- rows[, 4]
  n <- n1 + n0
  r <- sum(x1 * n0 / n)
  s <- sum(x0 * n1 / n)
  if (r == 0 || s == 0) return(list(estimate = r / s, limits = c(NA, NA)))
  se <- sqrt(sum((n1 * n0 * (x1 + x0) - x1 * x0 * n) / n^2) / (r * s))
  list(estimate = r / s, limits = r / s * exp(c(-1, 1) * critical(conf) * se))
}

# Risk difference: weights n1 n0 / n, variance of Sato, Greenland and Robins (1989), Biometrics 45:1323.
mh_risk_difference <- function(rows, conf) {
  x1 <- rows[, 1]; n1 <- rows[, 2]; x0 <- rows[, 3]; n0 <- rows[, 4]
  n <- n1 + n0
  w <- n1 * n0 / n
  estimate <- sum(w * (x1 / n1 - x0 / n0)) / sum(w)
  p <- (n1^2 * x0 - n0^2 * x1 + n1 * n0 * (n0 - n1) / 2) / n^2
  q <- (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * n)
  se <- sqrt(max(0, estimate * sum(p) + sum(q))) / sum(w)
  # Arms that all succeed or all fail leave no variance: an interval of no width would claim certainty.
  list(estimate = estimate, limits = if (se > 0) estimate + c(-1, 1) * critical(conf) * se else c(NA, NA))
}

# The estimate with its interval; the test is Cochran-Mantel-Haenszel's, z has the sign of the effect.
mantel_haenszel <- function(rows, conf, summary) {
  effect <- switch(summary,
    odds_ratio = mh_odds_ratio(rows, conf),
    risk_ratio = mh_risk_ratio(rows, conf),
    risk_difference = mh_risk_difference(rows, conf)
  )
  statistic <- if (is.null(effect$statistic)) cmh_statistic(rows) else effect$statistic
  above <- effect$estimate >= (if (summary == "risk_difference") 0 else 1)
  z <- if (is.nan(statistic)) NA else sqrt(statistic) * (if (isTRUE(above)) 1 else -1)
  found(effect$estimate, effect$limits[1], effect$limits[2], pchisq(statistic, 1, lower.tail = FALSE), z)
}
mantel_haenszel_how <- function(summary) {
  switch(summary,
    odds_ratio = "mantelhaen.test(correct = FALSE)",
    risk_ratio = "formula of Greenland and Robins 1985; test of Mantel and Haenszel 1959",
    risk_difference = "formula of Sato, Greenland and Robins 1989; test of Mantel and Haenszel 1959"
  )
}
