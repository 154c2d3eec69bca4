"""Forms as they are filled: which items belong to an arm and a consent, and which are asked of this person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from equipoise.core import words
from equipoise.criteria.engines.in_memory import evaluate
from equipoise.criteria.facts import Facts, Provenance
from equipoise.criteria.language import Rule
from equipoise.criteria.truth import Standard, Truth
from equipoise.study.cached import once_a_study
from equipoise.study.model.codebook import Variable
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of


class Asked(StrEnum):
    """Whether an item is asked of a person. OPEN: what its condition rests on is not known yet."""

    YES = "asked"
    NO = "not asked"
    OPEN = "open"

    def words(self, language: str) -> str:
        """Say it."""
        return words.text("plan", f"asked.{self}", language)


_ASKED = {Truth.TRUE: Asked.YES, Truth.FALSE: Asked.NO}


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item of a form, with its variable and the condition on which it is asked."""

    variable: Variable
    required: bool
    when: Rule | None
    arms: tuple[str, ...]
    consent: str

    @property
    def name(self) -> str:
        """The variable's name."""
        return self.variable.name

    def asked(self, facts: Facts, standard: Standard = Standard.DOCUMENTED) -> Asked:
        """Return whether the item is asked, by what is known."""
        if self.when is None:
            return Asked.YES
        return _ASKED.get(evaluate(self.when, facts, standard=standard), Asked.OPEN)


@dataclass(frozen=True, slots=True)
class PlannedForm:
    """A form, or the part of it that an arm and the optional consents leave."""

    id: str
    items: tuple[PlannedItem, ...]

    def narrowed(self, arm: str | None, consents: Collection[str] | None = None) -> PlannedForm:
        """Return the form for an arm and the optional consents given.

        Without an arm (not allocated yet, or sealed) what belongs to one arm alone is left out: a blinded form must
        not tell the arm. `consents` None leaves the optional parts in.
        """
        kept = [
            item
            for item in self.items
            if (not item.arms or arm in item.arms)
            and (not item.consent or consents is None or item.consent in consents)
        ]
        return PlannedForm(self.id, tuple(kept))

    def branched(self, facts: Facts, standard: Standard = Standard.DOCUMENTED) -> tuple[tuple[PlannedItem, Asked], ...]:
        """Return every item with whether it is asked of this person."""
        return tuple((item, item.asked(facts, standard)) for item in self.items)

    def missing(self, facts: Facts, visit: str) -> tuple[str, ...]:
        """Return the required items that are asked of this person and have no entry at a visit.

        "Unknown" and "declined" are entries: somebody asked.
        """
        entered = {
            name
            for name, series in facts.items()
            if any(one.visit == visit and one.provenance is not Provenance.NOT_ASKED for one in series)
        }
        return tuple(
            item.name
            for item in self.items
            if item.required and item.name not in entered and item.asked(facts) is Asked.YES
        )


@once_a_study
def forms_of(study: Study) -> Mapping[str, PlannedForm]:
    """Return the study's forms by id, whole."""
    when = rules_of(study).when
    every_arm = set(study.arms)
    forms = {}
    for form in study.codebook.forms:
        items = [
            PlannedItem(
                study.variables[item.variable],
                item.required,
                when.get((form.id, item.variable)),
                () if every_arm <= set(item.arms) else item.arms,
                item.consent,
            )
            for item in form.items
        ]
        forms[form.id] = PlannedForm(form.id, tuple(items))
    return MappingProxyType(forms)
