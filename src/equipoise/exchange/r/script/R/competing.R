# Cumulative incidence of an event where others compete: Aalen and Johansen (1978).
#: analyses[].detail.incidences[].events analyses[].detail.incidences[].time[]
#: analyses[].detail.incidences[].incidence[] analyses[].detail.incidences[].low[]
#: analyses[].detail.incidences[].high[] analyses[].detail.incidences[].at[].estimate
#: analyses[].detail.incidences[].at[].low analyses[].detail.incidences[].at[].high

# The incidence is survfit's multi-state estimate. survfit gives the infinitesimal jackknife as its variance; the report
# has that of Aalen (1978), which cmprsk::cuminc gives: the events of the kind, and those of all others together, each
# with their hypergeometric variance. It is written out here. Limits on the log-log scale (Choudhury 2002).
recompute_incidence <- function(a, people, at) {
  how <- "survfit, multi-state"
  if (!has_survival) return(c(found(), how = how))
  competing <- listed(a$competing)
  cause <- ifelse(people$status == "event", 1, 1 + match(people$reason, competing, nomatch = 0))
  cause[people$status != "event" & !people$reason %in% competing] <- 0
  curve <- 0
  for (j in 0:1) for (of in seq_len(1 + length(competing))) {
    if (of > 1 && !any(cause == of)) next
    own <- people$treated == 1 - j
    here <- function(name) at("detail.incidences[%d].%s", curve, name)
    recompute_one_incidence(a, people$time[own], cause[own], of, here)
    curve <- curve + 1
  }
  c(found(), how = how)
}

recompute_one_incidence <- function(a, time, cause, of, here) {
  kinds <- factor(cause, levels = 0:max(2, cause, of))  # survfit wants two kinds of event or more
  fit <- survfit(Surv(time, kinds) ~ 1)
  step <- fit$time %in% time[cause > 0]
  t <- fit$time[step]
  incidence <- fit$pstate[step, match(as.character(of), fit$states)]
  at_risk <- vapply(t, function(one) sum(time >= one), 0)
  every <- vapply(t, function(one) sum(time == one & cause > 0), 0)
  own <- vapply(t, function(one) sum(time == one & cause == of), 0)
  survival <- cumprod(1 - every / at_risk)
  before <- c(1, survival)[seq_along(t)]
  spread <- function(d) before^2 * d * ifelse(d > 1, 1 - (d - 1) / pmax(at_risk - 1, 1), 1) / at_risk^2
  variance <- vapply(seq_along(t), function(last) {
    i <- seq_len(last)
    lost <- ifelse(survival[i] > 1e-12, (incidence[last] - incidence[i]) / survival[i], 0)
    sum(spread(own)[i] * (1 - lost)^2 + spread(every - own)[i] * lost^2)
  }, 0)
  inner <- incidence > 0 & incidence < 1
  exponent <- critical(as.numeric(a$confidence)) * sqrt(variance) / (incidence * log(incidence))
  low <- ifelse(inner, incidence^exp(-exponent), NA)
  high <- ifelse(inner, incidence^exp(exponent), NA)
  figure(here("events"), sum(cause == of), "count")
  put <- function(name, values, how) figure(here(sprintf("%s[%d]", name, places(1 + length(t)))), c(0, values), how)
  put("time", t, "times of events of any kind")
  put("incidence", incidence, "survfit, multi-state")
  put("low", low, "variance of Aalen 1978, as cmprsk::cuminc has it; log-log limits")
  put("high", high, "variance of Aalen 1978, as cmprsk::cuminc has it; log-log limits")
  for (v in seq_along(listed(a$at))) {
    reached <- sum(t <= last_day(listed(a$at)[v]))
    read <- function(first, values) c(first, values)[reached + 1]
    figure(here(sprintf("at[%d].%s", v - 1, c("estimate", "low", "high"))),
           c(read(0, incidence), read(NA, low), read(NA, high)), "the curve at the end of the visit's window")
  }
}
