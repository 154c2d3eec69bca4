# What describes the participants: flow, courses over time, masking, baseline.
#: flow.referred flow.registered flow.consented flow.assessed flow.allocated flow.not_allocated
#: flow.eligible_not_allocated flow.excluded[].count flow.not_decided[].count flow.arms[].allocated
#: flow.arms[].withheld flow.arms[].received flow.arms[].not_received flow.arms[].left[].count
#: flow.arms[].treatment_stopped[].count flow.arms[].completed flow.arms[].analysed flow.arms[].missing
#: arms[].allocated baseline.rows[].cells[].n baseline.rows[].cells[].missing baseline.rows[].cells[].below
#: baseline.rows[].cells[].mean baseline.rows[].cells[].sd baseline.rows[].cells[].median baseline.rows[].cells[].q1
#: baseline.rows[].cells[].q3 baseline.rows[].cells[].minimum baseline.rows[].cells[].maximum
#: baseline.rows[].cells[].levels[].count curves[].points[].n curves[].points[].median curves[].points[].q1
#: curves[].points[].q3 curves[].points[].below curves[].points[].masked curves[].points[].share_below
#: curves[].points[].share_masked curves[].dosing[].masked[][] masking[].n masking[].masked

dispositions <- read_table("dispositions.csv")
doses <- read_table("doses.csv")
failed <- read_table("failed_criteria.csv")

figure_counts <- function(start, counts) {
  if (length(counts)) figure(sprintf("%s[%d].count", start, places(length(counts))), counts, "count")
}

# From referral to analysis, as CONSORT 2025 asks for it.
recompute_flow <- function() {
  put <- function(name, value) figure(paste0("flow.", name), value, "count")
  people <- participants
  put("referred", sum(!is.na(people$referred_on)))
  put("registered", sum(!is.na(people$registered_on)))
  put("consented", sum(!is.na(people$consented_on)))
  put("assessed", sum(!is.na(people$verdict)))
  put("allocated", sum(!is.na(people$allocated_on)))
  outside <- people[is.na(people$allocated_on) & !is.na(people$registered_on), ]
  put("not_allocated", nrow(outside))
  put("eligible_not_allocated", sum(outside$verdict %in% "eligible"))
  # Who failed several criteria counts at each; who failed none is counted by state.
  own <- failed[failed$participant %in% outside$participant, ]
  figure_counts("flow.excluded", counted(own$criterion, ids_of("criterion")))
  figure_counts("flow.not_decided", counted(outside$state[!outside$participant %in% failed$participant]))
  for (j in seq_along(arms)) recompute_flow_arm(arms[j], sprintf("flow.arms[%d].", j - 1))
  figure(sprintf("arms[%d].allocated", places(length(arms))), vapply(arms, function(arm) sum(allocated$arm == arm), 0), "count")
}

recompute_flow_arm <- function(arm, start) {
  put <- function(name, value) figure(paste0(start, name), value, "count")
  members <- allocated$participant[allocated$arm == arm]
  of_arm <- dispositions[dispositions$participant %in% members, ]
  # Who withdrew the use of the data: nobody may say whether a dose was given.
  withheld <- unique(of_arm$participant[of_arm$data_use %in% "no_further_use"])
  known <- setdiff(members, withheld)
  put("allocated", length(members))
  put("withheld", length(withheld))
  if (is_yes(declared("arm", arm, "dosed"))) {
    received <- sum(known %in% doses$participant[doses$status == "given"])
    put("received", received)
    put("not_received", length(known) - received)
  }
  # Left before the end: the last such disposition of a person; consent withdrawn, else the stated reason.
  last_of <- function(rows) rows[!duplicated(rows$participant, fromLast = TRUE), ]
  left <- last_of(of_arm[of_arm$kind %in% c("consent_withdrawn", "visits_stopped") & !of_arm$reason %in% "completed", ])
  why <- ifelse(left$kind == "consent_withdrawn" | is.na(left$reason), left$kind, left$reason)
  figure_counts(paste0(start, "left"), counted(why))
  stopped <- last_of(of_arm[of_arm$kind == "treatment_stopped" & !of_arm$participant %in% left$participant, ])
  figure_counts(paste0(start, "treatment_stopped"), counted(ifelse(is.na(stopped$reason), "", stopped$reason)))
  put("completed", sum(allocated$state[allocated$arm == arm] == "completed"))
  primary <- analyses[analyses$role == "primary", ]
  if (nrow(primary)) {
    a <- as.list(primary[1, ])
    everybody <- people_of(a)
    put("analysed", sum(counted_in(a, everybody)$arm == arm))
    put("missing", sum(everybody$arm == arm & !everybody$out & everybody$status == "missing"))
  } else {
    put("analysed", 0)
    put("missing", 0)
  }
}

# Quartiles by linear interpolation: type 7 of Hyndman and Fan (1996), R's default.
quartiles <- function(x) unname(quantile(x, c(0.5, 0.25, 0.75), type = 7))

# The participants as they were at allocation. Where a result
# such as "<2" only bounds the value there is no mean and no SD, and it is ranked at 2.
recompute_baseline <- function() {
  for (i in seq_along(ids_of("baseline"))) {
    name <- ids_of("baseline")[i]
    kind <- declared("baseline", name, "kind")
    for (j in seq_along(c(arms, ""))) {
      arm <- c(arms, "")[j]
      own <- if (arm == "") allocated else allocated[allocated$arm == arm, ]
      start <- sprintf("baseline.rows[%d].cells[%d].", i - 1, j - 1)
      if (kind %in% c("number", "laboratory")) {
        sign <- if (kind == "laboratory") own[[paste0(name, "_sign")]] else rep("=", nrow(own))
        recompute_numeric(as.numeric(own[[name]]), sign, start)
      } else {
        recompute_coded(own[[name]], listed(declared("baseline", name, "levels")), start)
      }
    }
  }
}

recompute_numeric <- function(values, sign, start) {
  put <- function(name, value, how) figure(paste0(start, name), value, how)
  known <- !is.na(values)
  put("n", sum(known), "count")
  put("missing", sum(!known), "count")
  put("below", sum(sign[known] %in% c("<", "<=")), "count")
  if (!any(known)) return(invisible())
  x <- values[known]
  q <- quartiles(x)
  put("median", q[1], "quantile(type = 7)")
  put("q1", q[2], "quantile(type = 7)")
  put("q3", q[3], "quantile(type = 7)")
  put("minimum", min(x), "min")
  put("maximum", max(x), "max")
  if (any(sign[known] != "=")) return(invisible())
  put("mean", mean(x), "mean")
  if (length(x) > 1) put("sd", sd(x), "sd")
}

recompute_coded <- function(values, order, start) {
  known <- values[!is.na(values) & !values %in% c("unknown", "declined")]
  figure(paste0(start, "n"), length(known), "count")
  figure(paste0(start, "missing"), length(values) - length(known), "count")
  figure(paste0(start, "below"), 0, "a coded variable has no limit")
  figure_counts(paste0(start, "levels"), counted(known, order))
}

# Laboratory variables by visit and arm, the planned visits in their order, and how many results a dose masks.
recompute_courses <- function() {
  rows <- labs
  rows$arm <- allocated$arm[match(rows$participant, allocated$participant)]
  planned <- Filter(function(visit) is_yes(declared("visit", visit, "course")), ids_of("visit"))
  each_visit <- function(own, work) {
    k <- 0
    for (arm in arms) for (visit in planned) {
      here <- own[own$arm == arm & own$visit %in% visit, ]
      if (nrow(here) == 0) next
      work(k, visit, here)
      k <- k + 1
    }
    k
  }
  for (i in seq_along(ids_of("curve"))) {
    own <- rows[rows$variable == ids_of("curve")[i] & !is.na(rows$value), ]
    each_visit(own, function(k, visit, here) {
      at <- function(name) sprintf("curves[%d].points[%d].%s", i - 1, k, name)
      q <- quartiles(as.numeric(here$value))
      below <- here$comparator %in% c("<", "<=")
      masked <- is_yes(here$masked)
      figure(at(c("median", "q1", "q3")), q, "quantile(type = 7)")
      figure(at(c("n", "below", "masked")), c(nrow(here), sum(below), sum(masked)), "count")
      figure(at(c("share_below", "share_masked")), c(mean(below), mean(masked)), "count / n")
    })
    recompute_dosing(ids_of("curve")[i], sprintf("curves[%d].dosing", i - 1))
  }
  start <- 0
  for (name in ids_of("hidden")) {
    start <- start + each_visit(rows[rows$variable == name, ], function(k, visit, here) {
      at <- function(what) sprintf("masking[%d].%s", start + k, what)
      figure(at(c("n", "masked")), c(nrow(here), sum(is_yes(here$masked))), "count")
    })
  }
}

# The days on which planned doses mask a variable: from the day after a dose to the last day that it masks; runs of
# days, the day of a dose within a run being covered by the dose before it.
recompute_dosing <- function(variable, start) {
  for (k in seq_along(ids_of("dosing"))) {
    id <- ids_of("dosing")[k]
    lasting <- as.numeric(declared("dosing", id, paste0("masks ", variable)))
    if (is.na(lasting)) next
    days <- as.numeric(listed(declared("dosing", id, "days")))
    covered <- sort(unique(unlist(lapply(days, function(day) day + seq_len(lasting)))))
    first <- covered[!(covered - 1) %in% covered]
    last <- covered[!(covered + 1) %in% covered]
    at <- sprintf("%s[%d].masked[%d]", start, k - 1, places(length(first)))
    figure(paste0(at, "[0]"), first, "runs of days")
    figure(paste0(at, "[1]"), last, "runs of days")
  }
}
