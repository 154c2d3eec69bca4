# A variable at landmarks against what comes later: who has had no reversion by then is followed from then on.
#: associations[].landmarks[].arms[].allocated associations[].landmarks[].arms[].withheld
#: associations[].landmarks[].arms[].without_value associations[].landmarks[].arms[].earlier
#: associations[].landmarks[].arms[].masked associations[].landmarks[].arms[].followed
#: associations[].landmarks[].groups[].n associations[].landmarks[].groups[].returned
#: associations[].landmarks[].groups[].free associations[].landmarks[].groups[].lost
#: associations[].landmarks[].groups[].share associations[].landmarks[].groups[].share_low
#: associations[].landmarks[].groups[].share_high associations[].landmarks[].ungrouped
#: associations[].landmarks[].returned associations[].landmarks[].free associations[].landmarks[].lost
#: associations[].landmarks[].area associations[].landmarks[].area_low associations[].landmarks[].area_high
#: associations[].landmarks[].p

reversions <- read_table("reversions.csv")  # a row a person and reversion: status, first positive and last negative day

recompute_landmarks <- function() {
  for (i in seq_along(ids_of("association"))) {
    id <- ids_of("association")[i]
    get <- function(name) declared("association", id, name)
    landmarks <- listed(get("landmarks"))
    for (j in seq_along(landmarks)) {
      recompute_landmark(get, landmarks[j], function(name) sprintf("associations[%d].landmarks[%d].%s", i - 1, j - 1, name))
    }
  }
}

recompute_landmark <- function(get, visit, at) {
  until <- get("until")
  opens <- as.numeric(declared("visit", until, "day")) - as.numeric(declared("visit", until, "before"))
  closes <- last_day(until)
  # The first dated value of each person at the landmark.
  own <- labs[labs$variable == get("variable") & labs$visit %in% visit & !is.na(labs$value), ]
  own <- own[order(as.numeric(own$day)), ]
  own <- own[match(allocated$participant, own$participant), ]
  day <- as.numeric(own$day)
  course <- reversions[reversions$reversion == get("reversion"), ]
  course <- course[match(allocated$participant, course$participant), ]
  positive <- as.numeric(course$first_positive)
  negative <- as.numeric(course$last_negative)
  counts <- course$status %in% c("confirmed", "unrepeated") & !is.na(positive)
  earlier <- counts & positive <= day
  sampled <- !is.na(own$participant)
  clear <- sampled & !(earlier %in% TRUE)
  masked <- clear & is_yes(own$masked)
  followed <- clear & !masked
  withheld <- allocated$participant %in% dispositions$participant[dispositions$data_use %in% "no_further_use"]
  for (k in seq_along(arms)) {
    of <- allocated$arm == arms[k]
    values <- c(sum(of), sum(of & withheld), sum(of & !sampled) - sum(of & withheld), sum(of & sampled & !clear),
                sum(of & masked), sum(of & followed))
    names <- c("allocated", "withheld", "without_value", "earlier", "masked", "followed")
    figure(at(sprintf("arms[%d].%s", k - 1, names)), values, "count")
  }
  # What came after the sample, up to the end of the last visit's window: a confirmed reversion; or seen without one in
  # that window or later; or neither.
  returned <- course$status %in% "confirmed" & counts & positive > day & positive <= closes
  open <- course$status %in% "unrepeated" & counts & positive <= closes
  free <- !returned & !open & !is.na(negative) & negative >= opens
  status <- ifelse(returned, "returned", ifelse(free, "free", "lost"))[followed]
  x <- as.numeric(own$value)[followed]
  below <- own$comparator[followed] %in% c("<", "<=")
  above <- own$comparator[followed] %in% c(">", ">=")
  conf <- as.numeric(get("confidence"))
  recompute_groups(x, below, above, status, as.numeric(listed(get("cuts"))), conf, at)
  figure(at(c("returned", "free", "lost")), c(sum(status == "returned"), sum(status == "free"), sum(status == "lost")), "count")
  known <- status != "lost"
  case <- (status == "returned")[known]
  if (!any(case) || all(case)) return(invisible())
  # For ranking, values below a limit are tied as the lowest, those above one as the highest.
  score <- ifelse(below, min(x[known]) - 1, ifelse(above, max(x[known]) + 1, x))[known]
  recompute_area(score[case], score[!case], conf, at)
}

# Groups from one cut on and below the next; "<10" lies below 10, and 10 does not.
recompute_groups <- function(x, below, above, status, cuts, conf, at) {
  edges <- c(-Inf, cuts, Inf)
  low <- ifelse(below, -Inf, x)
  high <- ifelse(above, Inf, x)
  group <- rep(NA_integer_, length(x))
  for (g in rev(seq_len(length(edges) - 1))) {
    inside <- low >= edges[g] & (high < edges[g + 1] | (below & high <= edges[g + 1]) | edges[g + 1] == Inf)
    group[inside] <- g
  }
  figure(at("ungrouped"), sum(is.na(group)), "count")
  for (g in seq_len(length(edges) - 1)) {
    here <- status[group %in% g]
    returned <- sum(here == "returned")
    free <- sum(here == "free")
    put <- function(name, value, how) figure(at(sprintf("groups[%d].%s", g - 1, name)), value, how)
    put(c("n", "returned", "free", "lost"), c(length(here), returned, free, sum(here == "lost")), "count")
    if (returned + free > 0) {
      put("share", returned / (returned + free), "x / n")
      put(c("share_low", "share_high"), wilson(returned, returned + free, conf), "prop.test(correct = FALSE), which is Wilson's")
    }
  }
}

# The area under the ROC curve with the variance of DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837, as
# pROC::ci.auc gives it; the rank test is wilcox.test with its corrections for ties and continuity.
recompute_area <- function(case, control, conf, at) {
  wins <- outer(case, control, function(a, b) (a > b) + (a == b) / 2)
  area <- mean(wins)
  variance <- var(rowMeans(wins)) / length(case) + var(colMeans(wins)) / length(control)
  limits <- if (is.na(variance)) c(0, 1) else area + c(-1, 1) * critical(conf) * sqrt(variance)
  figure(at(c("area", "area_low", "area_high")), c(area, max(0, limits[1]), min(1, limits[2])), "formula of DeLong 1988")
  if (length(unique(c(case, control))) > 1) {
    test <- suppressWarnings(wilcox.test(case, control, exact = FALSE, correct = TRUE))
    figure(at("p"), test$p.value, "wilcox.test(exact = FALSE)")
  }
}
