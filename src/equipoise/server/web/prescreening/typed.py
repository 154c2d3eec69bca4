"""An answer as it is typed into the fields of its screen, and back into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict

from equipoise.core.problem import Problem
from equipoise.recruit.prescreening.answers import ON, canonical, is_plausible, observation_of, tidy
from equipoise.recruit.prescreening.measures import OFFERED
from equipoise.recruit.prescreening.sheet import Sheet

# The fields of every kind of screen; each screen shows some.
_FIELDS = ("value", "unit", "feet", "inches", "age", "year", "month", "day", "about", "sure")


@dataclass(frozen=True, slots=True)
class Typed:
    """What the fields of a question hold, and what is wrong, by the field that has to be mended."""

    fields: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, Problem] = field(default_factory=dict)
    unusual: bool = False  # a number that is possible and rare: it is asked whether it is right


def typed_in(post: QueryDict) -> dict[str, str]:
    """Return what was typed, as it was typed."""
    return {name: post.get(name, "")[:300] for name in _FIELDS}


def answer_in(sheet: Sheet, name: str, fields: dict[str, str], today: date) -> str | Typed:
    """Return the answer that the fields make, or the fields with what is wrong."""
    kind = sheet.asked[name].kind
    text, where = _text(sheet, name, {key: tidy(value) for key, value in fields.items()})
    if isinstance(text, Problem):
        return Typed(fields, {where: text})
    if not text:
        return Typed(fields, {where: Problem("recruit.prescreening.answer-missing")})
    read = observation_of(sheet, name, text, today)
    if isinstance(read, Problem):
        return Typed(fields, {where: read})
    unusual = kind in ("number", "laboratory") and not is_plausible(sheet.asked[name], read.value)
    if unusual and fields.get("sure") != "yes":
        return Typed(fields, {where: Problem("recruit.prescreening.not-plausible", {"value": text})}, unusual=True)
    return canonical(sheet, name, text, today)


def _text(sheet: Sheet, name: str, fields: dict[str, str]) -> tuple[str | Problem, str]:
    """Return the answer's text and the field where it stands."""
    variable = sheet.asked[name]
    if variable.kind == "date":
        return _date_text(fields, aged=name in sheet.aged)
    value = fields["value"]
    if variable.kind == "number":
        if fields["feet"] or fields["inches"]:
            if value:
                return Problem("recruit.prescreening.two-heights"), "value"
            return f"{fields['feet'] or '0'} ft {fields['inches'] or '0'} in", "feet"
        bare = value.replace(",", "").replace(".", "").isdigit()
        unit = fields["unit"] if fields["unit"] in OFFERED.get(variable.unit, ()) else ""
        # Who typed the unit as well meant what was typed.
        return (f"{value} {unit or variable.unit}".strip() if bare and value else value), "value"
    return value, "value"


def _date_text(fields: dict[str, str], *, aged: bool) -> tuple[str | Problem, str]:
    parts = [fields[part] for part in ("year", "month", "day")]
    if aged and fields["age"]:
        if any(parts):
            return Problem("recruit.prescreening.two-ways-of-age"), "age"
        return f"age {fields['age']}", "age"
    year, month, day = parts
    where = "age" if aged and not any(parts) else "year"
    if not any(parts):
        return "", where
    if not year:
        return Problem("recruit.prescreening.date-not-read", {"text": "-".join(filter(None, parts))}), where
    # Somebody may write the whole date into the first field.
    text = year if not (month or day) else "-".join([year, month, *([day] if day else [])])
    if month == "" and day:
        return Problem("recruit.prescreening.date-not-read", {"text": f"{year} - {day}"}), where
    return (f"about {text}" if fields["about"] == "yes" else text), where


def fields_of(sheet: Sheet, name: str, text: str) -> dict[str, str]:
    """Return the fields in which an answer that was given stands again, to be changed."""
    fields = dict.fromkeys(_FIELDS, "")
    kind = sheet.asked[name].kind
    if text in ("unknown", "declined"):
        return fields
    if kind == "date":
        if text.startswith("age "):
            return {**fields, "age": text.removeprefix("age ")}
        parts = [*text.removeprefix("about ").split("-"), "", ""]
        about = "yes" if text.startswith("about ") else ""
        return {**fields, "year": parts[0], "month": parts[1], "day": parts[2], "about": about}
    if kind == "number":
        words = text.split(" ")
        if len(words) == 4 and words[1] == "ft":
            return {**fields, "feet": words[0], "inches": words[2]}
        unit = words[1] if len(words) == 2 else ""
        if unit in OFFERED.get(sheet.asked[name].unit, ()) or unit == sheet.asked[name].unit:
            return {**fields, "value": words[0], "unit": unit}
    return {**fields, "value": text.partition(ON)[0]}
