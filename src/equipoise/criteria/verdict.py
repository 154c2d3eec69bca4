"""From rules to a verdict: each criterion's status, and what they come to together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from equipoise.core.ids import is_id
from equipoise.criteria.engines.in_memory import Person, truth_of
from equipoise.criteria.explain import Explanation, explain_for
from equipoise.criteria.facts import Facts, Kind
from equipoise.criteria.language import Rule
from equipoise.criteria.truth import Standard, Truth


class Sort(StrEnum):
    """Whether a criterion must hold or must not."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


class Status(StrEnum):
    """How a person stands to one criterion. A pass does not stand in the way."""

    PASS = "pass"  # noqa: S105 - a status, no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    JUDGEMENT = "judgement"


class Verdict(StrEnum):
    """What all criteria come to. Only `eligible` can be allocated."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not eligible"
    CANNOT_TELL_YET = "cannot tell yet"
    NEEDS_JUDGEMENT = "needs judgement"


@dataclass(frozen=True)
class CriterionRule:
    """A criterion as a rule; `contradiction` is true of a record that cannot be right as it stands."""

    id: str
    kind: Sort
    rule: Rule
    contradiction: Rule | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Sort(self.kind))
        if not is_id(self.id):
            raise ValueError(f"{self.id!r} does not identify a criterion")
        for rule in (self.rule, self.contradiction):
            if rule is not None and rule.kind is not Kind.YES_NO:
                raise ValueError(f"{self.id}: a criterion's rule gives yes or no")


@dataclass(frozen=True)
class CriterionResult:
    """How a person stands to a criterion, why, and whether the record contradicts itself."""

    status: Status
    truth: Truth
    explanation: Explanation | None = None
    contradiction: bool = False


@dataclass(frozen=True)
class Assessment:
    """A verdict with the criteria that it comes from, in the study's order."""

    verdict: Verdict
    criteria: Mapping[str, CriterionResult]


def status_of(kind: Sort, truth: Truth) -> Status:
    """Return a criterion's status from the truth of its rule."""
    if truth.is_decided:
        return Status.PASS if (truth is Truth.TRUE) == (kind is Sort.INCLUSION) else Status.FAIL
    return Status.UNKNOWN if truth is Truth.UNKNOWN else Status.JUDGEMENT


def verdict_of(statuses: Iterable[Status]) -> Verdict:
    """Return the verdict: any fail, else any unknown, else any judgement, else eligible."""
    found = set(statuses)
    if Status.FAIL in found:
        return Verdict.NOT_ELIGIBLE
    if Status.UNKNOWN in found:
        return Verdict.CANNOT_TELL_YET
    return Verdict.NEEDS_JUDGEMENT if Status.JUDGEMENT in found else Verdict.ELIGIBLE


def assess(
    criteria: Iterable[CriterionRule],
    facts: Facts,
    *,
    standard: Standard = Standard.DOCUMENTED,
    explained: bool = True,
) -> Assessment:
    """Put a person to all criteria; with `explained` each result carries its explanation."""
    person = Person(facts, standard)
    results: dict[str, CriterionResult] = {}
    for criterion in criteria:
        wanted = Truth.TRUE if criterion.kind is Sort.INCLUSION else Truth.FALSE
        explanation = explain_for(criterion.rule, person, wanted) if explained else None
        truth = explanation.truth if explanation is not None else truth_of(criterion.rule.node, person)
        clash = criterion.contradiction
        contradicted = clash is not None and truth_of(clash.node, person) is Truth.TRUE
        results[criterion.id] = CriterionResult(status_of(criterion.kind, truth), truth, explanation, contradicted)
    return Assessment(verdict_of(result.status for result in results.values()), results)
