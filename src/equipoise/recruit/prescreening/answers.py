"""What a person has answered: a text for each question, which says all of it and travels in the form alone.

An answer is "yes", "<0.05 IU/mL", "150 lb", "2019-03", "about 2019", "age 40", or why there is none: "unknown",
"declined". From the texts come facts; no answer is ever a no.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from equipoise.core.dates import PartialDate
from equipoise.core.problem import Problem
from equipoise.core.quantity import Quantity
from equipoise.core.words import text as words
from equipoise.criteria.facts import Facts, Observation, Provenance
from equipoise.recruit.prescreening.dates_in_words import partial_in_words
from equipoise.recruit.prescreening.days import canonical_date, read_date_answer, read_day, shortened
from equipoise.recruit.prescreening.measures import read_number
from equipoise.recruit.prescreening.results import NUMBER, read_result, unit_in
from equipoise.recruit.prescreening.sheet import ROOM, Sheet
from equipoise.study.model.codebook import Variable
from equipoise.study.rules import type_of

FIELD = "answer-"
UNKNOWN, DECLINED = "unknown", "declined"
_MISSING = {UNKNOWN: Provenance.UNKNOWN, DECLINED: Provenance.DECLINED}
_LONGEST = 200
# Stands between a result and the day on which the blood was taken.
ON = "; "
Value = Quantity | Decimal | PartialDate | str


@dataclass(frozen=True, slots=True)
class Answers:
    """The texts by variable, in the order of the answering."""

    given: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def saying(self, name: str, text: str) -> Answers:
        """Return these with an answer given, or given anew in its old place."""
        return Answers({**self.given, name: text})

    def without(self, *names: str) -> Answers:
        """Return these without some."""
        return Answers({name: text for name, text in self.given.items() if name not in names})

    def before(self, name: str) -> str | None:
        """Return what was answered before a question, or last of all; None where it was the first."""
        names = list(self.given)
        place = names.index(name) if name in self.given else len(names)
        return names[place - 1] if place else None

    def fields(self) -> list[tuple[str, str]]:
        """Return the hidden fields in which they travel."""
        return [(f"{FIELD}{name}", text) for name, text in self.given.items()]

    def facts(self, sheet: Sheet, today: date) -> Facts:
        """Return the facts that they come to, all stated by the patient; today stands in for the day of consent."""
        facts = dict(sheet.given(today))
        for name, text in self.given.items():
            found = observation_of(sheet, name, text, today)
            if isinstance(found, Observation):
                facts[name] = (found,)
        return facts


def read_answers(sheet: Sheet, fields: Iterable[tuple[str, str]], today: date) -> tuple[Answers, tuple[Problem, ...]]:
    """Return the answers that a form's fields hold, and what is wrong with the others, which are left out."""
    given: dict[str, str] = {}
    problems: list[Problem] = []
    for key, text in fields:
        name = key.removeprefix(FIELD)
        if not key.startswith(FIELD):
            continue
        if name not in sheet.asked:
            problems.append(Problem("recruit.prescreening.no-such-question", {"name": shortened(name)}))
        elif name in given and given[name] != text:
            problems.append(Problem("recruit.prescreening.answered-twice", {"name": name}))
            del given[name]
        else:
            found = observation_of(sheet, name, text, today)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                given[name] = canonical(sheet, name, text, today)
    return Answers(given), tuple(problems)


def canonical(sheet: Sheet, name: str, text: str, today: date) -> str:
    """Return an answer that has been read before as it travels: plain characters, dates in one spelling."""
    plain = tidy(text)
    if plain.lower() in _MISSING:
        return plain.lower()
    variable = sheet.asked[name]
    if variable.kind == "date":
        return canonical_date(plain, today, aged=name in sheet.aged)
    if variable.kind == "laboratory" and unit_in(plain) is None and any(sign.isdigit() for sign in plain):
        # The unit that was taken is said, so that nobody has to guess it later.
        value, separator, day = plain.partition(ON)
        return f"{value} {variable.unit}".strip() + separator + day if NUMBER.search(value) else plain
    return plain


def tidy(text: str) -> str:
    """Return what was typed in plain characters, on one line."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def observation_of(sheet: Sheet, name: str, text: str, today: date) -> Observation | Problem:
    """Return what an answer's text states, as the patient's own statement; or what is wrong with it."""
    if len(text) > _LONGEST:
        return Problem("recruit.prescreening.too-long", {"text": shortened(text), "longest": _LONGEST})
    plain = tidy(text)
    if plain.lower() in _MISSING:
        return Observation(None, _MISSING[plain.lower()])
    variable, on = sheet.asked[name], None
    if variable.kind == "laboratory" and ON in plain:
        plain, _, day = plain.partition(ON)
        read = read_day(day)
        if isinstance(read, Problem):
            return read
        on = read
    value = _value(variable, plain, today, aged=name in sheet.aged)
    return value if isinstance(value, Problem) else Observation(value, Provenance.PATIENT_STATED, on)


def _value(variable: Variable, text: str, today: date, *, aged: bool) -> Value | Problem:
    if not text:
        return Problem("recruit.prescreening.answer-missing")
    match variable.kind:
        case "laboratory":
            return read_result(text, type_of(variable))
        case "number":
            return read_number(text, variable.unit)
        case "date":
            return read_date_answer(text, today, aged=aged)
        case _:
            codes = type_of(variable).codes
            return text if text in codes else Problem("recruit.prescreening.no-such-choice", {"text": shortened(text)})


def is_plausible(variable: Variable, value: object) -> bool:
    """Whether a number lies where the codebook expects it; what lies outside is asked again, and never refused."""
    number = value.value if isinstance(value, Quantity) else value
    if not isinstance(number, Decimal):
        return True
    return (variable.low is None or number >= variable.low) and (variable.high is None or number <= variable.high)


def in_words(sheet: Sheet, name: str, text: str, language: str) -> str:
    """Return an answer as its person would read it: the label of a code, a date by language, else what was typed."""
    if text in _MISSING:
        return words(ROOM, f"answers.{text}", language)
    kind = sheet.asked[name].kind
    if kind in ("code", "yes_no"):
        return sheet.code(name, text, language)
    if kind == "date":
        return _date_in_words(text, language)
    if kind == "number":
        number, _, unit = text.partition(" ")
        unit = unit or sheet.asked[name].unit
        return f"{number} {sheet.unit(unit, language)}".strip() if " " not in unit else text
    value, _, day = text.partition(ON)
    if value.lower() == "not detected":
        value = words(ROOM, "answers.not-detected", language)
    return words(ROOM, "answers.dated", language, value=value, day=_date_in_words(day, language)) if day else value


def _date_in_words(text: str, language: str) -> str:
    if text.startswith("age "):
        return words(ROOM, "answers.age", language, years=text.removeprefix("age "))
    about = text.startswith("about ")
    day = PartialDate.parse(text.removeprefix("about "))
    if day is None:
        return text
    said = partial_in_words(day, language)
    return words(ROOM, "answers.about", language, day=said) if about else said
