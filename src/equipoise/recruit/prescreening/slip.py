"""A laboratory slip, read line by line: which test, what result, of which day; and what cannot be used, and why.

Nothing that was pasted is dropped: a line that is not understood is shown as such. What was read counts only after its
person has confirmed it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby, pairwise

from equipoise.core.dates import PartialDate
from equipoise.core.problem import Problem
from equipoise.criteria.facts import Observation
from equipoise.recruit.prescreening.answers import ON, observation_of
from equipoise.recruit.prescreening.days import read_day
from equipoise.recruit.prescreening.sheet import Sheet
from equipoise.recruit.prescreening.slip_values import Found, value_in
from equipoise.study.model.codebook import Variable

LONGEST = 10_000  # characters; a slip of all there is has two or three thousand
MOST_LINES = 200
# No line of a slip is longer, and what is searched for in a line costs more than its length.
_LONGEST_LINE = 300
_DAY = re.compile(
    r"(?<!\d)(?:\d{4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}(?!\d)|\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?!\d)|\d{1,2}\.?\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4})"
)
_TIME = re.compile(r"(?<![\d.])[T ]?\d{1,2}:\d{2}(?::\d{2})?(?!\d)")
_OF_THE_PERSON = re.compile(r"出生|生日|birth|\bDOB\b|年龄|\bage\b", re.IGNORECASE)
_TAKEN = re.compile(r"采样|采集|采血|抽血|collected|collection|drawn|sampled|specimen", re.IGNORECASE)


class State(StrEnum):
    """What became of a line."""

    READ = "read"
    UNUSABLE = "unusable"  # the test is known; its result cannot be used
    NOT_NEEDED = "not_needed"  # the test is known, and this study does not ask for it
    NOT_RECOGNISED = "not_recognised"
    DAY = "day"  # says when the blood was taken
    OLDER = "older"  # a later result of the same test stands
    AGAIN = "again"  # the same result once more
    CONFLICT = "conflict"  # two results of one test, and nothing tells which is later


@dataclass(frozen=True, slots=True)
class Reading:
    """A line, or a part of one that names one test: what was read, from which words."""

    number: int  # of the line, from 1
    line: str
    state: State
    variable: str = ""
    name: str = ""  # the words that name the test
    value: str = ""  # the answer, as it would travel
    words: str = ""  # the words that say it
    on: PartialDate | None = None
    why: Problem | None = None  # why it cannot be used
    notes: tuple[Problem, ...] = ()  # what was taken for granted


@dataclass(frozen=True, slots=True)
class Slip:
    """All lines, in order."""

    readings: tuple[Reading, ...]

    @property
    def usable(self) -> dict[str, Reading]:
        """The result of each test that stands."""
        return {one.variable: one for one in self.readings if one.state is State.READ}

    @property
    def conflicts(self) -> dict[str, tuple[Reading, ...]]:
        """The results that contradict each other, by test."""
        found: dict[str, tuple[Reading, ...]] = {}
        for one in self.readings:
            if one.state is State.CONFLICT:
                found[one.variable] = (*found.get(one.variable, ()), one)
        return found


def read_slip(sheet: Sheet, text: str, today: date) -> Slip | Problem:
    """Read the lines of a slip."""
    if not text.strip():
        return Problem("recruit.prescreening.slip-empty")
    if len(text) > LONGEST:
        return Problem("recruit.prescreening.slip-too-long", {"length": len(text), "longest": LONGEST})
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        return Problem("recruit.prescreening.slip-too-many-lines", {"lines": len(lines), "most": MOST_LINES})
    names = _names(sheet.variables)
    readings: list[Reading] = []
    of_slip: PartialDate | None = None
    taken = False
    for number, line in lines:
        plain = " ".join(unicodedata.normalize("NFKC", line).replace("−", "-").split())
        if len(plain) > _LONGEST_LINE:
            too_long = Problem("recruit.prescreening.line-too-long", {"longest": _LONGEST_LINE})
            readings.append(Reading(number, line, State.NOT_RECOGNISED, why=too_long))
            continue
        rest, on = _without_day(plain)
        tests = _tests(rest, names)
        if not tests:
            is_day = on is not None and not _OF_THE_PERSON.search(plain)
            if is_day and (not taken or _TAKEN.search(plain)):
                of_slip, taken = on, bool(_TAKEN.search(plain))
            readings.append(Reading(number, line, State.DAY if is_day else State.NOT_RECOGNISED, on=on))
            continue
        for variable, name, after in tests:
            made = Reading(number, line, State.READ, variable.name, name, on=on or of_slip)
            readings.append(_reading(sheet, made, value_in(variable, after), today))
    return Slip(_latest(sheet, tuple(readings), today))


def _names(variables: Mapping[str, Variable]) -> list[tuple[re.Pattern[str], Variable]]:
    """Return what tells each test, by its printed names; small gaps and signs in them do not matter."""
    found = []
    for variable in variables.values():
        for name in variable.printed:
            parts = [re.escape(part) for part in re.split(r"[\s\-_‐–]+", unicodedata.normalize("NFKC", name)) if part]
            before = r"(?<![A-Za-z0-9])" if re.match(r"[A-Za-z0-9]", name) else ""
            after = r"(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]$", name) else ""
            found.append((re.compile(before + r"[\s\-_‐–]*".join(parts) + after, re.IGNORECASE), variable))
    return found


def _tests(text: str, names: list[tuple[re.Pattern[str], Variable]]) -> list[tuple[Variable, str, str]]:
    """Return each test that a line names, its name there, and the words behind it; the longest name wins."""
    hits = [(hit.start(), hit.end(), variable) for name, variable in names for hit in name.finditer(text)]
    kept: list[tuple[int, int, Variable]] = []
    for start, end, variable in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, variable))
    kept.sort(key=lambda hit: hit[0])
    # A name in Chinese with its abbreviation in brackets names one test twice.
    runs = [list(run) for _, run in groupby(kept, key=lambda hit: hit[2].name)]
    found = []
    for index, run in enumerate(runs):
        until = runs[index + 1][0][0] if index + 1 < len(runs) else len(text)
        between = "".join(text[one[1] : other[0]] for one, other in pairwise(run))
        after = f"{between} {text[run[-1][1] : until]}" if len(run) > 1 else text[run[0][1] : until]
        name = text[run[0][0] : run[-1][1]]
        name += ")" if name.count("(") > name.count(")") else ""
        found.append((run[0][2], name, after))
    return found


def _without_day(text: str) -> tuple[str, PartialDate | None]:
    """Return a line without its dates and times, and the first of the dates that can be read."""
    days = [read_day(found[0]) for found in _DAY.finditer(text)]
    read = [day for day in days if isinstance(day, PartialDate)]
    return _TIME.sub(" ", _DAY.sub(" ", text)), read[0] if read else None


def _reading(sheet: Sheet, made: Reading, found: Found | Problem, today: date) -> Reading:
    """Return the reading of a line with the result that was found behind the test's name."""
    name, on = made.variable, made.on
    if name not in sheet.asked:
        return replace(made, state=State.NOT_NEEDED)
    if isinstance(found, Problem):
        return replace(made, state=State.UNUSABLE, why=found)
    dated = on is not None and sheet.asked[name].kind == "laboratory"
    answer = f"{found.value}{ON}{on}" if dated else found.value
    read = observation_of(sheet, name, answer, today)
    if isinstance(read, Problem):
        return replace(made, state=State.UNUSABLE, why=read, words=found.words)
    return replace(made, value=answer, words=found.words, notes=found.notes)


def _latest(sheet: Sheet, readings: tuple[Reading, ...], today: date) -> tuple[Reading, ...]:
    """Mark, of several results of one test, which stands: the latest; none where nothing tells which that is."""
    states = {index: one.state for index, one in enumerate(readings)}
    by_test: dict[str, list[int]] = {}
    for index, one in enumerate(readings):
        if one.state is State.READ:
            by_test.setdefault(one.variable, []).append(index)
    for indices in by_test.values():
        last = indices[0]
        clashing = {last}
        for index in indices[1:]:
            one, other = readings[last], readings[index]
            later = _order(one.on, other.on)
            if later is None and _same(sheet, one, other, today):
                states[index] = State.AGAIN
            elif later is None:
                clashing.add(index)
            elif later:
                states |= dict.fromkeys(clashing, State.OLDER)
                last, clashing = index, {index}
            else:
                states[index] = State.OLDER
        if len(clashing) > 1:
            states |= dict.fromkeys(clashing, State.CONFLICT)
    return tuple(replace(one, state=states[index]) for index, one in enumerate(readings))


def _order(one: PartialDate | None, other: PartialDate | None) -> bool | None:
    """Whether the other day is the later one; None where the days do not tell."""
    if one is None or other is None:
        return None
    if other.earliest > one.latest:
        return True
    return False if one.earliest > other.latest else None


def _same(sheet: Sheet, one: Reading, other: Reading, today: date) -> bool:
    values = []
    for each in (one, other):
        read = observation_of(sheet, each.variable, each.value, today)
        value = read.value if isinstance(read, Observation) else None
        values.append(getattr(value, "bounds", value))
    return values[0] == values[1]
