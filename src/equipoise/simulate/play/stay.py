"""From allocation to the end: visits, doses, samples, repeats, reports, and how people leave."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import Any

from equipoise.conduct.commands import (
    AssignKit,
    CollectSpecimen,
    GiveDose,
    JudgeReversion,
    MissVisit,
    RecordDeviation,
    RecordVisit,
    ShipSpecimen,
    Sign,
    StopTreatment,
    StopVisits,
    StoreSpecimen,
    WithdrawConsent,
    WithholdDose,
)
from equipoise.simulate.play.people import Row
from equipoise.simulate.play.person import Person
from equipoise.simulate.play.reports import Reports
from equipoise.study.model.scenarios import Dosing, Happening
from equipoise.study.model.schedule import DoseSchedule, Visit

_BATCH_DAYS = 200  # how long a batch is in use
_TIDY_DAYS = 10  # after the last visit, until the last queries are closed


def stay(person: Person, allocated: int, arm: str) -> Any:
    """Live the time after allocation; yields the day of each next step.

    Parameters
    ----------
    person : Person
        Who has just been allocated.
    allocated : int
        The day, counted from the start of recruitment.
    arm : str
        The arm.

    Yields
    ------
    int
        The day of the next step, counted from the start of recruitment.
    """
    life = _Stay(person, allocated, arm)
    for day, column, is_missed in life.steps():
        if allocated + day != person.day:
            yield allocated + day
        if is_missed:
            person.at(allocated + day)
            life.miss(column)
        else:
            life.visit(column, day)
    yield max(life.end(), person.day)
    life.leave()
    yield person.day + _TIDY_DAYS
    person.at(person.day + _TIDY_DAYS)
    life.tidy()


class _Stay:
    """One person under their arm."""

    def __init__(self, person: Person, allocated: int, arm: str) -> None:
        self.person, self.allocated, self.arm = person, allocated, arm
        self.stage = person.stage
        self.course = Row.of(person.batch.courses[arm], person.row)
        self.visits = self.course.course.visits
        self.reports = Reports(person, self.course, allocated)
        self.findings = [
            (watch.id, finding)
            for watch in self.course.course.watches
            for finding in watch.findings
            if finding[0] == person.row
        ]
        self.stopped_by: Happening | None = None
        self.shelved: list[str] = []  # specimens stored and not shipped yet
        self.samples = 0
        self.deviations = 0
        self.unfound = sorted(range(len(self.course.found)), key=self.course.found.__getitem__)
        self.withdrawn = ""  # the choice on data use, once consent is withdrawn
        self.harm: set[str] = set()  # items that record a harm which has come

    # --- the order of things ----------------------------------------------------------------------------------

    def steps(self) -> list[tuple[int, int, bool]]:
        """Return the steps in order: the day since allocation, the column, and whether the visit was missed."""
        found = []
        for column, day in enumerate(self.course.days):
            if not math.isnan(day):  # it took place
                found.append((int(day), column, False))
            elif column < len(self.visits):
                closes = self.visits[column].day + self.visits[column].after + 1
                if closes < self.course.left:
                    found.append((closes, column, True))
        return sorted(found)

    def end(self) -> int:
        """Return the day on which the person leaves, counted from the start of recruitment."""
        last = max((day for day, _, _ in self.steps()), default=0)
        stays = self.course.left > self.visits[-1].day + self.visits[-1].after if self.visits else True
        return self.allocated + (last if stays else max(int(self.course.left), last))

    # --- a visit ----------------------------------------------------------------------------------------------

    def visit(self, column: int, day: int) -> None:
        """Do all that belongs to a visit."""
        person, on = self.person, self.person.at(self.allocated + day)
        person.settle()
        self._ship(on)
        declared = self.visits[column] if column < len(self.visits) else None
        name = declared.id if declared else self._unscheduled()
        if declared is None or declared.kind != "baseline":  # the baseline visit was recorded before the allocation
            person.do(RecordVisit(participant=person.id, visit=name, on=on))
        forms = self.stage.slips.forms(name) if declared else self.stage.slips.forms("", self._like())
        values = {ask.name: self.course.values[ask.name][column] for _, asks in forms for ask in asks}
        self._say(values, day)
        person.fill(name, forms, values, on, self.arm)
        self.reports.report(day)
        self._judge(column)
        if declared is not None:
            self._doses(declared, column, day, on)
            self._specimens(declared, on)
            self._window(declared, day, on)
        self._find(day, on)

    def _unscheduled(self) -> str:
        self.person.unscheduled += 1
        return f"unscheduled-{self.person.unscheduled}"

    def _like(self) -> str:
        """Return the visit as which an unscheduled one is measured: the last of the calendar."""
        return self.visits[-1].id

    def _say(self, values: dict[str, Any], day: int) -> None:
        """Let the forms say what is reported at this visit, and what harm has come before."""
        events, medication = self.reports.due(day)
        for kind, is_due in (("adverse_events", events), ("medication", medication)):
            name = self.stage.world.scenarios.asks.get(kind)  # type: ignore[call-overload]  # one of the two keys
            if name:
                values[name] = is_due
        values.update(dict.fromkeys(self.harm, True))

    def miss(self, column: int) -> None:
        """Record that a visit did not take place."""
        self.person.do(
            MissVisit(participant=self.person.id, visit=self.visits[column].id, reason="the person did not come")
        )

    def _judge(self, column: int) -> None:
        for reversion, (_, decided_at, first, decided, confirmed) in self.findings:
            if decided_at == column:
                self.person.do(
                    JudgeReversion(
                        participant=self.person.id,
                        reversion=reversion,
                        first_positive=self.stage.days.text(self.allocated + int(first)),
                        repeated=self.stage.days.text(self.allocated + int(decided)),
                        finding="confirmed" if confirmed else "refuted",
                    )
                )

    def _window(self, declared: Visit, day: int, on: str) -> None:
        if declared.day - declared.before <= day <= declared.day + declared.after:
            return
        words = f"{declared.label}: day {day} is outside the window"
        self._deviate("visit_window", on, words)

    def _find(self, day: int, on: str) -> None:
        """Record what has been found out about the person by a day."""
        while self.unfound and self.course.found[self.unfound[0]] <= day:
            said = self.stage.world.scenarios.findings[self.unfound.pop(0)]
            self._deviate(said.category, on, said.words, major=said.major)

    def _deviate(self, category: str, on: str, words: str, *, major: bool = False) -> None:
        self.deviations += 1
        name, who = f"D-{self.deviations}", self.person.id
        self.person.do(
            RecordDeviation(participant=who, deviation=name, category=category, on=on, words=words, major=major)
        )

    # --- doses ------------------------------------------------------------------------------------------------

    def _doses(self, declared: Visit, column: int, day: int, on: str) -> None:
        for schedule in self.course.course.schedules:
            if declared.id not in schedule.visits:
                continue
            if self.course.given[schedule.id][column]:
                self._give(schedule, declared.id, on)
                self._harm(column, day, on)
            else:
                self._withhold(schedule, declared.id, column, on)

    def _withhold(self, schedule: DoseSchedule, visit: str, column: int, on: str) -> None:
        declined = bool(self.course.course.refused[schedule.id][self.person.row, column])
        reason = "the protocol withholds it"
        if self.stopped_by is not None:
            reason = f"treatment stopped: {self.stopped_by.term}"
        elif declined:
            reason = "the person declined"
            self._deviate("dose_missed", on, f"{visit}: the planned dose was declined")
        self.person.do(
            WithholdDose(participant=self.person.id, visit=visit, schedule=schedule.id, on=on, reason=reason)
        )

    def _give(self, schedule: DoseSchedule, visit: str, on: str) -> None:
        person, dice = self.person, self.stage.dice
        product = next(one for one in self.stage.world.study.identity.products if one.id == schedule.product)
        said = self.stage.world.dosing.get(schedule.product)
        period = person.day // _BATCH_DAYS
        batch = said.batches[min(period, len(said.batches) - 1)] if said else "A"
        if product.kit:
            batch = str(person.do(AssignKit(participant=person.id, visit=visit, on=on))[0].data["kit"])
        sites = said.body_sites if said and said.body_sites else (product.route or "as prescribed",)
        person.do(
            GiveDose(
                participant=person.id,
                visit=visit,
                schedule=schedule.id,
                product=product.id,
                batch=batch,
                expiry=self.stage.days.text((period + 1) * _BATCH_DAYS + (said.shelf_days if said else 540)),
                amount=str(schedule.amount),
                unit=product.unit,
                body_site=sites[dice.between(0, len(sites) - 1)],
                given_by=f"nurse of centre {person.site}",
                on=on,
                observation=self._observation(said),
            )
        )

    def _observation(self, said: Dosing | None) -> str:
        if said is None or not said.observations:
            return "no reaction"
        shares = tuple(accumulate(float(share) for share in said.observations.values()))
        return self.stage.dice.pick(tuple(said.observations), shares)

    def _harm(self, column: int, day: int, on: str) -> None:
        """Report what a dose did to the person; some of it ends the treatment."""
        for happening in self.stage.world.scenarios.adverse_events:
            if happening.per != "dose" or not self.course.harmed[happening.term][column]:
                continue
            lasts = self.stage.dice.between(happening.lasts.low, happening.lasts.high)
            self.reports.event(happening, day, day + lasts, day)
            if happening.variable:
                self.harm.add(happening.variable)
            if happening.stops_treatment and self.stopped_by is None:
                self.stopped_by = happening
                self.person.do(StopTreatment(participant=self.person.id, on=on, reason=happening.term))

    # --- specimens --------------------------------------------------------------------------------------------

    def _specimens(self, declared: Visit, on: str) -> None:
        person = self.person
        for kind in declared.specimens:
            consent = self.stage.specimens[kind]
            if consent and not person.options.get(consent):
                continue
            self.samples += 1
            name = f"{person.id}.{self.samples:02d}"
            person.do(CollectSpecimen(participant=person.id, visit=declared.id, specimen=name, kind=kind, on=on))
            place = f"freezer {person.site}"
            person.do(StoreSpecimen(participant=person.id, specimen=name, on=on, place=place))
            self.shelved.append(name)

    def _ship(self, on: str) -> None:
        """Send off what has been stored since the last visit; a centre's boxes go by the month."""
        box, self.shelved = self.shelved, []
        batch = f"{self.person.site}-{on[:7]}"
        for name in box:
            self.person.do(
                ShipSpecimen(participant=self.person.id, specimen=name, on=on, batch=batch, to="central biobank")
            )

    # --- the end ----------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Complete the trial, or leave it early."""
        person, said, dice = self.person, self.stage.world.scenarios.dropout, self.stage.dice
        last = self.visits[-1].day + self.visits[-1].after if self.visits else 0
        on = person.at(person.day if self.course.left > last else self.end())
        if self.course.left > last:
            came = not self.visits or not math.isnan(self.course.days[len(self.visits) - 1])
            reason = "completed" if came else "did not come to the last visit"
            person.do(StopVisits(participant=person.id, on=on, reason=reason))
            return
        if self.course.died <= self.course.left:
            self.reports.death(int(self.course.died), self.course.course.fates.cause[person.row])
            person.do(StopVisits(participant=person.id, on=on, reason="death"))
            return
        if said is None:
            return
        if dice.roll() < float(said.withdraws):
            choice = dice.pick(
                tuple(said.data_use), tuple(accumulate(float(share) for share in said.data_use.values()))
            )
            self.withdrawn = choice
            person.do(
                WithdrawConsent(
                    participant=person.id,
                    on=on,
                    data_use=choice,  # type: ignore[arg-type]  # a key of the declared choices
                    reason="own wish",
                )
            )
            return
        reason = dice.pick(tuple(said.reasons), tuple(accumulate(float(share) for share in said.reasons.values())))
        person.do(StopVisits(participant=person.id, on=on, reason=reason))

    def tidy(self) -> None:
        """Close what is open, send off what is stored, sign."""
        person = self.person
        person.settle(may_correct=self.withdrawn != "no_further_use")
        if self.withdrawn not in ("keep_without_specimens", "no_further_use"):
            self._ship(self.stage.days.text(person.day))
        meaning = "The casebook is complete and correct"
        person.do(Sign(participant=person.id, meaning=meaning))
