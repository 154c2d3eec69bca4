# Continuous endpoints.
#: analyses[].arms[].bounded analyses[].arms[].mean analyses[].arms[].sd analyses[].arms[].geometric_mean
#: analyses[].detail.scale

# A mean, a standard deviation and a geometric mean only where every value is known and none is a bound.
recompute_means <- function(a, own, here) {
  values <- own$value[!is.na(own$value)]
  bounded <- sum(is.na(own$value))
  figure(here("bounded"), bounded, "count")
  if (bounded || !length(values)) return(invisible())
  figure(here("mean"), mean(values), "mean")
  if (length(values) > 1) figure(here("sd"), sd(values), "sd")
  if (a$scale %in% "log10" && min(values) > 0) figure(here("geometric_mean"), exp(mean(log(values))), "exp(mean(log))")
}

recompute_continuous <- function(a, people, at) {
  if (a$method == "censored_normal") recompute_censored_normal(a, people, at) else recompute_welch(a, people)
}

# Difference in means: t.test, which is Welch's (1947) unless told otherwise.
recompute_welch <- function(a, people) {
  one <- people$value[people$treated == 1 & !is.na(people$value)]
  zero <- people$value[people$treated == 0 & !is.na(people$value)]
  if (min(length(one), length(zero)) < 2 || (sd(one) == 0 && sd(zero) == 0)) return(c(found(), how = "t.test"))
  test <- t.test(one, zero, conf.level = as.numeric(a$confidence))
  c(found(mean(one) - mean(zero), test$conf.int[1], test$conf.int[2], test$p.value, test$statistic), how = "t.test")
}

# Values of which some are known by a bound alone ("<2"): survreg(dist = "gaussian"), on log10 of the value where the
# endpoint's scale is that; then the difference becomes a ratio of geometric means. Tobin (1958), Econometrica 26:24.
recompute_censored_normal <- function(a, people, at) {
  how <- "survreg(dist = \"gaussian\")"
  if (!has_survival) return(c(found(), how = how))
  conf <- as.numeric(a$confidence)
  on_log <- a$scale %in% "log10"
  scaled <- function(x) if (on_log) ifelse(is.na(x) | x <= 0, NA, log10(pmax(x, 1e-300))) else x
  low <- scaled(ifelse(is.na(people$value), people$left, people$value))
  high <- scaled(ifelse(is.na(people$value), people$right, people$value))
  covariates <- covariates_of(a, people)
  x <- cbind(constant = 1, treatment = people$treated, covariates$x)
  telling <- !without_end(x, low, high)
  columns <- determined_columns(x[telling, , drop = FALSE])
  if (!length(columns)) return(c(found(), how = how))
  trouble <- FALSE
  fit <- withCallingHandlers(
    survreg(Surv(low, high, type = "interval2")[telling] ~ 0 + x[telling, columns, drop = FALSE], dist = "gaussian",
            control = survreg.control(rel.tolerance = 1e-12, maxiter = 500)),
    warning = function(w) {
      trouble <<- TRUE
      invokeRestart("muffleWarning")
    }
  )
  b <- se <- rep(NA_real_, ncol(x))
  b[columns] <- unname(coef(fit))
  se[columns] <- unname(sqrt(diag(vcov(fit))))[seq_along(columns)]
  # No spread to estimate: survreg warns, or gives a standard error of nothing or one that is out of all proportion.
  if (trouble || anyNA(b[columns]) || anyNA(se[columns]) || any(se[columns] == 0) || any(se[columns] > 1000 * fit$scale))
    return(c(found(), how = how))
  # The other coefficients have an estimate only where the responses that are left determine them.
  rank <- qr(x[telling, , drop = FALSE])$rank
  for (k in columns) {
    if (qr(rbind(x[telling, , drop = FALSE], diag(ncol(x))[k, ]))$rank > rank) b[k] <- se[k] <- NA
  }
  if (is.na(b[2])) return(c(found(), how = how))
  for (k in which(!is.na(b))) {
    values <- c(b[k], se[k], b[k] + c(-1, 1) * critical(conf) * se[k], two_sided(b[k] / se[k]))
    figure(at("detail.terms[%d].%s", k - 1, c("coefficient", "se", "low", "high", "p")), values, how, 1e-7)
  }
  figure(at("detail.log_likelihood"), fit$loglik[2], how)
  figure(at("detail.scale"), fit$scale, how, 1e-7)
  figure(at("detail.filled"), covariates$filled, "count")
  # What the model gives everybody in one arm and in the other: the mean, or the geometric mean.
  for (treated in if (anyNA(b)) integer(0) else 1:0) {
    level <- mean(drop(replace(x, cbind(seq_len(nrow(x)), 2), treated) %*% b))
    figure(at(if (treated) "detail.treatment" else "detail.versus"), if (on_log) 10^level else level, how, 1e-7)
  }
  limits <- b[2] + c(-1, 0, 1) * critical(conf) * se[2]
  if (on_log) limits <- 10^limits
  c(found(limits[2], limits[1], limits[3], two_sided(b[2] / se[2]), b[2] / se[2]), how = how, tolerance = 1e-7)
}

# Of which responses the probability can go to 1 while that of no other falls, as of a level whose responses are all
# below a limit: then the likelihood has no maximum along some coefficients. Directions that leave the mean of every
# response with two bounds where it is are a null space; within it, a logistic regression in which all responses with
# one bound "succeed" has fitted shares of 1 for just those (it is its own separation).
without_end <- function(x, low, high) {
  both <- !is.na(low) & !is.na(high)
  one <- which(xor(is.na(low), is.na(high)))
  x <- sweep(x, 2, apply(abs(x), 2, max), "/")
  free <- if (any(both)) {
    parts <- svd(x[both, , drop = FALSE], nv = ncol(x))
    parts$v[, seq_len(ncol(x)) > sum(parts$d > 1e-9 * parts$d[1]), drop = FALSE]
  } else diag(ncol(x))
  moved <- rep(FALSE, nrow(x))
  if (!length(one) || !ncol(free)) return(moved)
  away <- (x[one, , drop = FALSE] %*% free) * ifelse(is.na(high[one]), 1, -1)
  away[abs(away) < 1e-9] <- 0
  fit <- suppressWarnings(glm.fit(away, rep(1, length(one)), family = binomial(), intercept = FALSE,
                                  control = glm.control(epsilon = 1e-14, maxit = 200)))
  moved[one] <- fit$linear.predictors > 10
  moved
}

# The columns that those before them do not determine.
determined_columns <- function(x) {
  kept <- integer(0)
  for (k in seq_len(ncol(x))) if (nrow(x) && qr(x[, c(kept, k), drop = FALSE])$rank > length(kept)) kept <- c(kept, k)
  kept
}
