"""What would help: what an open criterion needs, and what would change one that is not met, in a patient's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from equipoise.core.dates import PartialDate, add_months
from equipoise.core.decimals import plain
from equipoise.core.quantity import Quantity
from equipoise.core.words import text as words
from equipoise.criteria.engines.in_memory import Person, interval, truth_of
from equipoise.criteria.facts import Facts, Kind, Observation, Provenance
from equipoise.criteria.intervals import End
from equipoise.criteria.nodes import Derived, Node, Ref, Type, YearsBetween
from equipoise.criteria.remedies import Remedy
from equipoise.criteria.truth import Standard
from equipoise.criteria.verdict import CriterionResult, CriterionRule, Status, status_of
from equipoise.recruit.prescreening.dates_in_words import partial_in_words
from equipoise.recruit.prescreening.sheet import ROOM, Sheet


@dataclass(frozen=True, slots=True)
class Situation:
    """Whose criteria are put into words: the study's sheet, the facts, today, and the reader's language."""

    sheet: Sheet
    facts: Facts
    today: date
    language: str


_SIGNS = {"<": "below", "<=": "at-most", ">": "above", ">=": "at-least"}
_MONTHS_AHEAD = 120
_MISSING = ("ask", "find-out", "declined")
_RESULTS = ("negative", "positive")


def needs(at: Situation, result: CriterionResult, *, beyond_answers: bool = False) -> tuple[str, ...]:
    """Return what an open criterion needs, each thing once; with `beyond_answers` not the answers that are missing."""
    remedies = result.explanation.remedies() if result.explanation is not None else ()
    left_out = {"judge", *(_MISSING if beyond_answers else ())}
    said = [_need(at, remedy) for remedy in remedies if remedy.code not in left_out]
    return tuple(dict.fromkeys(filter(None, said)))


def _need(at: Situation, remedy: Remedy) -> str:
    name = remedy.variable or ""
    if name == at.sheet.anchor:
        return ""
    # What is never asked of a patient is measured or asked at the centre.
    code = "at-the-centre" if remedy.code == "ask" and name not in at.sheet.asked else remedy.code
    label = at.sheet.label(name, at.language) if name else ""
    return words(ROOM, f"needs.{code}", at.language, a=label, **_params(remedy))


def _params(remedy: Remedy) -> dict[str, str]:
    unit = remedy.node.variable.unit or "" if isinstance(remedy.node, Ref | Derived) else ""
    params = {"value": "", "bound": f"{plain(remedy.bound)} {unit}".strip() if remedy.bound is not None else ""}
    value = remedy.occasion.observation.value if remedy.occasion is not None else None
    if isinstance(value, Quantity):
        params["value"] = f"{value} {unit}".strip()
    elif isinstance(value, Decimal):
        params["value"] = f"{plain(value)} {unit}".strip()
    return params


def changes(at: Situation, rule: CriterionRule, result: CriterionResult) -> tuple[str, ...]:
    """Return what would change a criterion that is not met: time, another result, or nothing that is known here."""
    day = when_met(at, rule)
    if day is not None:
        said_day = partial_in_words(PartialDate.of(day), at.language)
        return (words(ROOM, "changes.time", at.language, day=said_day),)
    remedies = result.explanation.remedies() if result.explanation is not None else ()
    found = tuple(dict.fromkeys(filter(None, (_change(at, remedy) for remedy in remedies))))
    return found or (words(ROOM, "changes.nothing", at.language),)


def _change(at: Situation, remedy: Remedy) -> str:
    node = remedy.node
    # Nobody grows younger: what only time could change was looked for before.
    if not isinstance(node, Ref | Derived) or node.type is Type.DATE or isinstance(_inside(node), YearsBetween):
        return ""
    name, language = node.variable.name, at.language
    label = at.sheet.label(name, language)
    if remedy.code == "change-value" and remedy.relation in _SIGNS:
        key = "result" if node.variable.kind is Kind.LABORATORY else "value"
        bound = words(ROOM, f"relations.{_SIGNS[remedy.relation]}", language, b=_params(remedy)["bound"])
        return words(ROOM, f"changes.{key}", language, a=label, bound=bound)
    if remedy.code == "change-code" and set(remedy.codes) <= set(_RESULTS):
        codes = words(ROOM, "or", language).join(at.sheet.code(name, code, language) for code in remedy.codes)
        return words(ROOM, "changes.test", language, a=label, codes=codes)
    return ""


def _inside(node: Node) -> Node:
    while isinstance(node, Derived):
        node = node.node
    return node


def when_met(at: Situation, rule: CriterionRule) -> date | None:
    """Return the first day on which a criterion is met if nothing changes but the day; None within ten years.

    Where something else about it is unknown, the first day on which it no longer fails.
    """
    if at.sheet.anchor not in rule.rule.variables:
        return None

    def status(day: date) -> Status:
        then = {**at.facts, at.sheet.anchor: (Observation(PartialDate.of(day), Provenance.PATIENT_STATED),)}
        return status_of(rule.kind, truth_of(rule.rule.node, Person(then, Standard.STATED)))

    for enough in ((Status.PASS,), (Status.PASS, Status.UNKNOWN, Status.JUDGEMENT)):
        before = at.today
        for months in range(1, _MONTHS_AHEAD + 1):
            after = add_months(at.today, months)
            if status(after) in enough:
                days = (before + timedelta(ahead) for ahead in range(1, (after - before).days + 1))
                return next(day for day in days if status(day) in enough)
            before = after
    return None


def found_values(at: Situation, rule: CriterionRule) -> tuple[str, ...]:
    """Return what a rule works out from the answers: "Body mass index: 29.4 kg/m²"."""
    person = Person(at.facts, Standard.STATED)
    found = []
    for node in rule.rule.node.walk():
        if isinstance(node, Derived) and node.type is Type.NUMBER:
            value = interval(node, person)
            if value.is_point and value.low is not None:
                number, unit = _rounded(value.low), at.sheet.unit(node.variable.unit or "", at.language)
                shown = f"{number} {unit}".strip()
                label = at.sheet.label(node.variable.name, at.language)
                found.append(words(ROOM, "worked-out", at.language, a=label, b=shown))
    return tuple(dict.fromkeys(found))


def _rounded(number: End) -> str:
    """Return a number to one decimal; to more, where one would round it to a whole number that it is not."""
    exact = Fraction(number)
    for places in (1, 2, 3, 4):
        shown = round(Decimal(exact.numerator) / Decimal(exact.denominator), places)
        if Fraction(shown) == exact or shown != int(shown):
            return plain(shown)
    return plain(exact)
