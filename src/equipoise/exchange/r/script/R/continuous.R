# Continuous endpoints.

recompute_means <- function(own, here) {
  values <- own$value[!is.na(own$value)]
  figure(here("n"), length(values), "count")
  if (length(values)) figure(here("mean"), mean(values), "mean")
  if (length(values) > 1) figure(here("sd"), sd(values), "sd")
}

# Difference in means: t.test, which is Welch's (1947) unless told otherwise.
recompute_continuous <- function(a, people, at) {
  one <- people$value[people$treated == 1 & !is.na(people$value)]
  zero <- people$value[people$treated == 0 & !is.na(people$value)]
  if (min(length(one), length(zero)) < 2 || (sd(one) == 0 && sd(zero) == 0)) return(c(found(), how = "t.test"))
  test <- t.test(one, zero, conf.level = as.numeric(a$confidence))
  c(found(mean(one) - mean(zero), test$conf.int[1], test$conf.int[2], test$p.value, test$statistic), how = "t.test")
}
