# Every declared analysis, in the declared order: its arms, its strata, and what its method gives.
#: analyses[].estimate analyses[].low analyses[].high analyses[].p analyses[].z analyses[].left_out
#: analyses[].set_aside analyses[].arms[].n analyses[].arms[].missing analyses[].arms[].successes
#: analyses[].arms[].failures analyses[].arms[].events analyses[].arms[].unseen analyses[].arms[].proportion
#: analyses[].arms[].low analyses[].arms[].high analyses[].strata[].x1 analyses[].strata[].n1 analyses[].strata[].x0
#: analyses[].strata[].n0 analyses[].strata[].weight

recompute_analyses <- function() {
  for (i in seq_len(nrow(analyses))) {
    a <- as.list(analyses[i, ])
    everybody <- people_of(a)
    people <- counted_in(a, everybody)
    at <- function(...) paste0("analyses[", a$index, "].", sprintf(...))
    figure(at("left_out"), sum(everybody$out), "count")
    figure(at("set_aside"), sum(everybody$aside & !everybody$out), "count")
    recompute_arms(a, everybody[!everybody$out, ], people, at)
    if (length(unique(people$treated)) < 2) next  # an arm without anybody: there is nothing to compare
    made <- switch(a$kind,
      binary = recompute_binary(a, people, at),
      time_to_event = recompute_time(a, people, at),
      interval = recompute_interval(a, people, at),
      continuous = recompute_continuous(a, people, at)
    )
    for (name in c("estimate", "low", "high", "p", "z")) figure(at(name), made[[name]], made$how, tolerance_of(made))
    if (a$method %in% c("miettinen_nurminen", "mantel_haenszel", "cmh")) recompute_strata(a, people, at)
  }
}

tolerance_of <- function(made) if (is.null(made$tolerance)) 1e-9 else made$tolerance

# Each arm: how many, how many without an outcome, and what describes the others.
recompute_arms <- function(a, everybody, people, at) {
  conf <- as.numeric(a$confidence)
  curve <- 0
  for (j in 0:1) {
    own <- people[people$treated == 1 - j, ]
    here <- function(name) at("arms[%d].%s", j, name)
    n <- nrow(own)
    figure(here("n"), n, "count")
    without <- everybody[everybody$treated == 1 - j & everybody$status == "missing", ]
    bounded <- a$method == "censored_normal" & (!is.na(without$left) | !is.na(without$right))
    figure(here("missing"), sum(!bounded), "count")
    if (a$kind == "binary") {
      x <- sum(success(own))
      missing <- if (a$missing == "imputed") sum(own$status == "missing") else 0
      figure(here("successes"), x, "count")
      figure(here("failures"), n - x - missing, "count")
      if (n == 0 || missing > 0) next  # the share of an arm with imputed outcomes comes with its draws
      figure(here("proportion"), x / n, "x / n")
      limits <- wilson(x, n, conf)
      figure(here("low"), limits[1], "prop.test(correct = FALSE), which is Wilson's")
      figure(here("high"), limits[2], "prop.test(correct = FALSE), which is Wilson's")
    }
    if (a$kind == "time_to_event") {
      figure(here("events"), sum(own$status == "event"), "count")
      if (n == 0) next
      recompute_curve(a, people, own, here, function(name) at("curves[%d].%s", curve, name))
      curve <- curve + 1
    }
    if (a$kind == "interval") {
      figure(here("events"), sum(own$status == "event"), "count")
      figure(here("unseen"), sum(own$status == "censored"), "count")
    }
    if (a$kind == "continuous") recompute_means(a, own, here)
  }
}

# The strata after empty ones were pooled, with their weights n1 n0 / (n1 + n0). An unstratified score test lists none.
recompute_strata <- function(a, people, at) {
  if (a$method == "miettinen_nurminen" && !length(listed(a$strata))) return(invisible())
  rows <- pooled_strata(a, people)
  for (k in seq_len(nrow(rows))) {
    figure(at("strata[%d].%s", k - 1, colnames(rows)), rows[k, ], "count")
    figure(at("strata[%d].weight", k - 1), score_weights(rows)[k], "n1 n0 / (n1 + n0), shared")
  }
}
