# Safety: exposure, and adverse events by arm. Intervals, no p-values.
#: safety.earlier safety.deaths[].count safety.exposure[].allocated safety.exposure[].withheld
#: safety.exposure[].n safety.exposure[].person_years safety.exposure[].dosed safety.exposure[].doses_given
#: safety.exposure[].doses_withheld safety.exposure[].withheld_for[].count safety.exposure[].stopped[].count
#: safety.rows[].difference safety.rows[].low safety.rows[].high safety.rows[].cells[].people safety.rows[].cells[].n
#: safety.rows[].cells[].share safety.rows[].cells[].low safety.rows[].cells[].high safety.rows[].cells[].events
#: safety.rows[].cells[].rate safety.rows[].cells[].rate_low safety.rows[].cells[].rate_high

adverse_events <- read_table("adverse_events.csv")  # a row an event
contacts <- read_table("contacts.csv")              # a row a person and source: the last day of it

or_empty <- function(text) ifelse(is.na(text), "", text)

recompute_safety <- function() {
  primary <- analyses[analyses$role == "primary", ]
  compared <- c(declared("safety", "arms", "treatment"), declared("safety", "arms", "versus"))
  conf <- if (nrow(primary)) as.numeric(primary$confidence[1]) else 0.95
  # Everybody allocated, in the arm of the allocation, but who withdrew the use of the data.
  withheld <- dispositions$participant[dispositions$data_use %in% "no_further_use"]
  people <- allocated[!allocated$participant %in% withheld, ]
  # Observed from allocation to the last contact: 365.25 days are a year.
  last <- vapply(people$participant, function(who) {
    max(0, as.numeric(contacts$day[contacts$participant == who]), na.rm = TRUE)
  }, 0)
  size <- vapply(arms, function(arm) sum(people$arm == arm), 0)
  years <- vapply(arms, function(arm) sum(last[people$arm == arm] / 365.25), 0)
  stops <- dispositions[dispositions$kind == "treatment_stopped" & dispositions$participant %in% people$participant, ]
  stops <- stops[!duplicated(stops$participant, fromLast = TRUE), ]
  for (j in seq_along(arms)) recompute_exposure(arms[j], sprintf("safety.exposure[%d].", j - 1), people, withheld, years[[j]], stops)
  died <- unique(dispositions$participant[dispositions$kind == "visits_stopped" & dispositions$reason %in% "death"])
  figure_counts("safety.deaths", counted(people$arm[people$participant %in% died], arms))

  own <- adverse_events[adverse_events$participant %in% people$participant, ]
  early <- !is.na(own$day) & as.numeric(own$day) < 0  # began before the allocation
  figure("safety.earlier", sum(early), "count")
  events <- own[!early, ]
  events$arm <- people$arm[match(events$participant, people$participant)]
  rows <- kinds_of_events(events, stops)
  for (i in seq_along(rows)) {
    recompute_events(events[rows[[i]], ], sprintf("safety.rows[%d].", i - 1), size, years, compared, conf)
  }
}

recompute_exposure <- function(arm, start, people, withheld, years, stops) {
  put <- function(name, value, how = "count") figure(paste0(start, name), value, how)
  everybody <- allocated$participant[allocated$arm == arm]
  members <- people$participant[people$arm == arm]
  own <- doses[doses$participant %in% members, ]
  put("allocated", length(everybody))
  put("withheld", sum(everybody %in% withheld))
  put("n", length(members))
  put("person_years", years, "days to the last contact / 365.25")
  if (is_yes(declared("arm", arm, "dosed"))) put("dosed", length(unique(own$participant[own$status == "given"])))
  put("doses_given", sum(own$status == "given"))
  put("doses_withheld", sum(own$status != "given"))
  figure_counts(paste0(start, "withheld_for"), counted(or_empty(own$reason[own$status != "given"])))
  figure_counts(paste0(start, "stopped"), counted(or_empty(stops$reason[stops$participant %in% members])))
}

# Which events each row counts: the summary, the severities, then each category with its terms, those of most people
# first. An event stopped the treatment where the reason names its term or category, from its onset on.
kinds_of_events <- function(events, stops) {
  stop <- match(events$participant, stops$participant)
  reason <- tolower(or_empty(stops$reason[stop]))
  later <- is.na(events$day) | is.na(stops$day[stop]) | as.numeric(stops$day[stop]) >= as.numeric(events$day)
  named <- (reason == tolower(or_empty(events$term)) | reason == tolower(or_empty(events$category))) & reason != ""
  rows <- list(
    rep(TRUE, nrow(events)), is_yes(events$serious), events$related %in% c("related", "possibly_related"),
    events$outcome %in% "fatal", !is.na(stop) & later & named
  )
  for (level in c("mild", "moderate", "severe", "life_threatening", "fatal")) {
    rows <- c(rows, list(events$severity %in% level))
  }
  category <- or_empty(events$category)
  term <- or_empty(events$term)
  by_frequency <- function(own, values) {
    names <- unique(values[own])
    people <- vapply(names, function(name) length(unique(events$participant[own & values == name])), 0)
    names[order(-people, names, method = "radix")]
  }
  for (one in by_frequency(rep(TRUE, nrow(events)), category)) {
    rows <- c(rows, list(category == one))
    for (two in by_frequency(category == one, term)) rows <- c(rows, list(category == one & term == two))
  }
  rows
}

# People with an event: Wilson (prop.test); events per 100 person-years: Garwood's exact limits (poisson.test);
# difference of the shares: Miettinen and Nurminen.
recompute_events <- function(events, start, size, years, compared, conf) {
  having <- vapply(arms, function(arm) length(unique(events$participant[events$arm == arm])), 0)
  for (j in seq_along(arms)) {
    put <- function(name, value, how) figure(paste0(start, sprintf("cells[%d].", j - 1), name), value, how)
    n <- size[[j]]
    count <- sum(events$arm == arms[j])
    put(c("people", "n", "events"), c(having[[j]], n, count), "count")
    if (n > 0) {
      put("share", having[[j]] / n, "x / n")
      put(c("low", "high"), wilson(having[[j]], n, conf), "prop.test(correct = FALSE), which is Wilson's")
    }
    if (years[[j]] > 0) {
      put("rate", count / years[[j]] * 100, "events / person-years")
      put(c("rate_low", "rate_high"), poisson.test(count, years[[j]] / 100, conf.level = conf)$conf.int, "poisson.test")
    }
  }
  place <- match(compared, arms)
  if (!anyNA(place) && all(size[place] > 0)) {
    made <- score_difference(cbind(having[place[1]], size[place[1]], having[place[2]], size[place[2]]), conf)
    figure(paste0(start, c("difference", "low", "high")), c(made$estimate, made$low, made$high), "uniroot on the score statistic (Miettinen-Nurminen 1985)")
  }
}
