"""What follows from a study's plan and patients ask first, each as one short text that a sentence can rest on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from equipoise.core import words
from equipoise.plan.calendar import VisitDays, days_by_arm
from equipoise.recruit.ages import ages_of
from equipoise.study.model.study import Study
from equipoise.study.words import label

ROOM = "recruit.plain"
_WEEK, _MONTH, _YEAR = 7, Fraction(36525, 1200), Fraction(36525, 100)


def facts_of(study: Study, language: str) -> dict[str, str]:
    """Return the facts of a study by their paths, `facts.people`, in words of a language."""
    identity = study.identity
    found = {
        "facts.people": _say("people", language, count=identity.enrolment),
        "facts.centres": counted("centres", language, len(identity.sites)),
        "facts.groups": counted("groups", language, len(identity.arms)),
        "facts.blinding": _say(f"blinding.{identity.blinding}", language),
        "facts.sex": _say(f"sex.{identity.sex}", language),
        "facts.status": _say(f"status.{identity.status}", language),
    }
    found |= _age(study, language)
    found |= {f"facts.chance.{arm}": said for arm, said in _chances(study, language)}
    found |= {f"facts.visits.{arm}": said for arm, said in _visits(study, language)}
    found |= {f"facts.doses.{dose}": said for dose, said in _doses(study, language)}
    length = length_in_days(study)
    if length:
        found["facts.length"] = _length(length, language)
    return found


def visits_of(study: Study, arm: str) -> tuple[VisitDays, ...]:
    """Return the visits that an arm comes to, the unplanned ones left out."""
    return tuple(visit for visit in days_by_arm(study)[arm] if visit.kind != "unscheduled")


def length_in_days(study: Study) -> int:
    """Return how many days lie between the allocation and the last planned visit."""
    return max((visit.day for arm in study.arms for visit in visits_of(study, arm)), default=0)


def chance_of(study: Study, arm: str) -> Fraction:
    """Return the chance of an arm."""
    return Fraction(study.arms[arm].ratio, sum(one.ratio for one in study.identity.arms))


def about(days: int, unit: Fraction | int) -> Fraction:
    """Return days in a greater unit, rounded to its halves."""
    return Fraction(round(Fraction(days) / unit * 2), 2)


def counted(key: str, language: str, count: int, **params: object) -> str:
    """Return words that depend on a number: one or many."""
    return _say(f"{key}.{'one' if count == 1 else 'many'}", language, count=count, **params)


def _say(key: str, language: str, **params: object) -> str:
    return words.text(ROOM, f"facts.{key}", language, **params)


def _age(study: Study, language: str) -> dict[str, str]:
    ages = ages_of(study)
    if ages.youngest is None and ages.oldest is None:
        return {}
    which = "between" if None not in (ages.youngest, ages.oldest) else "from" if ages.youngest is not None else "up-to"
    return {"facts.age": _say(f"age.{which}", language, youngest=ages.youngest, oldest=ages.oldest)}


def _chances(study: Study, language: str) -> Iterator[tuple[str, str]]:
    for arm in study.arms:
        share = chance_of(study, arm)
        called, percent = label(study, "arms", arm, language), f"{float(100 * share):.3g}"
        said = _say("chance", language, arm=called, few=share.numerator, many=share.denominator, percent=percent)
        yield arm, said


def _visits(study: Study, language: str) -> Iterator[tuple[str, str]]:
    for arm in study.arms:
        visits = visits_of(study, arm)
        called = label(study, "arms", arm, language)
        weeks = [str(visit.day // _WEEK) for visit in visits if visit.day >= 0 and visit.day % _WEEK == 0]
        listed = words.text(ROOM, "facts.comma", language).join(weeks)
        yield arm, counted("visits", language, len(visits), arm=called, weeks=listed)


def _doses(study: Study, language: str) -> Iterator[tuple[str, str]]:
    for dose in study.schedule.doses:
        days = sorted(study.visits[visit].day for visit in dose.visits if visit in study.visits)
        if not days:
            continue
        length = days[-1] - days[0]
        gaps = {late - early for early, late in pairwise(days)}
        said = [counted("doses", language, len(days), weeks=_figure(about(length, _WEEK)))]
        if len(gaps) == 1:
            said.append(_say("every", language, weeks=_figure(about(gaps.pop(), _WEEK))))
        if length > _MONTH:
            said.append(_say("months", language, months=_figure(about(length, _MONTH))))
            said.append(_say("years", language, years=_figure(about(length, _YEAR))))
        yield dose.id, words.text(ROOM, "facts.comma", language).join(said)


def _length(days: int, language: str) -> str:
    """Return how long a study takes, in each unit in which a person may say it."""
    return _say(
        "length",
        language,
        days=days,
        weeks=_figure(about(days, _WEEK)),
        months=_figure(about(days, _MONTH)),
        years=_figure(about(days, _YEAR)),
    )


def _figure(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.1f}"
