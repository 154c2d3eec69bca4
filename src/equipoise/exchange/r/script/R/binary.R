# Proportions and two-arm tables. Arm 1 is the treatment: differences are arm 1 minus arm 0, ratios arm 1 over arm 0.

two_sided <- function(z) 2 * pnorm(-abs(z))
critical <- function(conf) qnorm((1 + conf) / 2)
found <- function(estimate = NA, low = NA, high = NA, p = NA, z = NA) {
  list(estimate = estimate, low = low, high = high, p = p, z = z)
}

# Wilson (1927): prop.test without its continuity correction, which is on by default.
wilson <- function(x, n, conf) as.numeric(suppressWarnings(prop.test(x, n, conf.level = conf, correct = FALSE))$conf.int)

# Newcombe (1998), Statistics in Medicine 17:873, method 10: hybrid of the two Wilson intervals.
newcombe <- function(x1, n1, x0, n0, conf) {
  p1 <- x1 / n1
  p0 <- x0 / n0
  one <- wilson(x1, n1, conf)
  zero <- wilson(x0, n0, conf)
  d <- p1 - p0
  found(d, d - sqrt((p1 - one[1])^2 + (zero[2] - p0)^2), d + sqrt((one[2] - p1)^2 + (p0 - zero[1])^2))
}

# Wald: the difference with unpooled variance; the ratios on the log scale, Katz (1978) and Woolf (1955).
wald_difference <- function(x1, n1, x0, n0, conf) {
  p1 <- x1 / n1
  p0 <- x0 / n0
  d <- p1 - p0
  se <- sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
  if (se == 0) return(found(d))  # an interval of no width would claim certainty
  found(d, d - critical(conf) * se, d + critical(conf) * se, two_sided(d / se), d / se)
}
wald_ratio <- function(x1, n1, x0, n0, conf, odds) {
  cells <- c(x1, n1 - x1, x0, n0 - x0)
  if (if (odds) any(cells == 0) else x1 == 0 || x0 == 0) return(found())
  ratio <- if (odds) cells[1] * cells[4] / (cells[2] * cells[3]) else (x1 / n1) / (x0 / n0)
  se <- if (odds) sqrt(sum(1 / cells)) else sqrt(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0)
  z <- if (se > 0) log(ratio) / se else NA
  found(ratio, ratio * exp(-critical(conf) * se), ratio * exp(critical(conf) * se), two_sided(z), z)
}

# Miettinen and Nurminen (1985), Statistics in Medicine 4:213. The two proportions that are most likely when
# p1 - p0 = d: the root of the derivative of the log likelihood, which falls with p0; at an edge if it does not change
# sign. (The paper solves the cubic in closed form; a root finder needs no such formula.)
most_likely <- function(x1, n1, x0, n0, d) {
  slope <- function(p0) {
    p1 <- p0 + d
    part <- function(count, share) if (count == 0) 0 else count / share
    part(x1, p1) - part(n1 - x1, 1 - p1) + part(x0, p0) - part(n0 - x0, 1 - p0)
  }
  edge <- 1e-13
  low <- max(0, -d) + edge
  high <- min(1, 1 - d) - edge
  p0 <- if (slope(low) <= 0) low - edge
        else if (slope(high) >= 0) high + edge
        else uniroot(slope, c(low, high), tol = 1e-16)$root
  c(p0 + d, p0)
}

# Variance of the weighted difference when the true difference is d in every stratum (a row of `rows` each), with
# the factor N / (N - 1).
score_variance <- function(rows, weight, d) {
  sum(vapply(seq_len(nrow(rows)), function(k) {
    n1 <- rows[k, 2]
    n0 <- rows[k, 4]
    p <- most_likely(rows[k, 1], n1, rows[k, 3], n0, d)
    weight[k]^2 * (p[1] * (1 - p[1]) / n1 + p[2] * (1 - p[2]) / n0) * (n1 + n0) / (n1 + n0 - 1)
  }, 0))
}

score_weights <- function(rows) {
  raw <- rows[, 2] * rows[, 4] / (rows[, 2] + rows[, 4])
  raw / sum(raw)
}

# The score test of no difference, and the interval: all d with |estimate - d| <= z * sqrt(variance under d).
# One row is the unstratified method. The limits are sought from just beside the estimate to the end of [-1, 1].
score_difference <- function(rows, conf) {
  weight <- score_weights(rows)
  estimate <- sum(weight * (rows[, 1] / rows[, 2] - rows[, 3] / rows[, 4]))
  gap <- function(d, side) (d - estimate) - side * critical(conf) * sqrt(score_variance(rows, weight, d))
  limit <- function(side) {
    start <- estimate + side * 1e-10
    if (abs(start) >= 1) return(side)
    if (gap(start, side) * side >= 0) return(estimate)
    uniroot(gap, sort(c(start, side * (1 - 1e-12))), side = side, tol = 1e-15)$root
  }
  variance <- score_variance(rows, weight, 0)
  z <- if (variance > 0) estimate / sqrt(variance) else if (estimate == 0) 0 else sign(estimate) * Inf
  found(estimate, limit(-1), limit(1), two_sided(z), z)
}

# Their intervals of the risk ratio and of the odds ratio; both with N / (N - 1). The proportions that are most likely
# under a given ratio are roots of a quadratic.
score_ratio <- function(x1, n1, x0, n0, conf, odds) {
  correction <- (n1 + n0) / (n1 + n0 - 1)
  statistic <- function(log_ratio) {
    r <- exp(log_ratio)
    if (odds) {
      a <- n0 * (r - 1)
      b <- n1 * r + n0 - (x1 + x0) * (r - 1)
      p0 <- if (abs(a) < 1e-12) (x1 + x0) / b else (-b + sqrt(b^2 + 4 * a * (x1 + x0))) / (2 * a)
      p1 <- r * p0 / (1 + p0 * (r - 1))
      (x1 - n1 * p1) / sqrt(correction / (1 / (n1 * p1 * (1 - p1)) + 1 / (n0 * p0 * (1 - p0))))
    } else {
      a <- (n1 + n0) * r
      b <- n1 * r + x1 + n0 + x0 * r
      p0 <- (b - sqrt(b^2 - 4 * a * (x1 + x0))) / (2 * a)
      p1 <- r * p0
      (x1 / n1 - r * x0 / n0) / sqrt(correction * (p1 * (1 - p1) / n1 + r^2 * p0 * (1 - p0) / n0))
    }
  }
  odds_of <- function(x, n) x / (n - x)
  estimate <- if (odds) odds_of(x1, n1) / odds_of(x0, n0) else (x1 / n1) / (x0 / n0)
  limit <- function(target, start) {
    gap <- function(log_ratio) statistic(log_ratio) - target
    exp(uniroot(gap, start + c(-1, 1), extendInt = "downX", tol = 1e-14)$root)
  }
  start <- if (is.finite(estimate) && estimate > 0) log(estimate) else 0
  none_low <- x1 == 0 || (odds && x0 == n0)
  none_high <- x0 == 0 || (odds && x1 == n1)
  test <- score_difference(cbind(x1, n1, x0, n0), conf)
  found(
    estimate, if (none_low) 0 else limit(critical(conf), start), if (none_high) Inf else limit(-critical(conf), start),
    test$p, test$z
  )
}

recompute_binary <- function(a, people, at) {
  table <- counts_of(people)
  x1 <- table[1]; n1 <- table[2]; x0 <- table[3]; n0 <- table[4]
  conf <- as.numeric(a$confidence)
  odds <- a$summary == "odds_ratio"
  switch(a$method,
    miettinen_nurminen = if (a$summary != "risk_difference")
      c(score_ratio(x1, n1, x0, n0, conf, odds), how = "uniroot on the score statistic (Miettinen-Nurminen 1985)")
    else if (length(listed(a$strata)))
      c(score_difference(pooled_strata(a, people), conf), how = "uniroot on the stratified score statistic (Miettinen-Nurminen 1985)")
    else
      c(score_difference(cbind(x1, n1, x0, n0), conf), how = "uniroot on the score statistic (Miettinen-Nurminen 1985)"),
    newcombe = c(newcombe(x1, n1, x0, n0, conf), how = "two prop.test(correct = FALSE) (Newcombe 1998, method 10)"),
    wald = if (a$summary == "risk_difference")
      c(wald_difference(x1, n1, x0, n0, conf), how = "Wald formula")
    else
      c(wald_ratio(x1, n1, x0, n0, conf, odds), how = "formulas of Katz 1978, Woolf 1955"),
    fisher = c(fisher(x1, n1, x0, n0, conf), how = "fisher.test; conditional likelihood by uniroot"),
    cmh = c(mantel_haenszel(pooled_strata(a, people), conf, "odds_ratio"), how = "mantelhaen.test(correct = FALSE)"),
    mantel_haenszel = c(mantel_haenszel(pooled_strata(a, people), conf, a$summary), how = mantel_haenszel_how(a$summary)),
    wilson = c(found(), how = ""),
    multiple_imputation = recompute_imputed(a, people, at),
    tipping_point = recompute_tipping(a, people, at),
    re_randomisation = recompute_rerandomised(a, people, at),
    logistic = recompute_logistic(a, people, at)
  )
}
