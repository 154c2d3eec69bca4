"""Edit checks: what entered values must look like, or a query opens. They refuse nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from equipoise.core import words
from equipoise.core.decimals import plain
from equipoise.criteria.engines.in_memory import Person, truth_of
from equipoise.criteria.facts import Facts
from equipoise.criteria.language import Rule, parse_rule
from equipoise.criteria.truth import Standard, Truth
from equipoise.study.model.study import Study
from equipoise.study.rules import codebook_of, rules_of
from equipoise.study.words import label, say


class CheckKind(StrEnum):
    """Where a check comes from: the study's own rule, or an end of a variable's plausible range."""

    DECLARED = "declared"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A check of a form: when `fires` holds, there is something to ask about."""

    id: str
    form: str
    kind: CheckKind
    fires: Rule
    severity: Literal["query", "note"] = "query"
    bound: Decimal | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that it looks at."""
        return self.fires.variables


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that fired; `item` is the item of its form that a query is opened on."""

    check: PlannedCheck
    item: str

    def words(self, study: Study, language: str) -> str:
        """Say what is to be asked."""
        if self.check.kind is CheckKind.DECLARED:
            return say(study, language, "checks", self.check.id, "words")
        bound = plain(self.check.bound or Decimal(0))
        called = label(study, "variables", self.item, language)
        unit = study.variables[self.item].unit
        return words.text("plan", f"range.{self.check.kind}", language, label=called, bound=f"{bound} {unit}".strip())


def checks_of(study: Study) -> tuple[PlannedCheck, ...]:
    """Return all checks in the order of the forms: first each form's plausible ranges, then its declared checks."""
    rules = rules_of(study)
    codebook = codebook_of(study)
    found: list[PlannedCheck] = []
    for form in study.codebook.forms:
        for item in form.items:
            variable = study.variables[item.variable]
            for kind, sign, bound in ((CheckKind.LOW, "<", variable.low), (CheckKind.HIGH, ">", variable.high)):
                if bound is not None:
                    # A range is a rule like any other, so that "<5" against 10 and "<50" against 10 come out right.
                    fires = parse_rule(f"{variable.name} {sign} {plain(bound)}", codebook)
                    found.append(PlannedCheck(f"{variable.name}.{kind}", form.id, kind, fires, bound=bound))
        found.extend(
            PlannedCheck(check.id, form.id, CheckKind.DECLARED, rules.checks[check.id], check.severity)
            for check in study.codebook.checks
            if check.form == form.id
        )
    return tuple(found)


def run(checks: tuple[PlannedCheck, ...], items: tuple[str, ...], facts: Facts) -> tuple[Finding, ...]:
    """Return the checks that fire. What is unknown fires nothing: a missing value is `forms.missing`'s to report.

    A value that only the patient stated is checked like any other: it is the record that is asked about.
    """
    person = Person(facts, Standard.STATED)
    return tuple(
        Finding(check, next((name for name in check.variables if name in items), check.variables[0]))
        for check in checks
        if truth_of(check.fires.node, person) is Truth.TRUE
    )
