"""What a landmark sees: of each person the last value of a variable measured up to that day, and never a hidden one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, ProblemsError
from equipoise.dataset.model import Dataset
from equipoise.predict.population import Population
from equipoise.study.model.codebook import Variable
from equipoise.study.model.prediction import Term
from equipoise.study.prediction import reading_of

Floats = NDArray[np.float64]
_NUMERIC = ("laboratory", "number")
# With fewer measured people, or fewer who differ from the most common value, nothing could be told from chance.
_FEWEST_MEASURED = 10
_FEWEST_OTHER = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    """A value as it was entered."""

    comparator: str
    value: float | None
    text: str
    limit: float | None
    seq: int


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A variable at a landmark, on the scale of its term, as the interval in which each person's value lies.

    `low` and `high` are equal where it was measured; "<2" reaches from the least possible value to 2, a missing value
    from end to end, and `missing` names it. Of a yes or no 1 is yes; of a code it is its place in `codes`. So many as
    `late` says were entered, or changed, when the person's outcome stood already: who wrote them down could know it.
    """

    term: Term
    kind: str
    unit: str
    codes: tuple[str, ...]
    low: Floats
    high: Floats
    missing: NDArray[np.bool_]
    late: int = 0

    @property
    def variable(self) -> str:
        """The variable's name."""
        return self.term.variable

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whose value is one number."""
        return np.asarray(self.low == self.high)

    @property
    def censored(self) -> NDArray[np.bool_]:
        """Of whom a bound is known and no more."""
        return np.asarray(~self.known & ~self.missing)


class Values:
    """Reads the values of a landmark's people from a dataset, by days and masking flags."""

    def __init__(self, dataset: Dataset, population: Population) -> None:
        self.dataset = dataset
        self.study = dataset.study
        self.population = population
        self._rows = {name: row for row, name in enumerate(population.people)}

    def column(self, term: Term) -> Column | Problem:
        """Return a term's values, or why it cannot be a predictor here."""
        variable = self.study.variables[term.variable]
        if variable.rule:
            derived = self._derived(variable)
            if not derived:
                params: dict[str, str | int] = {"variable": variable.name, "count": len(self._rows)}
                return Problem("predict.derived-unknown", params)
            return self._column(term, variable, derived)
        seen = self._last(variable)
        if isinstance(seen, Problem):
            return seen
        return self._column(term, variable, seen)

    def columns(self, terms: Sequence[Term]) -> tuple[Column, ...]:
        """Return the values of terms that must all be there; raises ProblemsError with all that stands against it."""
        found = [self.column(term) for term in terms]
        columns = tuple(each for each in found if isinstance(each, Column))
        problems = [each for each in found if isinstance(each, Problem)]
        problems += [problem for column in columns for problem in unusable(column)]
        problems += list(_identical(columns))
        if problems:
            raise ProblemsError(problems)
        return columns

    @cached_property
    def _doses(self) -> Mapping[str, Mapping[str, list[int]]]:
        """The days of the doses given, by product and person."""
        import polars as pl

        found: dict[str, dict[str, list[int]]] = {}
        given = self.dataset.tables["doses"].filter((pl.col("status") == "given") & pl.col("day").is_not_null())
        for person, product, day in given.select("participant", "product", "day").iter_rows():
            found.setdefault(product, {}).setdefault(person, []).append(day)
        return found

    @cached_property
    def _decided(self) -> Mapping[str, int]:
        """The event from which each person's outcome follows."""
        import polars as pl

        declared = self.study.prediction
        endpoint = declared.target.endpoint if declared is not None else ""
        rows = self.dataset.tables["endpoints"].filter(
            (pl.col("endpoint") == endpoint)
            & (pl.col("reading") == reading_of(self.study))
            & pl.col("status").is_in(["success", "failure"])
            & pl.col("seq").is_not_null()
        )
        return dict(rows.select("participant", "seq").iter_rows())

    def _last(self, variable: Variable) -> dict[int, _Seen] | Problem:
        """Return each person's last value by the landmark, or why there is none that may be used."""
        last: dict[int, _Seen] = {}
        hidden: set[int] = set()
        later: set[int] = set()
        for person, day, flagged, seen in self._measured(variable):
            row = self._rows.get(person)
            if row is None:
                continue
            if day is None or day > self.population.day[row]:
                later.add(row)
                continue
            # What came last counts: a person whose last value is hidden has no value, and not an older one.
            (hidden.add if flagged or self._is_hidden(variable.name, person, day) else hidden.discard)(row)
            last[row] = seen
        params: dict[str, str | int] = {"variable": variable.name, "landmark": self.population.landmark}
        if hidden:
            products = ", ".join(m.product for m in self.study.schedule.masking if variable.name in m.hides)
            return Problem("predict.masked", {**params, "count": len(hidden), "product": products})
        if not last and later:
            return Problem("predict.measured-later", {**params, "count": len(later)})
        return last

    def _measured(self, variable: Variable) -> Iterator[tuple[str, int | None, bool, _Seen]]:
        """Yield what was measured of everybody, each person's in the order of the days: person, day, flag, value."""
        import polars as pl

        is_laboratory = variable.kind == "laboratory"
        frame = self.dataset.tables["labs" if is_laboratory else "items"].filter(pl.col("variable") == variable.name)
        frame = frame.sort("participant", "day", "seq")
        if is_laboratory:
            wanted = ("participant", "day", "masked", "comparator", "value", "text", "limit", "seq")
            for person, day, masked, comparator, value, text, limit, seq in frame.select(wanted).iter_rows():
                if value is not None:
                    yield person, day, masked, _Seen(comparator, value, text, limit, seq)
            return
        for person, day, text, number, seq in frame.select("participant", "day", "text", "number", "seq").iter_rows():
            if text:
                yield person, day, False, _Seen("=", number, text, None, seq)

    def _is_hidden(self, variable: str, person: str, day: int) -> bool:
        """Whether a dose on an earlier day hides what was measured on this one, whatever the flag says."""
        for masking in self.study.schedule.masking:
            if variable in masking.hides:
                days = self._doses.get(masking.product, {}).get(person, ())
                if any(0 < day - given <= masking.days for given in days):
                    return True
        return False

    def _derived(self, variable: Variable) -> dict[int, _Seen]:
        """Return what follows from a rule: known at allocation, hence before any landmark."""
        table = self.dataset.tables["participants"].select("participant", variable.name)
        found: dict[int, _Seen] = {}
        for person, value in table.iter_rows():
            if person in self._rows and value is not None:
                number = float(value) if variable.kind in _NUMERIC else None
                found[self._rows[person]] = _Seen("=", number, str(value), None, 0)
        return found

    def _column(self, term: Term, variable: Variable, seen: Mapping[int, _Seen]) -> Column | Problem:
        size = len(self.population.people)
        codes = ("no", "yes") if variable.kind == "yes_no" else tuple(code.value for code in variable.codes)
        least = least_of(variable, term.scale)
        missing = np.ones(size, dtype=bool)
        if variable.kind in _NUMERIC:
            low, high = np.full(size, least), np.full(size, math.inf)
        else:
            low, high = np.zeros(size), np.full(size, float(len(codes) - 1))
        wrong = 0
        for row, each in seen.items():
            if codes:
                if each.text in codes:
                    low[row] = high[row] = float(codes.index(each.text))
                    missing[row] = False
            elif each.value is not None:
                bounds = bounds_of(each.comparator, each.value, each.limit, term.scale, least)
                if bounds is None:
                    wrong += 1
                else:
                    low[row], high[row] = bounds
                    missing[row] = False
        if wrong:
            return Problem("predict.not-positive", {"variable": term.variable, "count": wrong})
        late = sum(each.seq > self._decided.get(self.population.people[row], each.seq) for row, each in seen.items())
        return Column(term, variable.kind, variable.unit, codes, low, high, missing, late)


def least_of(variable: Variable, scale: str) -> float:
    """Return the least value that a variable can have on a scale."""
    return -math.inf if scale or variable.low is None else float(variable.low)


def bounds_of(
    comparator: str, value: float, limit: float | None, scale: str, least: float
) -> tuple[float, float] | None:
    """Return the interval of a result on a term's scale; None where the scale has no place for it.

    A result of 0 on a log scale lies below the assay's limit, where there is one.
    """
    if scale and value <= 0:
        if comparator != "=" or limit is None or limit <= 0:
            return None
        comparator, value = "<", limit
    shown = math.log10(value) if scale else value
    if comparator in ("<", "<="):
        return min(least, shown), shown
    return (shown, math.inf) if comparator in (">", ">=") else (shown, shown)


def unusable(column: Column) -> Iterator[Problem]:
    """Say why a column cannot be in a model: nobody has a value, all are below the limit, or all are the same."""
    known = column.low[column.known]
    params: dict[str, str | int] = {"variable": column.variable, "count": len(column.low)}
    if column.missing.all():
        yield Problem("predict.all-missing", params)
    elif not len(known):
        yield Problem("predict.all-censored", params)
    elif (known == known[0]).all() and not (column.censored & (column.high != known[0])).any():
        yield Problem("predict.constant", {**params, "count": len(known)})


def few(column: Column) -> Problem | None:
    """Say that too few people have a value, or next to all the same."""
    known = column.low[column.known]
    if len(known) + int(column.censored.sum()) < _FEWEST_MEASURED:
        return Problem("predict.few-measured", {"variable": column.variable, "count": len(known)})
    _, counts = np.unique(known, return_counts=True)
    other = len(known) - int(counts.max()) + int(column.censored.sum())
    if other < _FEWEST_OTHER:
        return Problem("predict.few-differ", {"variable": column.variable, "count": other})
    return None


def _identical(columns: Sequence[Column]) -> Iterator[Problem]:
    """Two columns that say the same of everybody leave no way to tell their coefficients apart."""
    for place, one in enumerate(columns):
        for other in columns[place + 1 :]:
            both = one.known & other.known
            a, b = one.low[both], other.low[both]
            # A straight line through all pairs leaves nothing over.
            if both.sum() > 2 and np.ptp(a) > 0 and np.ptp(b) > 0 and abs(np.corrcoef(a, b)[0, 1]) > 1 - 1e-9:
                yield Problem("predict.identical", {"one": one.variable, "other": other.variable})
