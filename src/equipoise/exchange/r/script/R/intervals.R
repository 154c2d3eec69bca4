# Events that are seen at visits only: known to have come in (left, right], or not by left (right is infinite then).
#: analyses[].detail.intervals[].events analyses[].detail.intervals[].unseen analyses[].detail.intervals[].left[]
#: analyses[].detail.intervals[].right[] analyses[].detail.intervals[].mass[]
#: analyses[].detail.intervals[].at[].estimate analyses[].detail.intervals[].at[].low
#: analyses[].detail.intervals[].at[].high

# A day within a planned visit's window counts as the window's last day, of two windows that of the earlier.
at_visits <- function(days) {
  found <- days
  for (visit in rev(ids_of("visit"))) {
    value <- function(name) as.numeric(declared("visit", visit, name))
    if (!is_yes(declared("visit", visit, "follow_up"))) next
    inside <- days > 0 & days >= value("day") - value("before") & days <= value("day") + value("after")
    found[inside] <- value("day") + value("after")
  }
  found
}

# Everybody's interval; where both bounds lie in one window the left one stays on its day.
intervals_of <- function(people) {
  left <- ifelse(is.na(people$left), 0, people$left)
  right <- ifelse(is.na(people$right), Inf, people$right)
  early <- at_visits(left)
  late <- at_visits(right)
  list(left = ifelse(early < late, early, left), right = late)
}

# What both arms know alike from a visit on: an event by then came in (0, day], and who was last seen free before it
# tells nothing of it.
from_day <- function(t, day) list(left = ifelse(t$left >= day, t$left, 0), right = pmax(t$right, day))

# Turnbull (1976), JRSS B 38:290: the maximum of the likelihood can have mass only where a left bound is followed by a
# right bound with no other between. At one day an exact time (left = right) begins before an interval ends there, and
# that before an interval begins after it. (survfit's "interval2" takes intervals as closed at the left as well, which
# would let an event at the day of a negative sample: so the cells and the algorithm are written out here.)
cells_of <- function(t) {
  begins <- 4 * t$left + ifelse(t$left == t$right, 0, 2)
  ends <- 4 * t$right + 1
  bounds <- sort(unique(c(begins, ends)))
  is_end <- bounds %in% ends
  first <- which(!is_end[-length(bounds)] & is_end[-1])
  from <- bounds[first]
  to <- bounds[first + 1]
  covers <- outer(begins, from, "<=") & outer(ends, to, ">=")
  list(left = floor(from / 4), right = (to - 1) / 4, covers = covers + 0)
}

# His self-consistency (EM) algorithm: each person is shared among the cells of the interval in proportion to their
# masses; the new masses are the shares' means. `groups` fixes the total mass of groups of cells. Every second step a
# longer stride is tried (Varadhan and Roland 2008, Scand J Stat 35:335) and kept where it raises the likelihood.
self_consistent <- function(covers, groups = rep(1, ncol(covers)), totals = 1, enough = 1e-13) {
  rows <- unique(covers)
  count <- tabulate(match(apply(covers, 1, paste, collapse = ""), apply(rows, 1, paste, collapse = "")), nrow(rows))
  loglik <- function(mass) sum(count * log(as.vector(rows %*% mass)))
  step <- function(mass) {
    shared <- mass * as.vector(crossprod(rows, count / as.vector(rows %*% mass)))
    of_group <- as.vector(tapply(shared, groups, sum))[groups]
    ifelse(of_group > 0, shared / of_group * totals[groups], mass)  # a group that nobody covers stays as it is
  }
  mass <- as.vector(totals[groups] / tabulate(groups)[groups])
  for (iteration in 1:20000) {
    one <- step(mass)
    two <- step(one)
    r <- one - mass
    v <- two - one - r
    if (max(abs(r)) < enough) break
    stride <- if (sum(v^2) > 0) -max(1, sqrt(sum(r^2) / sum(v^2))) else -1
    leap <- mass - 2 * stride * r + stride^2 * v
    if (all(leap > 0)) {
      leap <- step(leap)
      mass <- if (loglik(leap) >= loglik(two)) leap else two
    } else {
      mass <- two
    }
  }
  list(mass = mass, loglik = loglik(mass))
}

turnbull <- function(t) {
  cells <- cells_of(t)
  fit <- self_consistent(cells$covers)
  mass <- ifelse(fit$mass < 1e-6, 0, fit$mass)  # what EM has not quite brought to 0
  list(left = cells$left, right = cells$right, mass = mass / sum(mass), loglik = fit$loglik)
}

# The largest likelihood with a given survival at a day: every interval is cut there, so that mass before and after can
# have its own cells.
profile_at <- function(t, day) {
  part <- function(inside, left, right) {
    covers <- matrix(0, length(left), 0)
    if (!any(inside)) return(cbind(covers, 0))
    cells <- cells_of(list(left = left[inside], right = right[inside]))
    covers <- matrix(0, length(left), ncol(cells$covers))
    covers[inside, ] <- cells$covers
    covers
  }
  early <- part(t$left < day | t$right <= day, t$left, pmin(t$right, day))
  late <- part(t$right > day, pmax(t$left, day), t$right)
  covers <- cbind(early, late)
  groups <- rep(1:2, c(ncol(early), ncol(late)))
  function(survival) {
    totals <- c(1 - survival, survival)
    used <- totals[groups] > 0
    if (any(rowSums(covers[, used, drop = FALSE]) == 0)) return(-Inf)
    kept <- match(groups[used], unique(groups[used]))
    self_consistent(covers[, used, drop = FALSE], kept, totals[unique(groups[used])], 1e-10)$loglik
  }
}

# Survival at a day with its likelihood ratio limits: all s with 2 (l - l(s)) <= the chi-squared quantile. Where all, or
# none, are free of the event, no nearer than Clopper and Pearson's limit among those who were seen.
turnbull_at <- function(t, curve, day, conf) {
  survival <- min(1, max(0, 1 - sum(curve$mass[curve$right <= day])))
  lowest <- min(1, max(0, 1 - sum(curve$mass[curve$left < day | curve$right <= day])))
  known <- survival - lowest < 1e-9
  likelihood <- profile_at(t, day)
  short <- function(s) curve$loglik - likelihood(s) - critical(conf)^2 / 2
  limit <- function(inside, end) {
    edge <- end + (inside - end) * 1e-12
    if (inside == end || short(edge) <= 0) return(end)
    finite <- function(s) min(1e6, short(s))
    uniroot(finite, sort(c(inside, edge)), tol = 1e-10)$root
  }
  free <- sum(t$left >= day)
  come <- sum(t$right <= day)
  low <- if (free) limit(lowest, 0) else 0
  high <- if (come) limit(survival, 1) else 1
  if (lowest > 1 - 1e-9 && free) low <- min(low, ((1 - conf) / 2)^(1 / free))
  if (survival < 1e-9 && come) high <- max(high, 1 - ((1 - conf) / 2)^(1 / come))
  c(if (known) survival else NA, low, high)
}

last_day <- function(visit) as.numeric(declared("visit", visit, "day")) + as.numeric(declared("visit", visit, "after"))

recompute_turnbull <- function(a, people, at) {
  how <- "self-consistency algorithm of Turnbull 1976"
  start <- if (is.na(a$compared_from)) 0 else last_day(a$compared_from)
  for (j in 0:1) {
    own <- people[people$treated == 1 - j, ]
    t <- intervals_of(own)
    curve <- turnbull(t)
    here <- function(name) at("detail.intervals[%d].%s", j, name)
    massive <- curve$mass > 0
    k <- places(sum(massive))
    figure(here(sprintf("left[%d]", k)), curve$left[massive], how)
    figure(here(sprintf("right[%d]", k)), curve$right[massive], how)
    figure(here(sprintf("mass[%d]", k)), curve$mass[massive], how, 1e-6)
    figure(here(c("events", "unseen")), c(sum(is.finite(t$right)), sum(is.infinite(t$right))), "count")
    alike <- if (start > 0) from_day(t, start) else t
    compared <- if (start > 0) turnbull(alike) else curve
    for (v in seq_along(listed(a$at))) {
      day <- last_day(listed(a$at)[v])
      early <- day < start
      values <- if (early) turnbull_at(t, curve, day, as.numeric(a$confidence))
                else turnbull_at(alike, compared, day, as.numeric(a$confidence))
      # The algorithm ends where a step moves no mass by more than 1e-13 (of a limit 1e-10).
      figure(here(sprintf("at[%d].%s", v - 1, c("estimate", "low", "high"))), values, paste(how, "and likelihood ratio"), 1e-6)
    }
  }
  c(found(), how = how)
}

# Proportional hazards with a free baseline (Finkelstein 1986, Biometrics 42:845). The baseline's cumulative hazard steps
# up in each cell but the last: who survives into that has the event there. With H the hazard before the interval, W that
# within it, and r the person's relative hazard: log likelihood -r H, plus log(1 - exp(-r W)) for an event that was seen.
# nlminb maximises over log hazard ratios and steps (not below 1e-12) together; derivatives written out. `shift` is the
# log hazard whose baseline the steps are: that of the arm with the higher one, so that they stay of the order of 1.
hazard_model <- function(x, t, shift = 0) {
  cells <- cells_of(t)
  last <- ncol(cells$covers)
  covers <- cells$covers[, -last, drop = FALSE]
  seen <- cells$covers[, last] == 0
  before <- (covers == 0 & outer(t$left, cells$right[-last], ">=")) + 0
  within <- covers * seen
  p <- ncol(x)
  parts <- function(value) {
    b <- value[seq_len(p)]
    h <- value[-seq_len(p)]
    r <- exp(as.vector(x %*% b) - shift)
    u <- pmin(r * as.vector(within %*% h), 700)
    v <- r * as.vector(before %*% h)
    q <- ifelse(seen, 1 / expm1(u), 0)
    list(r = r, u = u, v = v, q = q)
  }
  loglik <- function(value) with(parts(value), sum(log(-expm1(-u[seen]))) - sum(v))
  slope <- function(value) with(parts(value), c(
    t(x) %*% ifelse(seen, u * q - v, -v),
    t(within) %*% (r * q) - t(before) %*% r
  ))
  information <- function(value) {
    s <- parts(value)
    bend <- ifelse(seen, s$q * (1 + s$q), 0)
    bb <- t(x) %*% (x * (ifelse(seen, s$u * s$q, 0) - s$v - ifelse(seen, s$u^2 * bend, 0)))
    bh <- t(x) %*% (within * (s$r * ifelse(seen, s$q - s$u * bend, 0)) - before * s$r)
    hh <- -t(within) %*% (within * (s$r^2 * bend))
    -rbind(cbind(bb, bh), cbind(t(bh), hh))
  }
  list(p = p, m = last - 1, loglik = loglik, slope = slope, information = information)
}

# The maximum with the first coefficient held at `fixed`, or free where that is NA.
maximise_hazards <- function(x, t, fixed = NA) {
  model <- hazard_model(x, t, if (is.na(fixed)) 0 else max(0, fixed))
  start <- c(rep(0, model$p), rep(0.5 / model$m, model$m))
  lower <- c(rep(-Inf, model$p), rep(1e-12, model$m))
  free <- rep(TRUE, length(start))
  if (!is.na(fixed)) {
    start[1] <- fixed
    free[1] <- FALSE
  }
  whole <- function(part) replace(start, free, part)
  fit <- NULL
  from <- start[free]
  for (again in 1:3) {  # begun anew from where it ended: to the last digits
    fit <- nlminb(
      from,
      objective = function(part) {
        value <- -model$loglik(whole(part))
        if (is.finite(value)) value else 1e10
      },
      gradient = function(part) -model$slope(whole(part))[free],
      hessian = function(part) model$information(whole(part))[free, free, drop = FALSE],
      lower = lower[free],
      control = list(eval.max = 2000, iter.max = 2000, rel.tol = 1e-15, abs.tol = 0, x.tol = 1e-14)
    )
    from <- fit$par
  }
  list(value = whole(fit$par), loglik = -fit$objective)
}

# Whether the likelihood rises without end along a covariate: with the arms held equal, what the data tell of it, the
# baseline following, falls to nothing in some direction. Told on each covariate's own scale, an event.
runs_away <- function(model, value, x, events) {
  p <- seq_len(model$p)
  steps <- value[-p]
  used <- c(rep(TRUE, model$p), steps > 1e-7 * max(steps))
  i <- model$information(value)[used, used]
  across <- i[-p, p, drop = FALSE]
  own <- i[p, p] - t(across) %*% solve(i[-p, -p, drop = FALSE], across)
  width <- apply(x, 2, sd)
  told <- (own * outer(width, width) / events)[-1, -1, drop = FALSE]
  min(eigen(told, symmetric = TRUE)$values) < 1e-6  # nlminb stops on the way out
}

# Whether the data tell anything of the arms, all else following: not where nobody of an arm was seen.
tells_of_arms <- function(model, value) {
  steps <- value[-seq_len(model$p)]
  used <- c(rep(TRUE, model$p), steps > 1e-7 * max(steps))
  i <- model$information(value)[used, used]
  i[1, 1] - i[1, -1] %*% solve(i[-1, -1, drop = FALSE], i[-1, 1]) > 1e-9
}

recompute_interval_cox <- function(a, people, at) {
  how <- "nlminb on the likelihood of Finkelstein 1986"
  conf <- as.numeric(a$confidence)
  t <- intervals_of(people)
  if (!is.na(a$compared_from)) t <- from_day(t, last_day(a$compared_from))
  if (!any(is.finite(t$right))) return(c(found(), how = how))
  covariates <- covariates_of(a, people)
  # About their means: where a level has no events, its own hazard falls to 0 and not the baseline.
  x <- cbind(treatment = people$treated, scale(covariates$x, scale = FALSE))
  model <- hazard_model(x, t)
  null <- maximise_hazards(x, t, 0)
  if (model$p > 1 && runs_away(model, null$value, x, sum(is.finite(t$right)))) return(c(found(), how = how))
  if (!tells_of_arms(model, null$value)) return(c(found(), how = how))
  best <- maximise_hazards(x, t)
  b <- best$value[1]
  far <- 35  # as good as infinite
  finite <- abs(b) < far / 2
  if (!finite) {
    b <- sign(b) * far
    best <- maximise_hazards(x, t, b)
  }
  short <- function(value) best$loglik - maximise_hazards(x, t, value)$loglik - critical(conf)^2 / 2
  limit <- function(side) {
    if (side * b >= far) return(side * Inf)
    near <- b
    step <- 1
    repeat {
      there <- if (side > 0) min(far, near + step) else max(-far, near - step)
      if (short(there) > 0) return(uniroot(short, sort(c(near, there)), tol = 1e-9)$root)
      if (abs(there) >= far) return(side * Inf)
      near <- there
      step <- 2 * step
    }
  }
  z <- sign(b) * sqrt(max(0, 2 * (best$loglik - null$loglik)))
  figure(at("detail.log_likelihood"), best$loglik, how, 1e-7)
  figure(at("detail.filled"), covariates$filled, "count")
  if (finite) {
    used <- c(rep(TRUE, model$p), best$value[-seq_len(model$p)] > 1e-7 * max(best$value[-seq_len(model$p)]))
    se <- sqrt(diag(solve(model$information(best$value)[used, used])))[seq_len(model$p)]
    for (k in seq_len(model$p)) {
      one <- best$value[k]
      values <- c(one, se[k], one + c(-1, 1) * critical(conf) * se[k], two_sided(one / se[k]))
      figure(at("detail.terms[%d].%s", k - 1, c("coefficient", "se", "low", "high", "p")), values, how, 1e-6)
    }
  }
  made <- found(if (finite) exp(b) else NA, exp(limit(-1)), exp(limit(1)), pchisq(z^2, 1, lower.tail = FALSE), z)
  # nlminb stops where the likelihood, which is flat at its top, no longer changes: half the digits of the coefficients.
  c(made, how = how, tolerance = 1e-6)
}

recompute_interval <- function(a, people, at) {
  if (a$method == "turnbull") recompute_turnbull(a, people, at) else recompute_interval_cox(a, people, at)
}
