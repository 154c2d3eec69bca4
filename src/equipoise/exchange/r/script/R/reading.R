# The CSV files, and the numbers that the sections hand over.

# Everything is read as text: a participant's number is no number. An empty cell is no value.
read_table <- function(name) {
  read.csv(file.path(folder, name), colClasses = "character", na.strings = "", check.names = FALSE, encoding = "UTF-8")
}

design_table <- read_table("design.csv")        # part, id, name, value: what the study declares
analyses <- read_table("analyses.csv")          # a row a declared analysis, in order
participants <- read_table("participants.csv")  # a row a person
outcomes <- read_table("outcomes.csv")          # a row a person, estimand and reading
labs <- read_table("labs.csv")                  # a row a laboratory result

# "a|b|c" is a list; nothing is the empty list.
listed <- function(text) if (length(text) != 1 || is.na(text)) character(0) else strsplit(text, "|", fixed = TRUE)[[1]]

# What the study declares: the ids of a part in their order, and the value of one name.
ids_of <- function(part) unique(design_table$id[design_table$part == part])
declared <- function(part, id, name) {
  found <- design_table$value[design_table$part == part & design_table$id == id & design_table$name == name]
  if (length(found) == 1) found else NA_character_
}

is_yes <- function(text) !is.na(text) & text %in% c("true", "yes", "1")

# The allocated people, in the order of their numbers as the dataset has them.
allocated <- participants[!is.na(participants$arm), ]
arms <- ids_of("arm")

# The figures that were recomputed. `key` may be a vector as long as `value`.
handed_over <- list()
figure <- function(key, value, how, tolerance = 1e-9) {
  value <- as.numeric(value)
  stopifnot(length(key) == length(value))
  handed_over[[length(handed_over) + 1]] <<- list(
    key = key, value = value, how = rep(how, length(key)), tolerance = rep(tolerance, length(key))
  )
}

# What could not be done here, with the reason: said at the end, never passed over.
undone <- list()
cannot <- function(start, why) undone[[length(undone) + 1]] <<- list(start = start, why = why)

# results.json counts from 0, R from 1.
key_at <- function(...) sprintf(...)
places <- function(n) seq_len(n) - 1

# Counts in a declared order; what it does not name comes after, the most frequent first. Zeros are left out.
counted <- function(values, order = character(0)) {
  if (!length(values)) return(integer(0))
  names <- unique(values)
  counts <- vapply(names, function(name) sum(values == name), 0)
  place <- match(names, order, nomatch = length(order) + 1)
  counts[base::order(place, -counts, names, method = "radix")]
}
