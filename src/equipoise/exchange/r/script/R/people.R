# Who is counted in an analysis, as what, and in which stratum.

deviations <- read_table("deviations.csv")

# Everybody of the two arms with the outcome that the estimand gives, before anything is made of missing ones.
people_of <- function(a) {
  of_arms <- allocated[allocated$arm %in% c(a$treatment, a$versus), ]
  own <- outcomes[outcomes$estimand == a$estimand & (is.na(a$reading) | outcomes$reading %in% a$reading), ]
  own <- own[match(of_arms$participant, own$participant), ]
  people <- data.frame(
    participant = of_arms$participant,
    arm = of_arms$arm,
    treated = as.integer(of_arms$arm == a$treatment),
    place = as.numeric(of_arms$place),
    status = own$status,
    reason = own$reason,
    time = as.numeric(own$time),
    value = as.numeric(own$value),
    left = as.numeric(own$left),
    right = as.numeric(own$right),
    stringsAsFactors = FALSE
  )
  # A success that rests on a flagged sample counts as missing where the analysis says so.
  if (a$masked == "missing") {
    hidden <- people$status == "success" & is_yes(own$flagged)
    people$status[hidden] <- "missing"
    people$reason[hidden] <- "masked"
  }
  # An intercurrent event may take the outcome away (hypothetical, while on treatment): that is never a failure.
  people$aside <- people$status == "missing" & people$reason %in% listed(a$sets_aside)
  # What samples at visits have shown counts at the end of the visit's window; an intercurrent event at its own day.
  if (is_yes(a$at_visits)) {
    sampled <- !people$reason %in% listed(a$intercurrent)
    people$time[sampled] <- at_visits(people$time[sampled])
  }
  people$out <- people$participant %in% deviations$participant[deviations$category %in% listed(a$without)]
  people
}

# Of these, who is counted: a missing outcome is left out unless it counts as a failure or is imputed. A value of which
# only a bound is known is counted by the method that takes bounds.
counted_in <- function(a, people) {
  people <- people[!people$out, ]
  bounded <- a$method == "censored_normal" & (!is.na(people$left) | !is.na(people$right))
  if (a$kind != "binary") people[people$status != "missing" | bounded, ]
  else if (a$missing == "imputed") people
  else if (a$missing == "failure") people[!people$aside, ]
  else people[people$status != "missing", ]
}

success <- function(people) as.integer(people$status == "success")

# x1, n1, x0, n0 of everybody together.
counts_of <- function(people) {
  one <- people$treated == 1
  c(sum(success(people)[one]), sum(one), sum(success(people)[!one]), sum(!one))
}

# The levels of a factor, and of the centres, in the declared order.
levels_of <- function(factor) listed(declared("factor", factor, "levels"))

# Each person's stratum: the crossing of the declared factors, as a factor with all crossings, the last factor
# running fastest.
stratum_of <- function(a, people) {
  factors <- listed(a$strata)
  if (!length(factors)) return(factor(rep("", nrow(people)), levels = ""))
  own <- allocated[match(people$participant, allocated$participant), paste0("stratum_", factors), drop = FALSE]
  crossing <- expand.grid(rev(lapply(factors, levels_of)), stringsAsFactors = FALSE)
  crossing <- crossing[, rev(seq_along(factors)), drop = FALSE]
  factor(do.call(paste, c(unname(own), sep = "\u00d7")), levels = do.call(paste, c(unname(crossing), sep = "\u00d7")))
}

# Counts of each stratum, a row each: x1, n1, x0, n0.
counts_by_stratum <- function(people, stratum) {
  tally <- function(own, weight) as.vector(tapply(weight[own], stratum[own], sum, default = 0))
  one <- people$treated == 1
  rows <- cbind(
    x1 = tally(one, success(people)), n1 = tally(one, rep(1, nrow(people))),
    x0 = tally(!one, success(people)), n0 = tally(!one, rep(1, nrow(people)))
  )
  rownames(rows) <- levels(stratum)
  rows
}

# The strata as analysed. They stand in a line in the declared order. Strata without anybody are left out; then, from the
# start, the first with one empty arm is added to the next (the last to the one before it), until no arm is empty.
pooled_rows <- function(a, rows) {
  line <- c(intersect(listed(a$pooling), rownames(rows)), setdiff(rownames(rows), listed(a$pooling)))
  rows <- unname(rows[match(line, rownames(rows)), , drop = FALSE])
  rows <- rows[rows[, 2] + rows[, 4] > 0, , drop = FALSE]
  repeat {
    empty <- which(rows[, 2] == 0 | rows[, 4] == 0)
    if (!length(empty)) break
    first <- min(empty[1], nrow(rows) - 1)
    rows[first, ] <- rows[first, ] + rows[first + 1, ]
    rows <- rows[-(first + 1), , drop = FALSE]
  }
  colnames(rows) <- c("x1", "n1", "x0", "n0")
  rows
}
pooled_strata <- function(a, people) pooled_rows(a, counts_by_stratum(people, stratum_of(a, people)))
