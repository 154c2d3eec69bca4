"""The study as conduct uses it: items, doses, visits and checks looked up by name, rules read once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Self

from equipoise.conduct.facts import read_value
from equipoise.core.problem import Problem
from equipoise.core.quantity import Quantity
from equipoise.criteria.facts import Kind, Observation, VariableType
from equipoise.criteria.language import Rule
from equipoise.criteria.nodes import Derived, Node, Ref, Which, YearsBetween
from equipoise.plan.checks import CheckKind, Finding, PlannedCheck, run
from equipoise.plan.plan import plan_of
from equipoise.randomise.draw import scheme_of
from equipoise.study.cached import once_a_study
from equipoise.study.model.codebook import FormItem, Variable
from equipoise.study.model.schedule import Visit
from equipoise.study.model.study import Study
from equipoise.study.rules import ALLOCATION_DATE, codebook_of, rules_of

_UNSCHEDULED = re.compile(r"unscheduled-[1-9][0-9]{0,3}", re.ASCII)


# Variable, text, unit, the limit on the slip, and where the slip has none the centre's own.
Written = tuple[str, str, str, str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a form with everything that entering it asks for."""

    asked: FormItem
    declared: Variable
    type: VariableType
    is_for_all: bool  # anybody may enter it, of anybody

    @classmethod
    def of(cls, asked: FormItem, declared: Variable, known: VariableType) -> Self:
        """Return an item of a form."""
        is_open = known.kind is not Kind.JUDGEMENT and not (declared.personal and known.kind is Kind.TEXT)
        return cls(asked, declared, known, is_open and not asked.consent and not asked.arms)


@dataclass(frozen=True, slots=True)
class FormCheck:
    """An edit check or an end of a plausible range, with what tells quickly whether it can fire."""

    planned: PlannedCheck
    number: int  # its place among the form's
    names: tuple[str, ...]
    bound: Decimal | None
    is_low: bool
    looks_at_last_only: bool  # at the last value of each variable, never at a series or another visit


@dataclass(frozen=True, slots=True)
class FormChecks:
    """The checks of a form: all in their order, and apart by what is looked at to see whether one can fire."""

    all: tuple[FormCheck, ...]
    ranges: Mapping[str, tuple[FormCheck, ...]]  # by variable
    declared: tuple[FormCheck, ...]


class Taken(NamedTuple):
    """A value as a form takes it: how it is written, what it says, the ends of its range that it may lie beyond."""

    written: Written
    said: Observation
    near: tuple[FormCheck, ...]


class Protocol:
    """What follows from a study for its conduct. It is made once for a version and never changes."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.version = study.version
        self.anchor = study.identity.allocation.anchor
        self.rules = rules_of(study)
        self.checks = {form: _checks(planned) for form, planned in plan_of(study).checks.items()}
        self.scheme = scheme_of(study)
        self.codebook = codebook_of(study)
        self.screening = frozenset(
            name
            for criterion in self.rules.criteria
            for rule in (criterion.rule, criterion.contradiction)
            if rule is not None
            for name in rule.variables
        )
        self.items = self._items()
        self.zones = {site.id: site.time_zone for site in study.identity.sites}
        self.doses = {dose.id: dose for dose in study.schedule.doses}
        self.products = {product.id: product for product in study.identity.products}
        self.specimens = {kind.id: kind for kind in study.schedule.specimens}
        self.reversions = {reversion.id: reversion for reversion in study.endpoints.reversions}
        self.born = next(filter(None, map(self._counted_from, self.rules.derived.values())), "")
        # What facts know although no form asked it.
        self.known_otherwise = frozenset((self.anchor, ALLOCATION_DATE, self.born))
        self._unscheduled = next((visit for visit in study.schedule.visits if visit.kind == "unscheduled"), _any(study))
        self._own_limits = {
            (site.id, variable): limit for site in study.identity.sites for variable, limit in site.limits.items()
        }
        # A value is asked for again whenever a rule looks at it, and "<0.05" stands in every other row.
        self.read = lru_cache(maxsize=8192)(self._read)
        self.taken = lru_cache(maxsize=8192)(self._taken)
        self.findings = lru_cache(maxsize=8192)(self._findings)

    def visit(self, visit: str) -> Visit | None:
        """Return a visit of the calendar; `unscheduled-N` is the N-th unscheduled one."""
        found = self.study.visits.get(visit)
        if found is None and _UNSCHEDULED.fullmatch(visit):
            return self._unscheduled
        return found if found is not None and found.kind != "unscheduled" else None

    def written(self, variable: str, site: str, text: str, unit: str, limit: str) -> Written:
        """Return a value as a centre writes it; its own assay may have another lower limit than the codebook's."""
        return variable, text, unit, limit, None if limit else self._own_limits.get((site, variable))

    def _read(self, written: Written) -> Observation | Problem:
        """Read a value as written."""
        variable, text, unit, limit, own = written
        known = self.codebook[variable]
        return read_value(known if own is None else replace(known, limit=own), text, unit, limit)

    def _taken(self, form: str, written: Written) -> Taken | Problem:
        """Read a value that is entered on a form."""
        said = self.read(written)
        if isinstance(said, Problem):
            return said
        ranges = self.checks[form].ranges.get(written[0], ()) if form in self.checks else ()
        return Taken(written, said, tuple(check for check in ranges if _is_near(check, said)))

    def _findings(self, form: str, number: int, said: tuple[Written, ...]) -> tuple[Finding, ...]:
        """Return whether a check fires on values just as they are written."""
        facts = {}
        for written in said:
            read = self.read(written)
            if isinstance(read, Observation):
                facts[written[0]] = (read,)
        return run((self.checks[form].all[number].planned,), tuple(facts), facts)

    def _items(self) -> Mapping[tuple[str, str], Item]:
        return {
            (form.id, item.variable): Item.of(item, self.study.variables[item.variable], self.codebook[item.variable])
            for form in self.study.codebook.forms
            for item in form.items
        }

    def _counted_from(self, rule: Rule) -> str:
        """Return the birth date's variable if the rule is the completed age on the day of consent; else nothing."""
        node: Node = rule.node
        while isinstance(node, Derived):
            node = node.node
        if not isinstance(node, YearsBetween) or not isinstance(node.start, Ref) or not isinstance(node.end, Ref):
            return ""
        return node.start.variable.name if node.end.variable.name == self.anchor else ""


def _checks(planned: tuple[PlannedCheck, ...]) -> FormChecks:
    """Return the checks that open queries; a note is for the page that the value is entered on."""
    checks = tuple(
        FormCheck(
            check,
            number,
            check.variables,
            check.bound,
            check.kind is CheckKind.LOW,
            all(ref.which is Which.LAST for ref in check.fires.node.refs),
        )
        for number, check in enumerate(check for check in planned if check.severity == "query")
    )
    ranges: dict[str, tuple[FormCheck, ...]] = {}
    for check in checks:
        for name in check.names if check.bound is not None else ():
            ranges[name] = (*ranges.get(name, ()), check)
    return FormChecks(checks, ranges, tuple(check for check in checks if check.bound is None))


def _is_near(check: FormCheck, said: Observation) -> bool:
    """Whether a value can lie beyond a bound: few come near one, and the rule is evaluated for these alone."""
    value = said.value.value if isinstance(said.value, Quantity) else said.value
    if not isinstance(value, Decimal) or check.bound is None:
        return False
    return value <= check.bound if check.is_low else value >= check.bound


def _any(study: Study) -> Visit:
    """Return the unscheduled visit of a study that declares none: any form and any specimen has its place there."""
    forms, kinds = tuple(study.forms), tuple(kind.id for kind in study.schedule.specimens)
    return Visit(id="unscheduled", label="unscheduled", kind="unscheduled", forms=forms, specimens=kinds)


@once_a_study
def protocol_of(study: Study) -> Protocol:
    """Return the protocol of a study; a thousand simulated trials of one study make it once."""
    return Protocol(study)
