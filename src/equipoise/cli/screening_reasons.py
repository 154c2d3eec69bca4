"""Why a criterion stands as it does for one person: values used, what was calculated, what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from equipoise.core.decimals import plain
from equipoise.core.words import text
from equipoise.criteria.engines.in_memory import Person, interval
from equipoise.criteria.explain import Explanation, Part, Use, explain_for
from equipoise.criteria.intervals import End, Interval
from equipoise.criteria.nodes import Arithmetic, Compare, Derived, Node, Power, Shift, Type, YearsBetween
from equipoise.criteria.verdict import CriterionResult, Status
from equipoise.criteria.wording import Wording
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of
from equipoise.study.words import labels_of, say

_TIMES = ("year", "month", "week", "day")
_DECIMALS = range(2, 9)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a criterion stands as it does, in words a line each."""

    words: str
    values: tuple[str, ...]
    remedies: tuple[str, ...]
    clash: tuple[str, ...]  # the values of a record that contradicts itself


class Reasons:
    """Puts results of one study into words of one language."""

    def __init__(self, study: Study, language: str) -> None:
        self._study = study
        self._language = language
        self._labels = labels_of(study, language)
        self._wording = Wording(language, self._labels)
        self._clashes = {one.id: one.contradiction for one in rules_of(study).criteria if one.contradiction}

    def of(self, criterion: str, result: CriterionResult) -> Reason:
        """Return the reasons of one result; a value that is missing is named once, by what would help."""
        explanation = result.explanation
        if explanation is None:
            raise ValueError(f"{criterion} was judged without its reasons")
        remedies = explanation.remedies()
        named = {remedy.variable for remedy in remedies}
        atoms = list(_atoms(explanation.root))
        calculated = [words for atom in atoms for words in self._calculated(atom, explanation.person)]
        values = [
            self._value(use)
            for use in dict.fromkeys(use for atom in atoms for use in atom.uses)
            if _is_seen(use) or not (result.status is Status.PASS or use.ref.variable.name in named)
        ]
        return Reason(
            " ".join(say(self._study, self._language, "criteria", criterion, "text").split()),
            tuple(dict.fromkeys([*calculated, *values])),
            tuple(remedy.words(self._wording) for remedy in remedies),
            self._clash(criterion, explanation.person) if result.contradiction else (),
        )

    def as_json(self, criterion: str, result: CriterionResult) -> dict[str, Any]:
        """Return one result as plain JSON values."""
        made: dict[str, Any] = {"status": result.status.value}
        if criterion in self._clashes:
            made["contradiction"] = result.contradiction
        if result.explanation is not None:
            made |= result.explanation.as_json(self._language, self._labels)
            if result.contradiction:
                made["contradicting"] = list(self._clash(criterion, result.explanation.person))
        return made

    def _clash(self, criterion: str, person: Person) -> tuple[str, ...]:
        explanation: Explanation = explain_for(self._clashes[criterion], person)
        uses = dict.fromkeys(use for atom in _atoms(explanation.root) for use in atom.uses)
        return tuple(self._value(use) for use in uses if _is_seen(use))

    def _value(self, use: Use) -> str:
        """Return a value without its source: a person's values stand on one line of the table, said once."""
        bare = replace(use.occasion.observation, source=None)
        return self._wording.observation(use.ref, use.occasion._replace(observation=bare))

    def _calculated(self, atom: Part, person: Person) -> Iterator[str]:
        """Yield what a comparison calculated, so that nobody has to: the age, the body mass index, the last day."""
        operands = atom.node.operands if isinstance(atom.node, Compare) else ()
        for operand in operands:
            if operand.refs and isinstance(operand, Derived | Shift | YearsBetween | Arithmetic | Power):
                found = interval(operand, person)
                if found.low is not None and found.high is not None:
                    bounds = [interval(other, person).low for other in operands if other is not operand]
                    phrase = self._wording.phrase(operand)
                    number = self._number(operand, found, bounds)
                    yield text("criteria", "phrases.observed", self._language, a=_begun(phrase), b=number, c="")

    def _number(self, node: Node, found: Interval, bounds: list[End | None]) -> str:
        ends = dict.fromkeys(self._end(node, end, bounds) for end in (found.low, found.high) if end is not None)
        shown = " – ".join(ends)
        unit = node.variable.unit if isinstance(node, Derived) else None
        if unit in _TIMES:
            number = "one" if shown == "1" else "many"
            return text("criteria", f"phrases.durations.{unit}-{number}", self._language, n=shown)
        return f"{shown} {unit}" if unit else shown

    def _end(self, node: Node, end: End, bounds: list[End | None]) -> str:
        if node.type is Type.DATE:
            day = int(end)
            return date.fromordinal(day).isoformat() if 1 <= day <= date.max.toordinal() else str(day)
        for decimals in _DECIMALS:
            # Rounding must not lift a value onto the threshold that it misses.
            rounded = round(Fraction(end), decimals)
            if rounded == end or rounded not in bounds:
                return plain(rounded)
        return plain(end)


def _begun(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _atoms(part: Part) -> Iterator[Part]:
    if not part.parts:
        yield part
    for inner in part.parts:
        yield from _atoms(inner)


def _is_seen(use: Use) -> bool:
    return use.occasion.observation.value is not None or bool(use.occasion.conflict)
