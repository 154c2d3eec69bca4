"""From referral to allocation."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from equipoise.conduct.commands import (
    Allocate,
    CorrectItem,
    DecideEligibility,
    EnterItems,
    Entry,
    GiveConsent,
    RecordVisit,
    Refer,
    Register,
    StopVisits,
)
from equipoise.core.dates import completed_years
from equipoise.core.ids import participant_id
from equipoise.core.problem import Problem, ProblemsError
from equipoise.randomise.blinding import open_arm
from equipoise.simulate.assay import written
from equipoise.simulate.play.person import Forms, Person
from equipoise.simulate.play.stay import stay

_FULL = "enrolment complete"
# What may turn out on the day of allocation; anything else that is refused is a fault of the scenarios.
_NOT_TODAY = frozenset({"conduct.no-longer-eligible", "conduct.factor-not-decided", "conduct.no-level-holds"})


def live(person: Person) -> Any:
    """Live one person's trial; yields the day of each next step.

    Parameters
    ----------
    person : Person
        Somebody who will be referred.

    Yields
    ------
    int
        The day of the next step, counted from the start of recruitment.
    """
    stage, screening, row = person.stage, person.batch.screening, person.row
    day = int(person.batch.cohort.referred[row])
    yield day
    if stage.is_full:
        return
    _refer(person, day)
    day += int(screening.register[row])
    yield day
    if stage.is_full or not screening.registers[row]:
        _leave(person, day, _FULL if stage.is_full else "does not wish to be screened")
        return
    person.do(Register(participant=person.id, site=person.site, on=person.at(day)))
    day += int(screening.consent[row])
    yield day
    if stage.is_full or not screening.consents[row]:
        _leave(person, day, _FULL if stage.is_full else "does not consent")
        return
    _consent(person, day)
    visit = stage.world.screening()
    if visit is not None:
        person.do(RecordVisit(participant=person.id, visit=visit.id, on=person.at(day)))
        _first_asking(person, visit.id, person.at(day))
    verdict = ""
    for again in (screening.decide, screening.second):
        yield person.consented + int(again[row])
        on = person.at(person.consented + int(again[row]))
        if stage.is_full:
            break
        if verdict and visit is not None:
            _second_asking(person, visit.id, on)
        person.settle()
        events = person.do(DecideEligibility(participant=person.id, on=on))
        verdict = str(events[0].data["verdict"])
        if verdict in ("eligible", "not eligible"):
            break
    if stage.is_full or verdict != "eligible":
        why = "not eligible" if verdict == "not eligible" else "eligibility could not be established"
        _leave(person, person.day, _FULL if stage.is_full else why)
        person.settle()
        return
    yield from _allocate(person)


def _refer(person: Person, day: int) -> None:
    stage = person.stage
    number = stage.numbers[person.site] = stage.numbers.get(person.site, 0) + 1
    person.id = participant_id(person.site, number)
    stage.referred += 1
    origins = person.batch.screening.origin
    origin = origins[person.row] if origins else ""
    person.do(Refer(participant=person.id, site=person.site, on=person.at(day), origin=origin))


def _leave(person: Person, day: int, why: str) -> None:
    person.do(StopVisits(participant=person.id, on=person.at(day), reason=why))


def _consent(person: Person, day: int) -> None:
    stage, screening, row = person.stage, person.batch.screening, person.row
    person.consented = day
    document = stage.world.study.identity.consent[-1] if stage.world.study.identity.consent else None
    offered = {option.id for option in document.options} if document else set()
    person.options = {name: bool(flags[row]) for name, flags in screening.options.items() if name in offered}
    main = stage.world.study.identity.language
    language = screening.language[row] if screening.language else main
    person.do(
        GiveConsent(
            participant=person.id,
            document=document.version if document else "",
            language=language if document and language in document.languages else main,
            on=person.at(day),
            options=person.options,
            age=_age(person, day),
        )
    )


def _age(person: Person, day: int) -> int | None:
    values = person.batch.screening.values.get(person.stage.world.scenarios.recruitment.birth_date)
    if values is None or values.dtype.kind not in "fiu":
        return None
    today = person.stage.days.start + timedelta(days=day)
    return completed_years(today - timedelta(days=int(-(-values[person.row] // 1))), today)


# --- asking -------------------------------------------------------------------------------------------------------


def _first_asking(person: Person, visit: str, on: str) -> None:
    """Enter what is known; of what is not, half is left open and half is recorded as unknown."""
    screening, row = person.batch.screening, person.row
    values = {name: found[row].item() for name, found in screening.values.items()}
    for name, flags in screening.missing.items():
        if flags[row] and _is_asked(values[name]):
            # A judgement is never unknown, only not yet made.
            judged = person.stage.world.study.variables[name].kind == "judgement"
            if judged or person.stage.dice.roll() < 0.5:
                values[name] = None
            else:
                values[name] = "unknown"
                person.unknown.add(name)
    person.fill(visit, person.stage.slips.forms(visit), values, on, "")


def _is_asked(value: Any) -> bool:
    """Whether there is anything to know: who never took a drug is not asked when it was stopped."""
    return value != "" and not (isinstance(value, float) and math.isnan(value))


def _second_asking(person: Person, visit: str, on: str) -> None:
    screening, row = person.batch.screening, person.row
    for form, asks in person.stage.slips.forms(visit):
        late: list[Entry] = []
        for ask in asks:
            name = ask.name
            if name not in screening.missing or not (screening.missing[name][row] and screening.resolved[name][row]):
                continue
            entry = person.stage.slips.entry(ask, screening.values[name][row].item(), person.site, person.consented)
            if entry is None:
                continue
            if name in person.unknown:
                why = "Documents have come"
                person.do(CorrectItem(participant=person.id, visit=visit, form=form, on=on, entry=entry, reason=why))
            else:
                late.append(entry)
        if late:
            person.do(EnterItems(participant=person.id, visit=visit, form=form, on=on, entries=tuple(late)))
    _repeat_elsewhere(person, visit, on)


def _repeat_elsewhere(person: Person, visit: str, on: str) -> None:
    """Have another laboratory repeat what this centre's limit cannot decide."""
    screening, row, slips = person.batch.screening, person.row, person.stage.slips
    if slips.unscheduled is None or not any(flags[row] for flags in screening.repeated.values()):
        return
    forms: Forms = slips.forms("", visit)
    found = []
    for form, asks in forms:
        for ask in asks:
            flags = screening.repeated.get(ask.name)
            if flags is not None and flags[row]:
                limit = str(ask.item.elsewhere)
                value = screening.values[ask.name][row].item()
                text = written(ask.item, ask.variable, value, limit)
                entry = Entry(
                    item=ask.name,
                    value=text,
                    unit=ask.variable.unit,
                    limit=limit,
                    assay=ask.item.assay,
                    laboratory="central laboratory",
                )
                found.append((form, entry))
    if found:
        person.unscheduled += 1
        name = f"unscheduled-{person.unscheduled}"
        person.do(RecordVisit(participant=person.id, visit=name, on=on))
        for form, entry in found:
            person.do(EnterItems(participant=person.id, visit=name, form=form, on=on, entries=(entry,)))


# --- allocation ---------------------------------------------------------------------------------------------------


def _allocate(person: Person) -> Any:
    stage, row = person.stage, person.row
    day = person.consented + int(person.batch.screening.allocate[row])
    yield day
    if stage.is_full:
        _leave(person, day, _FULL)
        person.settle()
        return
    on = person.at(day)
    baseline = next((visit for visit in stage.world.study.schedule.visits if visit.kind == "baseline"), None)
    if baseline is not None:
        person.do(RecordVisit(participant=person.id, visit=baseline.id, on=on))
    # Blood of this day is entered after the allocation: its results are not there yet.
    found = stage.door.try_(person.second, Allocate(participant=person.id, on=on))
    if isinstance(found, Problem):
        if found.code not in _NOT_TODAY:
            raise ProblemsError([found])
        _leave(person, day, "not eligible on the day of allocation")
        person.settle()
        return
    stage.allocated += 1
    arm = str(found[0].data["arm"])
    if stage.world.study.is_blinded:
        arm = open_arm(stage.secret, stage.world.study.id, int(found[0].data["slot"]), arm)
    yield from stay(person, day, arm)
