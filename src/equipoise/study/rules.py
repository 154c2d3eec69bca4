"""The study's rules, read once: where each is written, and what every other room uses of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from equipoise.core.dates import PartialDate
from equipoise.core.problem import Problem, ProblemsError
from equipoise.criteria.facts import Codebook, Facts, Kind, Observation, VariableType
from equipoise.criteria.language import Rule, parse_rule
from equipoise.criteria.verdict import CriterionRule, Sort
from equipoise.study.cached import once_a_study
from equipoise.study.model.codebook import Variable
from equipoise.study.model.study import Study

ALLOCATION_DATE = "allocation_date"
REVERSION_PARTS = {
    "confirmed": Kind.YES_NO,
    "unrepeated": Kind.YES_NO,
    "blip": Kind.YES_NO,
    "first_positive": Kind.DATE,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as the folder has it: what it belongs to, where it stands, what it must give."""

    owner: tuple[str, ...]
    file: str
    path: tuple[str | int, ...]
    text: str
    needs: Kind = Kind.YES_NO


@dataclass(frozen=True)
class StudyRules:
    """Every rule of a study, read. `judge_again` are the criteria judged again on the day of allocation."""

    criteria: tuple[CriterionRule, ...]
    judge_again: tuple[CriterionRule, ...]
    factors: dict[str, dict[str, Rule]]
    withhold: dict[str, Rule]
    when: dict[tuple[str, str], Rule]
    checks: dict[str, Rule]
    positive: dict[str, Rule]
    intercurrent: dict[str, Rule]
    decisive: dict[str, Rule]
    readings: dict[str, dict[str, Rule]]
    time: dict[str, Rule]
    event: dict[str, Rule]
    value: dict[str, Rule]
    derived: dict[str, Rule]


def codebook_of(study: Study, *, derived: bool = True) -> Codebook:
    """Return the names that rules may use: the variables, the day of allocation, and the parts of each reversion.

    With `derived` false a derived variable is taken as entered, for who already knows its value.
    """
    found = {ALLOCATION_DATE: VariableType(ALLOCATION_DATE, Kind.DATE)}
    for reversion in study.endpoints.reversions:
        for part, kind in REVERSION_PARTS.items():
            name = f"{reversion.id}.{part}"
            found[name] = VariableType(name, kind)
    for variable in study.codebook.variables:
        found[variable.name] = type_of(variable, derived=derived)
    return found


def type_of(variable: Variable, *, derived: bool = True) -> VariableType:
    """Return a variable as rules see it."""
    return VariableType(
        variable.name,
        Kind(variable.kind),
        variable.unit or None,
        tuple(code.value for code in variable.codes),
        variable.limit,
        variable.rule if derived and variable.rule else None,
        signed=variable.low is not None and variable.low < 0,
    )


@once_a_study
def rules_of(study: Study) -> StudyRules:
    """Return the study's rules; raises ProblemsError for a study that `study.reader` would not have passed."""
    codebook = codebook_of(study)
    problems: list[Problem] = []
    read: dict[tuple[str, ...], Rule] = {}
    for written in written_rules(study):
        try:
            read[written.owner] = parse_rule(written.text, codebook, needs=written.needs)
        except ProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsError(problems)
    return _gathered(study, read)


def anchored(study: Study, facts: Facts, on: date) -> Facts:
    """Return a person's facts as of the day of allocation, which stands in for the declared anchor."""
    day = (Observation(PartialDate.of(on), source=ALLOCATION_DATE),)
    return {**facts, study.identity.allocation.anchor: day, ALLOCATION_DATE: day}


def written_rules(study: Study) -> Iterator[Written]:
    """Yield every rule of the study with its place, in the order of the files."""
    yield from _of_identity(study)
    yield from _of_codebook(study)
    for index, criterion in enumerate(study.eligibility):
        yield Written(("criteria", criterion.id), "eligibility.yaml", (index, "rule"), criterion.rule)
        if criterion.contradiction:
            path = (index, "contradiction")
            yield Written(("contradiction", criterion.id), "eligibility.yaml", path, criterion.contradiction)
    for index, dose in enumerate(study.schedule.doses):
        if dose.withhold:
            yield Written(("withhold", dose.id), "schedule.yaml", ("doses", index, "withhold"), dose.withhold)
    yield from _of_endpoints(study)


def _of_identity(study: Study) -> Iterator[Written]:
    for index, factor in enumerate(study.identity.factors):
        for place, level in enumerate(factor.levels):
            path = ("factors", index, "levels", place, "when")
            yield Written(("factors", factor.id, level.id), "study.yaml", path, level.when)


def _of_codebook(study: Study) -> Iterator[Written]:
    file = "variables.yaml"
    for index, variable in enumerate(study.codebook.variables):
        if variable.rule:
            path: tuple[str | int, ...] = ("variables", index, "rule")
            yield Written(("derived", variable.name), file, path, variable.rule, Kind(variable.kind))
    for index, form in enumerate(study.codebook.forms):
        for place, item in enumerate(form.items):
            if item.when:
                path = ("forms", index, "items", place, "when")
                yield Written(("when", form.id, item.variable), file, path, item.when)
    for index, check in enumerate(study.codebook.checks):
        yield Written(("checks", check.id), file, ("checks", index, "fires"), check.fires)


def _of_endpoints(study: Study) -> Iterator[Written]:
    file = "endpoints.yaml"
    for index, reversion in enumerate(study.endpoints.reversions):
        path: tuple[str | int, ...] = ("reversions", index, "positive")
        yield Written(("positive", reversion.id), file, path, reversion.positive)
    for index, event in enumerate(study.endpoints.intercurrent_events):
        if event.when:
            path = ("intercurrent_events", index, "when")
            yield Written(("intercurrent", event.id), file, path, event.when)
    for index, endpoint in enumerate(study.endpoints.endpoints):
        for field, needs in _PARTS.items():
            text = getattr(endpoint, field)
            if text:
                yield Written((field, endpoint.id), file, ("endpoints", index, field), text, needs)
        for place, reading in enumerate(endpoint.readings):
            path = ("endpoints", index, "readings", place, "success")
            yield Written(("readings", endpoint.id, reading.id), file, path, reading.success)


_PARTS = {"decisive": Kind.YES_NO, "time": Kind.NUMBER, "event": Kind.YES_NO, "value": Kind.NUMBER}


def _gathered(study: Study, read: dict[tuple[str, ...], Rule]) -> StudyRules:
    def named(kind: str) -> dict[str, Rule]:
        return {owner[1]: rule for owner, rule in read.items() if owner[0] == kind and len(owner) == 2}

    def nested(kind: str) -> dict[str, dict[str, Rule]]:
        found: dict[str, dict[str, Rule]] = {}
        for owner, rule in read.items():
            if owner[0] == kind:
                found.setdefault(owner[1], {})[owner[2]] = rule
        return found

    criteria = tuple(
        CriterionRule(
            criterion.id,
            Sort(criterion.kind),
            read["criteria", criterion.id],
            read.get(("contradiction", criterion.id)),
        )
        for criterion in study.eligibility
    )
    again = set(study.identity.allocation.judge_again)
    return StudyRules(
        criteria=criteria,
        judge_again=tuple(criterion for criterion in criteria if criterion.id in again),
        factors=nested("factors"),
        withhold=named("withhold"),
        when={(owner[1], owner[2]): rule for owner, rule in read.items() if owner[0] == "when"},
        checks=named("checks"),
        positive=named("positive"),
        intercurrent=named("intercurrent"),
        decisive=named("decisive"),
        readings=nested("readings"),
        time=named("time"),
        event=named("event"),
        value=named("value"),
        derived=named("derived"),
    )
