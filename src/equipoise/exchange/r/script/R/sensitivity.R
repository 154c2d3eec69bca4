# Sensitivity and supportive analyses of a binary endpoint.
#: analyses[].detail.estimates[] analyses[].detail.variances[] analyses[].detail.within analyses[].detail.between
#: analyses[].detail.df analyses[].detail.missing_information analyses[].detail.filled analyses[].detail.shares[]
#: analyses[].detail.treatment analyses[].detail.versus analyses[].detail.estimate[][] analyses[].detail.p[][]
#: analyses[].detail.differing analyses[].detail.turns[] analyses[].detail.observed analyses[].detail.as_extreme
#: analyses[].detail.statistics[] analyses[].detail.log_likelihood analyses[].detail.terms[].coefficient
#: analyses[].detail.terms[].se analyses[].detail.terms[].low analyses[].detail.terms[].high
#: analyses[].detail.terms[].p

imputed <- read_table("imputed.csv")            # a row a draw and person: the outcome that was imputed
rerandomised <- read_table("rerandomised.csv")  # a row a draw: 1 (treatment) or 0 for each person, by place
known_before <- read_table("covariates.csv")    # a row a value that was measured on or before the day of allocation

# Multiple imputation. The draws are taken as they are: a random number cannot be recomputed, all that follows can. In
# each completed dataset the stratified difference with weights n1 n0 / (n1 + n0) and its Wald variance; pooled by
# Rubin's rules (1987) with the degrees of freedom of Barnard and Rubin (1999), Biometrika 86:948, as mice::pool.scalar
# does, the complete data having N - 2 strata of them.
recompute_imputed <- function(a, people, at) {
  how <- "formulas of Rubin 1987, Barnard and Rubin 1999, from the imputed draws"
  conf <- as.numeric(a$confidence)
  difference <- function(rows) {
    w <- score_weights(rows)
    p1 <- rows[, 1] / rows[, 2]
    p0 <- rows[, 3] / rows[, 4]
    c(sum(w * (p1 - p0)), sum(w^2 * (p1 * (1 - p1) / rows[, 2] + p0 * (1 - p0) / rows[, 4])))
  }
  if (!any(people$status == "missing")) {
    one <- difference(pooled_strata(a, people))
    if (one[2] == 0) return(c(found(one[1]), how = how))
    z <- one[1] / sqrt(one[2])
    limits <- one[1] + c(-1, 1) * critical(conf) * sqrt(one[2])
    return(c(found(one[1], limits[1], limits[2], two_sided(z), z), how = "Wald formula: nobody is missing"))
  }
  own <- imputed[imputed$analysis == a$id, ]
  if (!nrow(own)) return(c(found(), how = how))
  draws <- split(own, as.numeric(own$draw))
  stratum <- stratum_of(a, people)
  each <- vapply(draws, function(draw) {
    here <- people
    filled <- match(draw$participant, here$participant)
    stopifnot(here$status[filled] == "missing", sum(here$status == "missing") == length(filled))
    here$status[filled] <- ifelse(draw$success == "1", "success", "failure")
    one <- here$treated == 1
    c(difference(pooled_rows(a, counts_by_stratum(here, stratum))), mean(success(here)[one]), mean(success(here)[!one]))
  }, numeric(4))
  m <- ncol(each)
  put <- function(name, value) figure(at("detail.%s", name), value, how)
  put(sprintf("estimates[%d]", places(m)), each[1, ])
  put(sprintf("variances[%d]", places(m)), each[2, ])
  put(c("shares[0]", "shares[1]"), rowMeans(each)[3:4])
  for (j in 0:1) {
    if (any(people$status == "missing" & people$treated == 1 - j)) {
      figure(at("arms[%d].proportion", j), rowMeans(each)[3 + j], how)
    }
  }
  put("filled", covariates_of(a, people)$filled)
  estimate <- mean(each[1, ])
  within <- mean(each[2, ])
  between <- var(each[1, ])
  put("within", within)
  put("between", between)
  if (any(each[2, ] == 0)) return(c(found(estimate), how = how))
  total <- within + (1 + 1 / m) * between
  share <- max((1 + 1 / m) * between / total, 1e-4)  # the floor keeps the degrees of freedom finite
  complete <- max(1, nrow(people) - 2 * nrow(pooled_strata(a, people)))
  old <- (m - 1) / share^2
  observed <- (complete + 1) / (complete + 3) * complete * (1 - share)
  df <- old * observed / (old + observed)
  increase <- (1 + 1 / m) * between / within
  put("df", df)
  put("missing_information", (increase + 2 / (df + 3)) / (increase + 1))
  t <- estimate / sqrt(total)
  half <- qt((1 + conf) / 2, df) * sqrt(total)
  c(found(estimate, estimate - half, estimate + half, 2 * pt(-abs(t), df), t), how = how)
}

# The tipping point: for every number of successes among those without an outcome the unstratified score test (Yan, Lee
# and Li 2009). Row i: i successes among those of the treatment; column j: j among those of its comparator.
recompute_tipping <- function(a, people, at) {
  how <- "score statistic of Miettinen and Nurminen for every cell"
  table <- counts_of(people)
  x1 <- table[1]; n1 <- table[2]; x0 <- table[3]; n0 <- table[4]
  m1 <- sum(people$status == "missing" & people$treated == 1)
  m0 <- sum(people$status == "missing" & people$treated == 0)
  i <- row(matrix(0, m1 + 1, m0 + 1)) - 1
  j <- col(matrix(0, m1 + 1, m0 + 1)) - 1
  estimate <- (x1 + i) / n1 - (x0 + j) / n0
  p <- two_sided(score_statistics(n1, n0)[cbind(c(x1 + i + 1), c(x0 + j + 1))])
  cell <- sprintf("[%d][%d]", c(i), c(j))
  figure(at("detail.%s", c("treatment", "versus")), c(m1, m0), "count")
  figure(at("detail.estimate%s", cell), c(estimate), how)
  figure(at("detail.p%s", cell), p, how)
  # Conclusions: no difference shown, or a difference in one direction. The nearest cell with another conclusion than
  # (0, 0), by the number of people; of equally near ones that with the fewest successes in the treatment.
  conclusion <- ifelse(p >= as.numeric(a$alpha), 0, sign(c(estimate)))
  other <- conclusion != conclusion[1]
  figure(at("detail.differing"), sum(other), how)
  if (any(other)) {
    nearest <- order(!other, c(i + j), c(i))[1]
    figure(at("detail.turns[%d]", 0:1), c(c(i)[nearest], c(j)[nearest]), how)
  }
  c(score_difference(cbind(x1, n1, x0, n0), as.numeric(a$confidence)), how = how)
}

# The re-randomisation test. The allocations are taken as they were drawn; the statistic of each is computed here: the
# stratified score statistic of no difference, strata with an empty arm pooled anew in each.
# p = (1 + as extreme) / (1 + draws): Phipson and Smyth (2010).
recompute_rerandomised <- function(a, people, at) {
  how <- "stratified score statistic of every exported allocation"
  own <- rerandomised[rerandomised$analysis == a$id, ]
  stratum <- stratum_of(a, people)
  statistic <- function(treated) {
    here <- people
    here$treated <- treated
    if (length(unique(treated)) < 2) return(0)
    rows <- pooled_rows(a, counts_by_stratum(here, stratum))
    w <- score_weights(rows)
    n <- rows[, 2] + rows[, 4]
    pooled <- (rows[, 1] + rows[, 3]) / n
    variance <- sum(w^2 * pooled * (1 - pooled) * (1 / rows[, 2] + 1 / rows[, 4]) * n / (n - 1))
    if (variance > 0) sum(w * (rows[, 1] / rows[, 2] - rows[, 3] / rows[, 4])) / sqrt(variance) else 0
  }
  observed <- statistic(people$treated)
  drawn <- vapply(strsplit(own$arms, ""), function(one) statistic(as.integer(one[people$place])), 0)
  extreme <- sum(abs(drawn) >= abs(observed) - 1e-9)  # equal but for rounding is as extreme
  figure(at("detail.observed"), observed, how)
  figure(at("detail.statistics[%d]", places(length(drawn))), drawn, how)
  figure(at("detail.as_extreme"), extreme, how)
  c(found(p = (1 + extreme) / (1 + length(drawn)), z = observed), how = how)
}

# The columns of a model beside its constant and the arm: factors and coded variables as indicators of each level but
# the first that somebody has, numbers as they are ("<2" at 2). What is not known at allocation stands at the mean of
# those who are known (White and Thompson 2005). Columns that are constant, or follow from the arm and the columns before
# them, are left out: those that qr() puts aside.
covariates_of <- function(a, people) {
  columns <- list()
  for (name in listed(a$adjust)) {
    values <- known_at_allocation(name, people$participant)
    levels <- listed(declared("covariate", name, "levels"))
    if (!length(levels)) {
      columns[[name]] <- as.numeric(values)
      next
    }
    present <- levels[levels %in% values]
    for (level in present[-1]) {
      columns[[paste0(name, "=", level)]] <- ifelse(values %in% present, as.numeric(values == level), NA)
    }
  }
  x <- matrix(as.numeric(unlist(columns)), nrow(people), length(columns), dimnames = list(NULL, names(columns)))
  filled <- sum(rowSums(is.na(x)) > 0)
  for (k in seq_len(ncol(x))) x[is.na(x[, k]), k] <- if (all(is.na(x[, k]))) 0 else mean(x[, k], na.rm = TRUE)
  if (ncol(x)) {
    decomposed <- qr(cbind(1, people$treated, x), tol = 1e-8)
    kept <- sort(decomposed$pivot[seq_len(decomposed$rank)])
    x <- x[, kept[kept > 2] - 2, drop = FALSE]
  }
  list(x = x, filled = filled)
}

# Factors from the allocation, what is derived from the participants, other variables as the last value by then.
known_at_allocation <- function(name, who) {
  source <- declared("covariate", name, "from")
  values <- if (source == "measured") {
    own <- known_before[known_before$variable == name & !is.na(known_before$value), ]
    own <- own[!own$value %in% c("unknown", "declined"), ]
    own <- own[!duplicated(own$participant, fromLast = TRUE), ]
    own$value[match(who, own$participant)]
  } else {
    participants[[source]][match(who, participants$participant)]
  }
  ifelse(values %in% c("unknown", "declined"), NA, values)
}

# Logistic regression: glm(family = binomial), iterated to the end. The shares are the mean predictions with everybody
# in one arm and in the other; their variance is that of the influence functions (FDA 2023; Ye and others 2023), which is
# what riskRegression::ate gives.
recompute_logistic <- function(a, people, at) {
  how <- "glm(family = binomial), then the formulas of Ye and others 2023"
  conf <- as.numeric(a$confidence)
  covariates <- covariates_of(a, people)
  x <- cbind(constant = 1, treatment = people$treated, covariates$x)
  y <- success(people)
  trouble <- FALSE
  fit <- withCallingHandlers(
    glm.fit(x, y, family = binomial(), control = glm.control(epsilon = 1e-13, maxit = 100)),
    warning = function(w) {
      trouble <<- TRUE
      invokeRestart("muffleWarning")
    }
  )
  if (trouble) return(c(found(), how = how))  # the covariates separate: no maximum
  b <- fit$coefficients
  fitted <- plogis(as.vector(x %*% b))
  vcov <- solve(t(x) %*% (x * (fitted * (1 - fitted))))
  se <- sqrt(diag(vcov))
  for (k in seq_along(b)) {
    values <- c(b[k], se[k], b[k] + c(-1, 1) * critical(conf) * se[k], two_sided(b[k] / se[k]))
    figure(at("detail.terms[%d].%s", k - 1, c("coefficient", "se", "low", "high", "p")), values, how, 1e-8)
  }
  figure(at("detail.log_likelihood"), sum(dbinom(y, 1, fitted, log = TRUE)), how)
  figure(at("detail.filled"), covariates$filled, "count")
  n <- length(y)
  arm <- lapply(c(1, 0), function(value) {
    everybody <- x
    everybody[, "treatment"] <- value
    risk <- plogis(as.vector(everybody %*% b))
    slope <- colMeans(everybody * (risk * (1 - risk)))
    influence <- risk - mean(risk) + n * as.vector((x * (y - fitted)) %*% vcov %*% slope)
    list(risk = mean(risk), influence = influence)
  })
  p1 <- arm[[1]]$risk
  p0 <- arm[[2]]$risk
  figure(at("detail.%s", c("treatment", "versus")), c(p1, p0), how)
  se_of <- function(influence) sqrt(sum(influence^2)) / n
  if (a$summary == "odds_ratio") {
    log_ratio <- qlogis(p1) - qlogis(p0)
    se <- se_of(arm[[1]]$influence / (p1 * (1 - p1)) - arm[[2]]$influence / (p0 * (1 - p0)))
    limits <- exp(log_ratio + c(-1, 1) * critical(conf) * se)
    return(c(found(exp(log_ratio), limits[1], limits[2], two_sided(log_ratio / se), log_ratio / se), how = how))
  }
  d <- p1 - p0
  se <- se_of(arm[[1]]$influence - arm[[2]]$influence)
  c(found(d, d - critical(conf) * se, d + critical(conf) * se, two_sided(d / se), d / se), how = how)
}
