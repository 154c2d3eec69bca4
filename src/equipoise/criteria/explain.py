"""Why a rule holds, or does not, or cannot be decided: the values used, where they come from, and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from equipoise.criteria.engines.in_memory import Person, truth_of
from equipoise.criteria.facts import Facts
from equipoise.criteria.language import Rule
from equipoise.criteria.nodes import And, Derived, Node, Not, Or, Ref, Type, Which
from equipoise.criteria.remedies import Remedy, changes_of, remedies_of
from equipoise.criteria.series import Occasion
from equipoise.criteria.truth import Standard, Truth, all_of, any_of, negation
from equipoise.criteria.wording import Labels, Wording


class Use(NamedTuple):
    """A value that an atom rests on."""

    ref: Ref
    occasion: Occasion


class Part(NamedTuple):
    """A part of a rule with its truth: a connection of parts, or an atom with the values that it uses."""

    node: Node
    truth: Truth
    uses: tuple[Use, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule's truth for one person, part by part. `wanted` is the truth that would not stand in the way, if any."""

    rule: Rule
    truth: Truth
    root: Part
    wanted: Truth | None
    person: Person

    def remedies(self) -> tuple[Remedy, ...]:
        """Return what would settle an undecided rule, or what would change one that came out unwanted."""
        if not self.truth.is_decided:
            return remedies_of(self.rule.node, self.person)
        if self.wanted is not None and self.truth is not self.wanted:
            return changes_of(self.rule.node, self.person, self.wanted)
        return ()

    def as_json(self, language: str = "en", labels: Labels | None = None) -> dict[str, Any]:
        """Return the whole as plain JSON values, with words in a language."""
        wording = Wording(language, labels or {})
        return {
            "truth": self.truth.value,
            "rule": self.rule.text,
            "words": wording.sentence(self.rule.node),
            "parts": _as_json(self.root, wording),
            "remedies": [remedy.as_json(wording) for remedy in self.remedies()],
        }

    def lines(self, language: str = "en", labels: Labels | None = None) -> list[str]:
        """Return the values used and the remedies, a line each, for a person to read."""
        wording = Wording(language, labels or {})
        seen = dict.fromkeys(use for atom in _atoms(self.root) for use in atom.uses)
        used = [wording.observation(use.ref, use.occasion) for use in seen]
        return [*used, *(remedy.words(wording) for remedy in self.remedies())]


def explain(
    rule: Rule, facts: Facts, *, standard: Standard = Standard.DOCUMENTED, wanted: Truth | None = None
) -> Explanation:
    """Explain a yes-or-no rule for one person."""
    return explain_for(rule, Person(facts, standard), wanted)


def explain_for(rule: Rule, person: Person, wanted: Truth | None = None) -> Explanation:
    """Explain a rule for a person whose facts have been looked at before."""
    root = _part(rule.node, person)
    return Explanation(rule, root.truth, root, wanted, person)


def _part(node: Node, person: Person) -> Part:
    if isinstance(node, And | Or):
        parts = tuple([_part(part, person) for part in node.parts])
        truths = [part.truth for part in parts]
        return Part(node, all_of(truths) if isinstance(node, And) else any_of(truths), (), parts)
    if isinstance(node, Not):
        inner = _part(node.part, person)
        return Part(node, negation(inner.truth), (), (inner,))
    if isinstance(node, Derived) and node.type is Type.TRUTH:
        inner = _part(node.node, person)
        return Part(node, inner.truth, (), (inner,))
    return Part(node, truth_of(node, person), _uses(node, person))


def _uses(node: Node, person: Person) -> tuple[Use, ...]:
    if not node.series_below:
        return tuple([Use(ref, person.occasion(ref)) for ref in node.refs])
    uses = [Use(ref, person.occasion(ref)) for ref in node.refs if ref.which is not Which.EACH]
    uses += [Use(over.refs[0], occasion) for over in node.series_below for occasion in person.series(over)]
    return tuple(uses)


def _atoms(part: Part) -> list[Part]:
    return [atom for inner in part.parts for atom in _atoms(inner)] if part.parts else [part]


def _as_json(part: Part, wording: Wording) -> dict[str, Any]:
    made: dict[str, Any] = {
        "node": type(part.node).__name__,
        "truth": part.truth.value,
        "words": wording.phrase(part.node),
    }
    if part.uses:
        made["values"] = [_use_as_json(use, wording) for use in part.uses]
    if part.parts:
        made["parts"] = [_as_json(inner, wording) for inner in part.parts]
    return made


def _use_as_json(use: Use, wording: Wording) -> Mapping[str, Any]:
    observation = use.occasion.observation
    found: dict[str, Any] = {
        "variable": use.ref.variable.name,
        "value": None if observation.value is None else str(observation.value),
        "provenance": observation.provenance.value,
        "settles": use.occasion.known,
    }
    if use.occasion.conflict:
        found["conflicting"] = [str(one.value) for one in use.occasion.conflict]
    for name, value in (("on", observation.on), ("visit", observation.visit), ("source", observation.source)):
        if value is not None:
            found[name] = str(value)
    found["words"] = wording.observation(use.ref, use.occasion)
    return found
