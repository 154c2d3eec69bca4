"""Adverse events and medication of one person: what comes when, and what is reported at which visit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from equipoise.conduct.commands import ReportAdverseEvent, ReportMedication
from equipoise.simulate.formula import Scope, formula
from equipoise.simulate.play.people import Row
from equipoise.simulate.play.person import Person
from equipoise.study.model.scenarios import Happening, Treatment


@dataclass(frozen=True)
class Affair:
    """Something with a beginning and (perhaps) an end, in days since allocation."""

    begins: int
    ends: int | None
    what: Happening | Treatment


class Reports:
    """What a person will have to report, in the order in which it begins."""

    def __init__(self, person: Person, course: Row, allocated: int) -> None:
        self.person, self.course, self.allocated = person, course, allocated
        self.count = {"AE": 0, "CM": 0}
        self.going: list[tuple[int, ReportAdverseEvent]] = []  # the day of its end, what was reported
        horizon = max((day for day in course.days if not math.isnan(day)), default=0.0)
        self.waiting = sorted(
            [*self._background(min(horizon, course.left)), *self._treatments(min(horizon, course.left))],
            key=lambda affair: affair.begins,
        )

    def _share(self, text: str) -> float:
        text = text.strip()
        if text.replace(".", "", 1).isdigit():  # mostly a plain figure
            return float(text)
        cohort, names = self.person.batch.cohort, self.course.course.names
        scope = Scope(names, (cohort.size,), self.person.stage.dice.rng)
        value: Any = formula(text).array(scope)[self.course.row]
        return float(value)

    def _background(self, horizon: float) -> list[Affair]:
        found = []
        dice = self.person.stage.dice
        for happening in self.person.stage.world.scenarios.adverse_events:
            if happening.per != "week":
                continue
            chance = self._share(happening.rate) * horizon / 7
            while dice.roll() < chance:  # a few at most: rates are small
                chance -= 1
                begins = dice.between(1, max(int(horizon), 1))
                lasts = dice.between(happening.lasts.low, happening.lasts.high)
                found.append(Affair(begins, begins + lasts, happening))
        return found

    def _treatments(self, horizon: float) -> list[Affair]:
        found = []
        dice = self.person.stage.dice
        for treatment in self.person.stage.world.scenarios.medication:
            begins = self._begins(treatment)
            if begins is not None and begins <= horizon and dice.roll() < self._share(treatment.chance):
                ends = None if treatment.lasts is None else begins + treatment.lasts
                found.append(Affair(begins, ends, treatment))
        return found

    def _begins(self, treatment: Treatment) -> int | None:
        delay = self.person.stage.dice.between(treatment.delay.low, treatment.delay.high)
        if treatment.when == "entry":
            return -delay
        if treatment.when == "during":
            return delay
        decided = [float(watch.decided[self.course.row]) for watch in self.course.course.watches]
        known = [day for day in decided if not math.isnan(day)]
        return int(min(known)) + delay if known else None

    # --- reporting --------------------------------------------------------------------------------------------

    def due(self, day: int) -> tuple[bool, bool]:
        """Return whether an adverse event, and whether a medication, has begun by a day and is not reported yet."""
        kinds = [isinstance(affair.what, Happening) for affair in self.waiting if affair.begins <= day]
        return any(kinds), not all(kinds)

    def report(self, day: int) -> None:
        """Report what has begun by a day, and what has ended."""
        for ends, told in [one for one in self.going if one[0] <= day]:
            self.going.remove((ends, told))
            self.person.do(replace(told, ended=self._text(ends), outcome="recovered"))
        while self.waiting and self.waiting[0].begins <= day:
            affair = self.waiting.pop(0)
            if isinstance(affair.what, Happening):
                self.event(affair.what, affair.begins, affair.ends or affair.begins, day)
            else:
                self._medication(affair, affair.what, day)

    def event(self, what: Happening, begins: int, ends: int, day: int) -> None:
        """Report an adverse event on a day."""
        dice = self.person.stage.dice
        severity = dice.pick(tuple(what.severity), tuple(accumulate(float(share) for share in what.severity.values())))
        over = ends <= day
        self.count["AE"] += 1
        told = ReportAdverseEvent(
            participant=self.person.id,
            adverse_event=f"AE-{self.count['AE']}",
            term=what.term,
            on=self._text(begins),
            severity=severity,  # type: ignore[arg-type]  # a key of the declared severities
            serious=severity == "life_threatening" or dice.roll() < float(what.serious),
            related=what.related,
            outcome="recovered" if over else "recovering",
            ended=self._text(ends) if over else "",
            category=what.category,
        )
        self.person.do(told)
        if not over:
            self.going.append((ends, told))

    def death(self, day: int, cause: int) -> None:
        """Report a death: the adverse event that was its cause, fatal on the same day."""
        said = self.person.stage.world.scenarios.deaths
        assert said is not None  # noqa: S101 - nobody dies whose scenarios know no deaths
        self.count["AE"] += 1
        self.person.do(
            ReportAdverseEvent(
                participant=self.person.id,
                adverse_event=f"AE-{self.count['AE']}",
                term=list(said.causes)[cause],
                on=self._text(day),
                severity="fatal",
                serious=True,
                related=said.related,
                outcome="fatal",
                ended=self._text(day),
                category=said.category,
            )
        )

    def _medication(self, affair: Affair, what: Treatment, day: int) -> None:
        self.count["CM"] += 1
        over = affair.ends is not None and affair.ends <= day
        self.person.do(
            ReportMedication(
                participant=self.person.id,
                medication=f"CM-{self.count['CM']}",
                name=what.name,
                category=what.category,
                started=self._text(affair.begins),
                ended=self._text(affair.ends) if over and affair.ends is not None else "",
            )
        )

    def _text(self, day: int) -> str:
        return self.person.stage.days.text(self.allocated + day)
