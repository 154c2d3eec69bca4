"""What happens to people after allocation, drawn for everybody at once: visits, doses, levels, events, samples.

The calendar is walked visit by visit, all people in step, because what is seen at one visit decides about the
next dose, and the doses given decide what the next sample can show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.assay import measure
from equipoise.simulate.cohort import Cohort
from equipoise.simulate.fates import Fates, draw_fates
from equipoise.simulate.formula import Scope, formula
from equipoise.simulate.pharmacokinetics import level_at
from equipoise.simulate.reversions import Watch
from equipoise.study.model.scenarios import Event, Item
from equipoise.study.model.schedule import DoseSchedule, Visit

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
LONG_AGO = -1e4  # weeks: how long "since" reads for what has not come
REPEATS = 4  # unscheduled repeats that a person can have


@dataclass
class Course:
    """What happens under one arm. Columns are the visits in order, then the unscheduled repeats.

    Attributes
    ----------
    day : ndarray, shape (people, columns)
        Days since allocation of each visit; not a number where it did not take place.
    left : ndarray, shape (people,)
        The day after which nobody comes any more.
    fates : Fates
        Who dies, and of whom something is found out later.
    values : dict of str to ndarray, shape (people, columns)
        Each variable as measured.
    given : dict of str to ndarray, shape (people, columns)
        Doses given, by dose schedule.
    refused : dict of str to ndarray, shape (people, columns)
        Doses that the person did not want, by dose schedule.
    harmed : dict of str to ndarray, shape (people, columns)
        Adverse events of doses, by term: whether the dose of that visit brought it.
    """

    arm: str
    visits: tuple[Visit, ...]
    schedules: tuple[DoseSchedule, ...]
    day: Array
    left: Array
    fates: Fates
    values: dict[str, NDArray[Any]] = field(default_factory=dict)
    given: dict[str, Flags] = field(default_factory=dict)
    refused: dict[str, Flags] = field(default_factory=dict)
    harmed: dict[str, Flags] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    watches: list[Watch] = field(default_factory=list)
    event_day: dict[str, Array] = field(default_factory=dict)
    unmasked: dict[str, Array] = field(default_factory=dict)
    stopped: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))


def draw_course(cohort: Cohort, arm: str, allocated: Array, rng: np.random.Generator) -> Course:
    """Draw what happens to each person under an arm.

    Parameters
    ----------
    cohort : Cohort
        The people.
    arm : str
        The arm that all of them are followed under.
    allocated : ndarray, shape (people,)
        Days from consent to allocation.
    rng : Generator
        The source of randomness.

    Returns
    -------
    Course
        The course of everybody.
    """
    return _Walk(cohort, arm, allocated, rng).course


class _Walk:
    """The walk through the calendar; `course` is what it makes."""

    def __init__(self, cohort: Cohort, arm: str, allocated: Array, rng: np.random.Generator) -> None:
        self.cohort, self.rng, self.world = cohort, rng, cohort.world
        self.people = cohort.size
        self.allocated = allocated
        self.names: dict[str, Any] = {**cohort.names, "arm": arm}
        visits = self.world.visits(arm)
        self.columns = len(visits) + REPEATS
        fates = draw_fates(self.world, self.names, self.people, rng)
        day, left = self._attendance(visits, fates.died)
        self.course = Course(arm, visits, self.world.schedules(arm), day, left, fates, names=self.names)
        self.course.stopped = np.zeros(self.people, dtype=bool)
        self._doses()
        self._clocks()
        self._watched()
        for column in range(len(visits)):
            self._step(column)
        self._finish()

    def _scope(self, names: dict[str, Any] | None = None) -> Scope:
        return Scope(self.names if names is None else names, (self.people,), self.rng)

    def _value(self, text: str) -> Array:
        value: Array = formula(text).array(self._scope()).astype(float)
        return value

    # --- before the walk --------------------------------------------------------------------------------------

    def _attendance(self, visits: tuple[Visit, ...], died: Array) -> tuple[Array, Array]:
        said, dropout, shape = self.world.scenarios.attendance, self.world.scenarios.dropout, (self.people, len(visits))
        left = np.full(self.people, np.inf)
        if dropout is not None:
            weekly = np.maximum(self._value(dropout.weekly), 1e-12)
            left = np.maximum(7 * self.rng.standard_exponential(self.people) / weekly, 1.0)
        left = np.minimum(left, died)
        planned = np.array([visit.day for visit in visits], dtype=float)
        before = np.array([visit.before for visit in visits], dtype=float)
        after = np.array([visit.after for visit in visits], dtype=float)
        spread = self._value(said.spread)[:, None]
        shift = np.clip(spread * self.rng.standard_normal(shape), -before, after)
        beyond = self.rng.random(shape) < self._value(said.outside)[:, None]
        late = after + self.rng.integers(1, 8, shape)
        day = np.round(planned + np.where(beyond & (after > 0), late, shift))
        missed = self.rng.random(shape) < self._value(said.missed)[:, None]
        day[missed | (day >= left[:, None])] = np.nan
        if len(visits) and visits[0].kind == "baseline":
            day[:, 0] = 0.0
        columns = np.full((self.people, self.columns), np.nan)
        last = np.zeros(self.people)
        for column in range(len(visits)):
            here = day[:, column] if planned[column] <= 0 else np.maximum(day[:, column], last + 1)
            columns[:, column] = np.where(here < left, here, np.nan)
            last = np.fmax(last, columns[:, column])
        return columns, left

    def _doses(self) -> None:
        course, empty = self.course, (self.people, self.columns)
        declines = self._value(self.world.scenarios.attendance.dose_missed)
        for schedule in course.schedules:
            course.given[schedule.id] = np.zeros(empty, dtype=bool)
            course.refused[schedule.id] = self.rng.random(empty) < declines[:, None]
        self.due = {
            schedule.id: {place for place, visit in enumerate(course.visits) if visit.id in schedule.visits}
            for schedule in course.schedules
        }
        self.protected = {event.id: np.full(self.people, -np.inf) for event in self.world.scenarios.events}
        for happening in self.world.scenarios.adverse_events:
            if happening.per == "dose":
                rate = self._value(happening.rate)
                course.harmed[happening.term] = self.rng.random(empty) < rate[:, None]
        self.kinetics = {
            one.product: {name: self._value(getattr(one, name)) for name in ("absorption", "half_life", "volume")}
            for one in self.world.scenarios.kinetics
        }

    def _clocks(self) -> None:
        self.clocks = {event.id: self.cohort.clock(event, self.rng) for event in self.world.scenarios.events}
        self.start = {
            event.id: (self.cohort.delay(event) + self.allocated) / 7 for event in self.world.scenarios.events
        }
        for event in self.world.scenarios.events:
            self.clocks[event.id].pass_until(self.start[event.id])

    def _watched(self) -> None:
        """Find what has to be known during the walk: samples that are repeated, values on which doses stop."""
        wanted: set[str] = set()
        for reversion in self.world.study.endpoints.reversions:
            if not reversion.calls_repeat:
                continue
            mask = next((one for one in self.world.study.schedule.masking if one.id == reversion.masking), None)
            self.course.watches.append(Watch.of(reversion, mask, self.people))
            wanted.add(reversion.variable)
        for dosing in self.world.scenarios.dosing:
            wanted |= formula(dosing.stops_when).names if dosing.stops_when else set()
        ids = [visit.id for visit in self.course.visits]
        declared = {item.variable for item in self.world.scenarios.items}
        self.watched = sorted(wanted & declared)
        self.items: dict[str, list[Item | None]] = {
            name: [self.world.item(name, visit) for visit in ids] for name in self.watched
        }
        for name in (*self.watched, *(course.name for course in self.world.scenarios.courses)):
            self.course.values[name] = np.full((self.people, self.columns), np.nan)
        for product in self.kinetics:
            self.course.values[f"level_{product}"] = np.zeros((self.people, self.columns))

    # --- the walk ---------------------------------------------------------------------------------------------

    def _step(self, column: int) -> None:
        day, visit = self.course.day[:, column], self.course.visits[column]
        here = ~np.isnan(day)
        now = np.where(here, day, float(visit.day))
        self._pass(now)
        for watch in self.course.watches:
            self._repeat(watch, now)
        values = self._sample(now, column, here, visit.id)
        for watch in self.course.watches:
            asked = here & self._asks(visit, watch.variable)
            self._see(watch, column, now, asked, values)
        for dosing in self.world.scenarios.dosing:
            if dosing.stops_when and all(self._asks(visit, name) for name in formula(dosing.stops_when).names):
                self.course.stopped |= here & formula(dosing.stops_when).array(self._scope({**self.names, **values}))
        self._give(column, now, here)

    def _asks(self, visit: Visit, variable: str) -> bool:
        return any(item.variable == variable for form in visit.forms for item in self.world.study.forms[form].items)

    def _pass(self, now: Array) -> None:
        for event in self.world.scenarios.events:
            clock, start = self.clocks[event.id], self.start[event.id]
            if event.protection is not None:
                until = start + np.minimum(self.protected[event.id], now / 7)
                clock.pass_until(until, self._value(event.protection.ratio))
            clock.pass_until(start + now / 7)

    def _since(self, event: Event, now: Array) -> Array:
        since: Array = np.maximum(self.start[event.id] + now / 7 - self.clocks[event.id].time, LONG_AGO)
        return since

    def _state(self, now: Array) -> dict[str, Any]:
        """Return the names that hold on a day: time, events, levels, courses."""
        names: dict[str, Any] = {**self.names, "week": now / 7}
        for event in self.world.scenarios.events:
            names[f"since_{event.id}"] = self._since(event, now)
            names[f"time_{event.id}"] = self.start[event.id] + now / 7
        for product, parameters in self.kinetics.items():
            names[f"level_{product}"] = self._level(product, now, parameters)
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            for course in self.world.scenarios.courses:
                names[course.name] = formula(course.formula).array(self._scope(names))
        return names

    def _level(self, product: str, now: Array, parameters: dict[str, Array]) -> Array:
        total = np.zeros(self.people)
        for schedule in self.course.schedules:
            if schedule.product == product:
                columns = sorted(self.due[schedule.id])
                given = self.course.given[schedule.id][:, columns]
                days = np.where(given, self.course.day[:, columns], np.nan)
                total += level_at(now, days, np.full(len(columns), float(schedule.amount)), **parameters)
        return total

    def _sample(self, now: Array, column: int, rows: Flags, visit: str) -> dict[str, Any]:
        """Write what a sample of these people on that day shows into a column; return the watched values."""
        names, found = self._state(now), {}
        for name in self.course.values:
            if name not in self.watched:
                self.course.values[name][rows, column] = names[name][rows]
        for name in self.watched:
            item = self.world.item(name, visit)
            if item is not None:
                with np.errstate(over="ignore", under="ignore"):
                    found[name] = measure(item, self._scope(names))
                self.course.values[name][rows, column] = found[name][rows]
        return found

    def _see(self, watch: Watch, column: int, now: Array, rows: Flags, values: dict[str, Any]) -> None:
        if watch.variable not in values:
            return
        positive = formula(watch.positive).array(self._scope({**self.names, **values}))
        new = watch.see(column, now, rows, positive, self._masked(watch, now))
        self._call_back(watch, new, now)

    def _masked(self, watch: Watch, now: Array) -> Flags:
        masked = np.zeros(self.people, dtype=bool)
        for schedule in self.course.schedules:
            if schedule.product == watch.product:
                days = np.where(self.course.given[schedule.id], self.course.day, -np.inf)
                since = now - np.max(np.where(days < now[:, None], days, -np.inf), axis=1)
                masked |= since <= watch.masked_days
        return masked

    def _call_back(self, watch: Watch, rows: Flags, now: Array) -> None:
        """Plan the repeat of a positive sample, unless a visit falls in its time anyway."""
        opens, closes = now + watch.after, now + watch.before
        planned = np.array(
            [visit.day for visit in self.course.visits if self._asks(visit, watch.variable)], dtype=float
        )
        served = ((planned >= opens[:, None]) & (planned <= closes[:, None])).any(axis=1)
        done = self.rng.random(self.people) < self._value(self.world.scenarios.attendance.repeated)
        day = np.round(opens + self.rng.random(self.people) * (watch.before - watch.after))
        call = rows & ~served & done & (day < self.course.left) & (watch.repeats < REPEATS)
        watch.repeat_day[call] = day[call]

    def _repeat(self, watch: Watch, now: Array) -> None:
        rows = (watch.repeat_day <= now) & np.isfinite(watch.repeat_day)
        if not rows.any():
            return
        day = np.where(rows, watch.repeat_day, now)
        visit = next((visit.id for visit in reversed(self.course.visits) if self._asks(visit, watch.variable)), "")
        numbers = watch.repeats.copy()
        for number in np.unique(numbers[rows]):
            some = rows & (numbers == number)
            column = len(self.course.visits) + int(number)
            self.course.day[some, column] = watch.repeat_day[some]
            values = self._sample(day, column, some, visit)
            watch.repeats[some] += 1
            watch.repeat_day[some] = np.inf
            self._see(watch, column, day, some, values)

    def _give(self, column: int, now: Array, here: Flags) -> None:
        course = self.course
        for schedule in course.schedules:
            if column not in self.due[schedule.id]:
                continue
            given = here & ~course.stopped & ~course.refused[schedule.id][:, column]
            course.given[schedule.id][:, column] = given
            for event in self.world.scenarios.events:
                guard = event.protection
                if guard is not None and guard.product == schedule.product:
                    until = now / 7 + self._value(guard.weeks)
                    self.protected[event.id] = np.where(given, until, self.protected[event.id])
            for happening in self.world.scenarios.adverse_events:
                if happening.per == "dose":
                    hit = course.harmed[happening.term]
                    hit[:, column] &= given
                    course.stopped |= happening.stops_treatment & hit[:, column]

    # --- after the walk ---------------------------------------------------------------------------------------

    def _finish(self) -> None:
        end = np.full(self.people, np.inf)
        self._pass(end)
        for watch in self.course.watches:
            self._repeat(watch, np.where(np.isfinite(watch.repeat_day), watch.repeat_day, -1.0))
        for hit in self.course.harmed.values():
            hit[:, [place for place in range(self.columns) if not self._is_due(place)]] = False
        self._rest()
        for event in self.world.scenarios.events:
            self.course.event_day[event.id] = 7 * (self.clocks[event.id].time - self.start[event.id])

    def _is_due(self, column: int) -> bool:
        return any(column in columns for columns in self.due.values())

    def _rest(self) -> None:
        """Measure what nothing depended on, at all visits at once."""
        shape = (self.people, self.columns)
        names = {
            name: value[:, None] if isinstance(value, np.ndarray) and value.ndim else value
            for name, value in self.names.items()
        }
        names |= {name: value for name, value in self.course.values.items() if name not in self.watched}
        names["week"] = self.course.day / 7
        for event in self.world.scenarios.events:
            begin = self.start[event.id][:, None] + names["week"]
            names[f"time_{event.id}"] = begin
            names[f"since_{event.id}"] = np.maximum(begin - self.clocks[event.id].time[:, None], LONG_AGO)
        scope = Scope(names, shape, self.rng)
        at = {visit.id for visit in self.course.visits}
        with np.errstate(all="ignore"):
            for item in self.world.scenarios.items:
                if item.variable not in self.watched and (not item.at or at & set(item.at)):
                    self._place(item, measure(item, scope))

    def _place(self, item: Item, measured: NDArray[Any]) -> None:
        """Put an item's values into the columns for which it is said, or into all that nobody else speaks of."""
        held = self.course.values.get(item.variable)
        if held is None:
            self.course.values[item.variable] = measured
            return
        said = [each for each in self.world.scenarios.items if each.variable == item.variable and each.at]
        mine = item.at or [visit.id for visit in self.course.visits if not any(visit.id in each.at for each in said)]
        if not item.at and not said:
            return  # a course of this name was walked: it is the value
        columns = [place for place, visit in enumerate(self.course.visits) if visit.id in mine]
        mixed = np.array(held, dtype=measured.dtype if measured.dtype.kind != "f" else held.dtype)
        mixed[:, columns] = measured[:, columns]
        self.course.values[item.variable] = mixed
