"""The result in the words behind a test's name, told apart from its unit, its reference range and its method."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from equipoise.core.decimals import parse_decimal, plain
from equipoise.core.problem import Problem
from equipoise.criteria.facts import VariableType
from equipoise.recruit.prescreening.days import shortened
from equipoise.recruit.prescreening.results import (
    NEGATIVE,
    NOT_DETECTED,
    NUMBER,
    STATED_LIMIT,
    UNCOUNTED,
    WORD,
    UnitWritten,
    in_unit,
    number_in,
    read_word,
    result_text,
    tidy_unit,
    unit_in,
)
from equipoise.study.model.codebook import Variable
from equipoise.study.rules import type_of

_AMOUNT = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_REFERENCE = re.compile(
    rf"(?:参考(?:值|范围|区间)?|正常(?:值|范围|参考值)?|\bref(?:erence)?\.?(?:\s*(?:range|interval|value)s?)?|\bnormal(?:\s*range)?|cut-?\s?off)"
    rf"\s*[:：]?\s*[(\[]?\s*(?:[<>≤≥]=?\s*{_AMOUNT}|{_AMOUNT}\s*(?:-{{1,2}}|~|–|—|至|to)\s*{_AMOUNT}|{_AMOUNT}|阴性|阳性|未检出|negative|positive|not\s+detected)?",
    re.IGNORECASE,
)
# "0-0.05" is a range; so is "0.00~0.05" and "(0--1)".
_RANGE = re.compile(rf"(?<![\w.])(?P<low>{_AMOUNT})\s*(?:-{{1,2}}|~|–|—|至|to)\s*(?P<high>{_AMOUNT})(?![\w.])")
_ARROWS = re.compile(r"[↑↓⬆⬇▲▼*]|(?<![/\w])[HL](?![\w/])")


@dataclass(frozen=True, slots=True)
class Found:
    """A result that was found: the answer that it makes, the words that say it, and what was taken for granted."""

    value: str
    words: str
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parts:
    """The words behind a name, apart: the result's text, and what stands beside it."""

    text: str  # without reference and limit
    unit: UnitWritten | None  # a unit in the name or anywhere behind it
    limit: str  # the assay's limit, if it is printed
    upper: Decimal | None  # the upper end of the reference range


def value_in(variable: Variable, after: str) -> Found | Problem:
    """Return the result of a test from the words behind its name; a problem says why there is none to use."""
    parts = _parts(after)
    if variable.kind == "laboratory":
        return _laboratory(type_of(variable), parts)
    if variable.kind == "code":
        return _code(type_of(variable), parts, after)
    return Problem("recruit.prescreening.no-result-read")


def _parts(after: str) -> _Parts:
    stated = STATED_LIMIT.search(after) if not re.match(r"\s*<\s*[A-Za-z]", after) or re.search(r"\d", after) else None
    text = after
    limit = ""
    if stated is not None:
        limit = stated["limit"]
        keeps = UNCOUNTED.search(stated[0]) or re.match(r".*<\s*$", after[: stated.start()])
        # "<LOD 20" says both that nothing was found and how little could be.
        text = f"{after[: stated.start()]}{'LOQ' if keeps else ''} {after[stated.end() :]}"
    upper = None
    for found in _RANGE.finditer(text):
        upper = parse_decimal(found["high"])
    named = _REFERENCE.search(text)
    if named is not None and upper is None:
        amounts = re.findall(_AMOUNT, named[0])
        upper = parse_decimal(amounts[-1]) if amounts else None
    text = _ARROWS.sub(" ", _RANGE.sub(" ", _REFERENCE.sub(" ", text)))
    return _Parts(text, unit_in(after), limit, upper)


def _laboratory(variable: VariableType, parts: _Parts) -> Found | Problem:
    nothing = NOT_DETECTED.search(parts.text)
    uncounted = UNCOUNTED.search(parts.text) or re.search(r"<\s*LOQ", parts.text)
    number = NUMBER.search(parts.text)
    first = min((found.start() for found in (nothing, uncounted, number) if found is not None), default=-1)
    if first < 0:
        word = WORD.search(parts.text)
        code = "result-only-a-word" if word is not None else "no-result-read"
        said = shortened(word[0].strip()) if word is not None else ""
        return Problem(f"recruit.prescreening.{code}", {"text": said, "unit": variable.unit or "1"})
    if number is not None and number.start() == first:
        return _number(variable, parts, number)
    return _below(variable, parts, (nothing or uncounted), counted=nothing is not None)


def _below(variable: VariableType, parts: _Parts, found: re.Match[str] | None, *, counted: bool) -> Found | Problem:
    """Return a result that no number says: "not detected", or below what can be counted."""
    words = found[0].strip() if found is not None else ""
    unit = parts.unit if parts.unit is not None and parts.unit.sort == "unit" else None
    if parts.limit:
        read = in_unit(f"<{parts.limit}", parts.unit, variable)
        if isinstance(read, Problem):
            return read
        return Found(result_text(f"<{parts.limit}", parts.unit), f"{words} {parts.limit}")
    if not counted or variable.limit is None:
        return Problem("recruit.prescreening.limit-not-printed", {"unit": variable.unit or "1"})
    beside = NUMBER.search(parts.text, found.end() if found is not None else 0)
    upper = parse_decimal(number_in(beside)[1:]) if beside is not None and beside["sign"] == "<" else parts.upper
    if upper is not None and (upper > variable.limit or (unit and tidy_unit(unit.words) != variable.unit)):
        # What is printed beside "not detected" is often the assay's own limit; the lower one is never supposed.
        shown = result_text(f"<{plain(upper)}", unit)
        read = in_unit(f"<{plain(upper)}", parts.unit, variable)
        if isinstance(read, Problem):
            return read
        if read.value is not None and read.value > variable.limit:
            return Found(shown, words, (Problem("recruit.prescreening.reference-as-limit", {"limit": shown[1:]}),))
    return Found("not detected", words)


def _number(variable: VariableType, parts: _Parts, number: re.Match[str]) -> Found | Problem:
    written = number_in(number)
    near = unit_in(parts.text, number.end())
    unit = near or parts.unit
    read = in_unit(written, unit, variable)
    if isinstance(read, Problem):
        return read
    word = read_word(parts.text)
    negative_above = (
        word == "negative"
        and variable.limit is not None
        and read.value is not None
        and (read.value >= variable.limit and read.comparator in ("=", ">", ">="))
    )
    positive_below = (
        word == "positive"
        and read.value is not None
        and variable.limit is not None
        and (read.value < variable.limit or read.comparator in ("<", "<="))
    )
    if negative_above or positive_below:
        found = WORD.search(parts.text)
        params = {"words": found[0].strip() if found is not None else "", "value": result_text(written, unit)}
        return Problem("recruit.prescreening.word-against-number", params)
    said = " ".join(
        parts.text[number.start() : near.end if near is not None and unit is near else number.end()].split()
    )
    if unit is None and variable.unit:
        notes = (Problem("recruit.prescreening.unit-taken", {"unit": variable.unit}),)
        return Found(f"{result_text(written, None)} {variable.unit}", said, notes)
    return Found(result_text(written, unit), said)


def _code(variable: VariableType, parts: _Parts, after: str) -> Found | Problem:
    nothing = NOT_DETECTED.search(parts.text)
    word = read_word(parts.text)
    if isinstance(word, Problem):
        return word
    if word is None and nothing is not None:
        word = "negative"
    if word is None or word not in variable.codes:
        if NUMBER.search(parts.text):
            unit = parts.unit.words if parts.unit is not None else "S/CO, COI"
            return Problem("recruit.prescreening.an-index", {"unit": unit, "wanted": "–"})
        return Problem("recruit.prescreening.no-result-read")
    found = (NEGATIVE if word == "negative" else WORD).search(parts.text) or nothing
    return Found(word, found[0].strip() if found is not None else after.strip())
