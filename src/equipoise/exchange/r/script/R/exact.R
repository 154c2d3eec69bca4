# Fisher's exact test, and the power of a design by enumeration of all its tables.
#: power[].miettinen_nurminen power[].fisher power[].n_treatment power[].n_control

# The p-value is fisher.test's. Its odds ratio and limits are exact only to about 1e-4, so they are solved here from
# the same definition: given the margins, x1 has the non-central hypergeometric distribution with odds ratio r; the
# estimate makes x1 its mean, the limits make P(X >= x1) and P(X <= x1) half of 1 - conf.
fisher <- function(x1, n1, x0, n0, conf) {
  m <- x1 + x0
  support <- max(0, m - n0):min(n1, m)
  chance <- function(log_ratio) {
    weight <- lchoose(n1, support) + lchoose(n0, m - support) + support * log_ratio
    exp(weight - max(weight)) / sum(exp(weight - max(weight)))
  }
  solve <- function(gap) exp(uniroot(gap, c(-1, 1), extendInt = "upX", tol = 1e-14)$root)
  test <- fisher.test(matrix(c(x1, n1 - x1, x0, n0 - x0), 2), conf.int = FALSE)
  # Where only one table is possible no odds ratio is defined; fisher.test says 0, from 0 to infinity.
  if (length(support) == 1) return(found(p = test$p.value))
  at_start <- x1 == min(support)
  at_end <- x1 == max(support)
  tail <- (1 - conf) / 2
  found(
    estimate = if (at_start) 0 else if (at_end) Inf
               else solve(function(t) sum(support * chance(t)) - x1),
    low = if (at_start) 0 else solve(function(t) sum(chance(t)[support >= x1]) - tail),
    high = if (at_end) Inf else solve(function(t) tail - sum(chance(t)[support <= x1])),
    p = test$p.value
  )
}

# Two-sided p-value of Fisher's test for every table: rows x1 = 0..n1, columns x0 = 0..n0. As fisher.test does it, tables
# count as no more likely within a relative 1e-7.
fisher_p_values <- function(n1, n0) {
  p <- matrix(1, n1 + 1, n0 + 1)
  for (m in 0:(n1 + n0)) {
    x1 <- max(0, m - n0):min(n1, m)
    d <- dhyper(x1, n1, n0, m)
    p[cbind(x1 + 1, m - x1 + 1)] <- vapply(d, function(one) sum(d[d <= one * (1 + 1e-7)]), 0)
  }
  pmin(1, p)
}

# The score statistic of no difference for every table: at d = 0 the most likely common proportion is the pooled one.
score_statistics <- function(n1, n0) {
  x1 <- row(matrix(0, n1 + 1, n0 + 1)) - 1
  x0 <- col(matrix(0, n1 + 1, n0 + 1)) - 1
  n <- n1 + n0
  pooled <- (x1 + x0) / n
  z <- (x1 / n1 - x0 / n0) / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0) * n / (n - 1))
  z[is.nan(z)] <- 0
  z
}

# The chance that a test rejects: the binomial probabilities of the tables that it rejects. Who drops out counts as a
# failure, so that a success proportion p becomes p (1 - drop-out).
recompute_power <- function() {
  tests <- list()
  for (id in ids_of("power")) {
    value <- function(name) as.numeric(declared("power", id, name))
    n1 <- value("n_treatment")
    n0 <- value("n_control")
    size <- paste(n1, n0)
    if (is.null(tests[[size]])) tests[[size]] <- list(z = score_statistics(n1, n0), p = fisher_p_values(n1, n0))
    chance <- outer(
      dbinom(0:n1, n1, value("treatment") * (1 - value("dropout"))),
      dbinom(0:n0, n0, value("control") * (1 - value("dropout")))
    )
    at <- function(name) sprintf("power[%s].%s", id, name)
    how <- "dbinom over all tables"
    figure(at("miettinen_nurminen"), sum(chance[abs(tests[[size]]$z) >= qnorm(1 - value("alpha") / 2)]), how)
    figure(at("fisher"), sum(chance[tests[[size]]$p <= value("alpha") * (1 + 1e-12)]), how)
    # The planned sizes: the enrolment, shared by the ratio of the arms.
    planned <- function(arm) {
      ratio <- vapply(arms, function(one) as.numeric(declared("arm", one, "ratio")), 0)
      floor(as.numeric(declared("study", "study", "enrolment")) * ratio[[arm]] / sum(ratio))
    }
    figure(at("n_treatment"), planned(declared("power", id, "treatment_arm")), "enrolment x ratio")
    figure(at("n_control"), planned(declared("power", id, "control_arm")), "enrolment x ratio")
  }
}
