# Recompute every figure of the report, from the CSV files of this folder alone.
#
#   Rscript reproduce.R
#
# needs R 4.0 or newer and the recommended package "survival" (both come with every installation of R; on Debian:
# apt install r-base-core r-cran-survival). Nothing else is loaded, nothing is downloaded, no random number is drawn.
#
# The figures to compare with stand in figures.csv. No section reads them: each works from the data, hands its numbers
# over with figure(key, value, how), and only compare_all() at the very end opens figures.csv. The key of a figure is
# its path in results.json. README.md says what each column of each CSV file means.
#
# Differences are measured as |ours - R| / max(1, |R|): absolute for numbers up to 1, relative above. What a figure may
# differ by is given with it: 1e-9 where both sides are closed formulas or roots, and more, with the reason beside it,
# where a packaged function of R stops sooner.

here <- function() {
  script <- grep("^--file=", commandArgs(trailingOnly = FALSE), value = TRUE)
  if (length(script)) dirname(sub("^--file=", "", script[1])) else "."
}
folder <- here()
source_part <- function(name) source(file.path(folder, "R", name), encoding = "UTF-8")

source_part("reading.R")      # the CSV files, keys, figure()
source_part("people.R")       # who is counted in an analysis, as what, and in which stratum
source_part("analyses.R")     # every declared analysis
source_part("binary.R")       # proportions and two-arm tables
source_part("stratified.R")   # the same over strata
source_part("exact.R")        # Fisher's test, power by enumeration
source_part("sensitivity.R")  # imputation, tipping point, re-randomisation, logistic model
source_part("times.R")        # Kaplan-Meier, log-rank, Cox
source_part("competing.R")    # cumulative incidence
source_part("intervals.R")    # Turnbull, interval-censored proportional hazards
source_part("continuous.R")   # means, values below a limit
source_part("landmarks.R")    # a variable at landmarks against what comes later
source_part("safety.R")       # adverse events and exposure
source_part("described.R")    # flow, courses, masking, baseline
source_part("compare.R")      # ours beside R's

recompute_analyses()   # the answer, and every other declared analysis
recompute_flow()       # from referral to analysis
recompute_courses()    # laboratory values over time, and what masks them
recompute_baseline()   # the participants as they were at allocation
recompute_landmarks()  # a variable at landmarks against later reversion
recompute_safety()     # adverse events
recompute_power()      # the power that the enrolment gives

quit(save = "no", status = if (compare_all()) 0 else 1)
