"""The reference study's endpoint, written a second time from its document alone, in plain Python.

It knows nothing of the product: a participant is lists of days and texts, days counted from the allocation. A test
holds the dataset's derived tables against it. Each function quotes the sentence that it carries out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

CUT = Decimal("0.05")  # IU/mL
MASKED_FOR = 125  # days, five half-lives of HBIG
REPEAT_AFTER = 28  # four weeks
WINDOWS = {"week 48": (336, 14, 398), "week 72": (504, 14, 566)}  # target, width, last day of week 56 or 80


@dataclass
class Person:
    """What was seen of a participant: (day, text) of each HBsAg sample in order, and the days of what befell."""

    samples: list[tuple[int, str]]
    doses: list[int] = field(default_factory=list)  # doses actually given
    rescue: int | None = None
    death: int | None = None
    withdrawn: int | None = None
    data_use: str = ""


def sign(text: str) -> str:
    """Return "+" (0.05 or more), "-" (below), or "?": *decisive means that the value settles <0.05 or >=0.05*."""
    if text == "not detected":
        return "-"  # below the assay's limit, 0.05 IU/mL
    if not any(mark.isdigit() for mark in text):
        return "?"
    number = Decimal(text.lstrip("<>=≤≥"))
    if text.startswith(("<=", "≤")):
        return "-" if number < CUT else "?"
    if text.startswith("<"):
        return "-" if number <= CUT else "?"
    if text.startswith(">"):
        return "+" if number >= CUT else "?"
    return "+" if number >= CUT else "-"


def is_masked(day: int, doses: list[int]) -> bool:
    """*Every HBsAg result within 125 days of the last HBIG dose is flagged*; blood is drawn before a day's dose."""
    before = [dose for dose in doses if dose < day]
    return bool(before) and day - max(before) <= MASKED_FOR


def kept(person: Person) -> Person:
    """Leave out what a withdrawal takes away: what lies after it, or everything."""
    if person.withdrawn is None:
        return person
    if person.data_use == "no_further_use":
        return Person([], [], None, None, person.withdrawn, person.data_use)
    last = person.withdrawn
    rescue = person.rescue if person.rescue is not None and person.rescue <= last else None
    samples = [each for each in person.samples if each[0] <= last]
    return Person(samples, [dose for dose in person.doses if dose <= last], rescue, person.death, last, person.data_use)


def fates(
    person: Person, first_until: int | None = None, decided_until: int | None = None
) -> list[tuple[int, str, int | None]]:
    """Return (day, fate, day of the deciding sample) of each positive sample.

    *Any value >=0.05 calls for an unscheduled repeat. The first unmasked sample at least 4 weeks later decides: >=0.05
    confirms, dated at the first sample; <0.05 makes the first a blip; a masked negative refutes nothing; no repeat =
    failure.* A value that is not decisive cannot decide.
    """
    found = []
    for day, text in person.samples:
        if sign(text) != "+" or day < 0 or (first_until is not None and day > first_until):
            continue
        later = [
            (on, sign(value))
            for on, value in person.samples
            if on - day >= REPEAT_AFTER
            and sign(value) != "?"
            and not is_masked(on, person.doses)
            and (decided_until is None or on <= decided_until)
        ]
        if not later:
            found.append((day, "unrepeated", None))
        else:
            found.append((day, "confirmed" if later[0][1] == "+" else "blip", later[0][0]))
    return found


def worst(found: list[tuple[int, str, int | None]]) -> tuple[int | None, str]:
    """Return the first positive that matters most, and its fate."""
    for fate in ("confirmed", "unrepeated", "blip"):
        for day, its, _ in found:
            if its == fate:
                return day, fate
    return None, "none"


def reversion(person: Person) -> tuple[str, int | None, int | None]:
    """Return status and interval: *from the last unmasked decisive negative to the first positive*."""
    person = kept(person)
    day, fate = worst(fates(person))
    if day is None:
        return "none", None, None
    before = [on for on, text in person.samples if on < day and sign(text) == "-" and not is_masked(on, person.doses)]
    return fate, (before[-1] if before else None), day


def standing(person: Person, visit: str) -> tuple[int, str, int] | None:
    """Return (day, text, day in the window) of the sample that stands for a visit, or None.

    *A decisive HBsAg in the window*: of several the one nearest to the visit's day. *For the week-48 sample the repeat
    is taken in weeks 52 to 56; that repeat then stands for the window.*
    """
    person = kept(person)
    target, width, horizon = WINDOWS[visit]
    window = [each for each in person.samples if abs(each[0] - target) <= width and sign(each[1]) != "?"]
    if not window:
        return None
    day, text = min(window, key=lambda each: (abs(each[0] - target), each[0]))
    if sign(text) == "+":
        decider = next(by for first, _, by in fates(person, target + width, horizon) if first == day)
        if decider is not None:
            return decider, dict(reversed(person.samples))[decider], day
    return day, text, day


def measured(person: Person, visit: str, reading: str) -> tuple[str, str, int | None]:
    """Return status, reason and day of what decided, before death and rescue.

    Reading "sustained": *no confirmed reversion, and a decisive HBsAg <0.05 in the window; no repeat = failure*.
    Reading "negative_at_visit": *negative in the week-48 window alone*. *Missing = no decisive HBsAg in the window.*
    """
    if person.data_use == "no_further_use":
        return "missing", "no_further_use", None
    target, width, horizon = WINDOWS[visit]
    stands = standing(person, visit)
    if reading == "sustained":
        day, fate = worst(fates(kept(person), target + width, horizon))
        if fate in ("confirmed", "unrepeated"):
            return "failure", f"reversion.{fate}", day
    if stands is None:
        return "missing", "", None
    return ("success", "", stands[2]) if sign(stands[1]) == "-" else ("failure", "value", stands[2])


def outcome(person: Person, visit: str, reading: str) -> tuple[str, str]:
    """Return status and reason: *rescue antiviral, death or confirmed reversion = failure (composite)*.

    An event counts up to the end of the window, or up to the repeat that stands for it. What came first is the reason.
    """
    status, reason, day = measured(person, visit, reading)
    if person.data_use == "no_further_use":
        return status, reason
    person = kept(person)
    target, width, _ = WINDOWS[visit]
    stands = standing(person, visit)
    last = max(target + width, stands[0] if stands else 0)
    events = [
        (on, name) for on, name in ((person.rescue, "rescue_antiviral"), (person.death, "death")) if on is not None
    ]
    events = sorted(each for each in events if 0 <= each[0] <= last)
    if not events or (status == "failure" and day is not None and day <= events[0][0]):
        return status, reason
    return "failure", events[0][1]


def interval(person: Person) -> tuple[str, float | None, float | None]:
    """Return status, left and right up to week 72, before death and rescue.

    *An interval from the last unmasked decisive negative to the first positive; missing is never an event.* The left
    end is the allocation where there is no such negative. A positive that nobody repeated leaves the left end before it;
    the repeat that refutes one is a negative like any other.
    """
    if person.data_use == "no_further_use":
        return "missing", None, None
    person = kept(person)
    target, width, horizon = WINDOWS["week 72"]
    found = fates(person, target + width, horizon)
    clear = [on for on, text in person.samples if sign(text) == "-" and not is_masked(on, person.doses)]
    day, fate = worst(found)
    if day is not None and fate != "blip":
        left = float(max([0, *(on for on in clear if on < day)]))
        return ("event", left, float(day)) if fate == "confirmed" else ("censored", left, None)
    repeats = [by for _, _, by in found]
    return "censored", float(max([0, *(on for on in clear if on <= target + width or on in repeats)])), None


def is_flagged(person: Person, visit: str, reading: str) -> bool:
    """Whether the sample that decided lies *within 125 days of the last HBIG dose*."""
    if person.data_use == "no_further_use":
        return False
    person = kept(person)
    target, width, horizon = WINDOWS[visit]
    day, fate = worst(fates(person, target + width, horizon))
    if reading == "sustained" and fate in ("confirmed", "unrepeated"):
        return fate == "unrepeated" and day is not None and is_masked(day, person.doses)
    stands = standing(person, visit)
    return stands is not None and is_masked(stands[0], person.doses)
