# Times to events: package survival.
#: analyses[].arms[].median analyses[].arms[].median_low analyses[].arms[].median_high analyses[].curves[].time[]
#: analyses[].curves[].survival[] analyses[].curves[].low[] analyses[].curves[].high[] analyses[].curves[].risk_time[]
#: analyses[].curves[].at_risk[]

has_survival <- requireNamespace("survival", quietly = TRUE)
if (has_survival) {
  library(survival)
} else {
  needing <- analyses$kind == "time_to_event" | analyses$method == "censored_normal"
  for (index in analyses$index[needing]) cannot(sprintf("analyses[%s].", index), "the package survival is not installed")
}

# The Kaplan-Meier curve of an arm. survfit's limits are on the log scale unless told otherwise; these are log-log
# (Kalbfleisch and Prentice 1980). Where survival is 0 there are none. Our curve lists the times of events, survfit also
# those of censorings. The median is where the curve comes to 1/2, the middle of a flat stretch that lies on it.
recompute_curve <- function(a, people, own, arm_key, curve_key) {
  if (!has_survival) return(invisible())
  fit <- survfit(Surv(time, status == "event") ~ 1, data = own, conf.type = "log-log", conf.int = as.numeric(a$confidence))
  median <- quantile(fit, 0.5)
  how <- "survfit(conf.type = \"log-log\")"
  figure(arm_key(c("median", "median_low", "median_high")), unlist(median), paste("quantile of", how))
  step <- fit$n.event > 0
  put <- function(name, first, values) {
    figure(sprintf("%s[%d]", curve_key(name), places(1 + sum(step))), c(first, values[step]), how)
  }
  put("time", 0, fit$time)
  put("survival", 1, fit$surv)
  put("low", 1, fit$lower)
  put("high", 1, fit$upper)
  # Numbers at risk at round times: from 0 in steps of 1, 2 or 5 times a power of ten, at most nine of them.
  longest <- max(people$time)
  grid <- 0
  if (longest > 0) {
    candidates <- as.vector(outer(c(1, 2, 5, 10), 10^floor(log10(longest / 8))))
    grid <- seq(0, longest, by = min(candidates[candidates >= longest / 8]))
  }
  figure(sprintf("%s[%d]", curve_key("risk_time"), places(length(grid))), grid, "round times")
  at_risk <- vapply(grid, function(t) sum(own$time >= t), 0)
  figure(sprintf("%s[%d]", curve_key("at_risk"), places(length(grid))), at_risk, "count of times not before")
}

recompute_time <- function(a, people, at) {
  if (!has_survival || a$method == "kaplan_meier") return(c(found(), how = ""))
  if (a$method == "cumulative_incidence") return(recompute_incidence(a, people, at))
  people$event <- as.integer(people$status == "event")
  people$stratum <- if (length(listed(a$strata))) droplevels(stratum_of(a, people)) else factor("all")
  if (a$method == "log_rank") return(log_rank(people))
  cox(people, as.numeric(a$confidence))
}

# Log-rank test (Mantel 1966), survdiff with rho = 0: z is positive where the treatment has more events than expected.
log_rank <- function(people) {
  test <- survdiff(Surv(time, event) ~ treated + strata(stratum), data = people)
  observed <- if (is.matrix(test$obs)) rowSums(test$obs) else test$obs
  expected <- if (is.matrix(test$exp)) rowSums(test$exp) else test$exp
  z <- (observed[2] - expected[2]) / sqrt(test$var[2, 2])
  c(found(p = pchisq(test$chisq, 1, lower.tail = FALSE), z = z), how = "survdiff")
}

# Cox model (1972), ties by Efron, each stratum its own baseline hazard; iterated to the end. Where an arm has no event
# the likelihood has no maximum: coxph says so, and there is no estimate.
cox <- function(people, conf) {
  converged <- TRUE
  fit <- withCallingHandlers(
    coxph(Surv(time, event) ~ treated + strata(stratum), data = people, ties = "efron",
          control = coxph.control(eps = 1e-14, iter.max = 100, toler.inf = 1e-6)),
    warning = function(w) {
      if (grepl("infinite", conditionMessage(w))) converged <<- FALSE
      invokeRestart("muffleWarning")
    }
  )
  if (!converged) return(c(found(), how = "coxph"))
  b <- as.numeric(coef(fit))
  se <- sqrt(as.numeric(vcov(fit)))
  limits <- exp(b + c(-1, 1) * critical(conf) * se)
  c(found(exp(b), limits[1], limits[2], two_sided(b / se), b / se), how = "coxph(ties = \"efron\")")
}
