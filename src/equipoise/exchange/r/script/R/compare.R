# Ours beside R's: the only place that opens figures.csv.

# The printed table has one line for figures that differ in their places in lists alone, the first list excepted, with
# the pair that differs most; recomputed.csv has a line for each.
group_of <- function(key) {
  head <- regmatches(key, regexpr("^[a-z_]+(\\[[0-9]+\\])?", key))
  paste0(head, gsub("\\[[0-9]+\\]", "[]", substring(key, nchar(head) + 1)))
}

compare_all <- function() {
  ours <- read_table("figures.csv")
  parts <- function(name) unlist(lapply(handed_over, `[[`, name))
  recomputed <- data.frame(key = parts("key"), r = parts("value"), how = parts("how"), tolerance = parts("tolerance"))
  recomputed <- recomputed[!is.na(recomputed$r) | recomputed$key %in% ours$key, ]
  stopifnot(!anyDuplicated(recomputed$key), !anyDuplicated(ours$key))

  due <- ours[ours$kind == "recomputed", ]
  keys <- union(due$key, recomputed$key)  # R may find a number where ours has none: that is a difference too
  mine <- match(keys, ours$key)
  theirs <- match(keys, recomputed$key)
  rows <- data.frame(
    key = keys,
    of = ours$of[mine],
    ours = as.numeric(ours$value[mine]),
    r = recomputed$r[theirs],
    tolerance = recomputed$tolerance[theirs],
    how = recomputed$how[theirs],
    stringsAsFactors = FALSE
  )
  same <- !is.na(rows$ours) & !is.na(rows$r) & rows$ours == rows$r  # also Inf and Inf
  rows$difference <- ifelse(same, 0, abs(rows$ours - rows$r) / pmax(1, abs(rows$r)))
  excused <- vapply(rows$key, function(key) any(vapply(undone, function(u) startsWith(key, u$start), TRUE)), TRUE)
  rows$verdict <- ifelse(is.na(rows$difference) & excused, "not compared",
                  ifelse(is.na(rows$difference), "differs",
                  ifelse(rows$difference <= rows$tolerance, "agrees", "differs")))
  print_table(rows, ours)
  write.csv(rows[, c("key", "of", "ours", "r", "difference", "tolerance", "verdict", "how")],
            file.path(folder, "recomputed.csv"), row.names = FALSE, na = "", fileEncoding = "UTF-8")
  write_summary(rows, ours)
  !any(rows$verdict == "differs")
}

number <- function(x) ifelse(is.na(x), "none", formatC(x, digits = 15, format = "g", width = 1))

print_table <- function(rows, ours) {
  groups <- split(rows, factor(group_of(rows$key), levels = unique(group_of(rows$key))))
  worst <- do.call(rbind, lapply(groups, function(g) {
    one <- g[order(-ifelse(is.na(g$difference), Inf, g$difference))[1], ]
    one$figures <- nrow(g)
    one
  }))
  shown <- data.frame(
    figure = ifelse(worst$figures > 1, paste0(group_of(worst$key), " (", worst$figures, ")"), worst$key),
    of = ifelse(is.na(worst$of), "", worst$of),
    ours = number(worst$ours),
    R = number(worst$r),
    difference = ifelse(is.na(worst$difference), "", formatC(worst$difference, digits = 2, format = "g", width = 1)),
    verdict = worst$verdict,
    how = ifelse(is.na(worst$how), "", worst$how)
  )
  options(width = 260)
  print(shown, row.names = FALSE, right = FALSE, max = 1e6)
  compared <- rows[rows$verdict %in% c("agrees", "differs"), ]
  cat(sprintf("\n%d figures compared in %s: %d agree, %d differ.\n", nrow(compared), R.version.string,
              sum(compared$verdict == "agrees"), sum(compared$verdict == "differs")))
  largest <- largest_of(rows)
  if (nrow(largest)) cat(sprintf("The largest difference is %.2g, at %s.\n", largest$difference, largest$key))
  left <- ours[ours$kind == "not recomputed", ]
  for (reason in unique(left$reason)) {
    cat(sprintf("Not recomputed, %d figures: %s\n", sum(left$reason == reason), reason))
  }
  for (u in undone) cat(sprintf("Not compared, what begins with %s: %s\n", u$start, u$why))
  if (any(rows$verdict == "differs")) {
    cat("\nDIFFERENT:\n")
    print(shown[shown$verdict == "differs", ], row.names = FALSE, right = FALSE)
  }
}

largest_of <- function(rows) {
  known <- rows[!is.na(rows$difference), ]
  head(known[order(-known$difference), c("key", "difference")], 1)
}

# recomputed.json, for the report: written by hand, so that no package is needed.
write_summary <- function(rows, ours) {
  quoted <- function(text) {
    if (length(text)) paste0("\"", gsub("([\"\\\\])", "\\\\\\1", text), "\"") else character(0)
  }
  as_list <- function(text) paste0("[", paste(quoted(text), collapse = ", "), "]")
  largest <- largest_of(rows)
  version <- if (has_survival) as.character(packageVersion("survival")) else ""
  lines <- c(
    "{",
    sprintf(" \"figures\": %d,", sum(rows$verdict %in% c("agrees", "differs"))),
    sprintf(" \"largest\": %s,", if (nrow(largest)) format(largest$difference, digits = 15) else "0"),
    sprintf(" \"where\": %s,", quoted(if (nrow(largest)) largest$key else "")),
    sprintf(" \"r\": %s,", quoted(paste(R.version$major, R.version$minor, sep = "."))),
    sprintf(" \"survival\": %s,", quoted(version)),
    sprintf(" \"differs\": %s,", as_list(rows$key[rows$verdict == "differs"])),
    sprintf(" \"not_compared\": %s", as_list(rows$key[rows$verdict == "not compared"])),
    "}"
  )
  writeLines(lines, file.path(folder, "recomputed.json"), useBytes = TRUE)
}
