"""Examples: people and the verdicts that they must get. They are the folder's own test of its criteria."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.ids import is_id
from equipoise.core.problem import Problem
from equipoise.criteria.facts import Facts, Observation, parse_cell
from equipoise.criteria.verdict import Assessment, CriterionRule, Sort, assess
from equipoise.study.checks.look import Look
from equipoise.study.model.study import Example

_FILE = "examples.yaml"


def check(look: Look) -> Iterator[Problem]:
    """Put every example to the criteria."""
    criteria = _criteria(look)
    known = {criterion.id for criterion in criteria}
    complete = len(criteria) == len(look.study.eligibility)
    for index, example in enumerate(look.study.examples):
        facts, problems = _facts(look, index, example)
        yield from problems
        if problems or any(name not in look.codebook for name in example.person):
            continue
        assessment = assess(criteria, facts)
        if complete and assessment.verdict.value != example.verdict:
            params = {"example": example.id, "wanted": example.verdict, "found": assessment.verdict.value}
            yield look.error("example-verdict", _FILE, index, "verdict", **params, why=_why(assessment))
        for name, wanted in example.because.items():
            found = assessment.criteria[name] if name in known else None
            if found is None or found.status.value == wanted:
                continue
            lines = found.explanation.lines() if found.explanation is not None else []
            params = {"example": example.id, "criterion": name, "wanted": wanted, "found": found.status.value}
            yield look.error(
                "example-criterion", _FILE, index, "because", name, **params, why="; ".join(lines[:4]) or "–"
            )
    if not look.study.examples:
        yield look.note("examples-missing", _FILE)


def _criteria(look: Look) -> list[CriterionRule]:
    """Return the criteria whose rules can be read, each once; an id that cannot be one is reported under names."""
    found: dict[str, CriterionRule] = {}
    for criterion in look.study.eligibility:
        rule = look.rules.get(("criteria", criterion.id))
        if rule is not None and is_id(criterion.id) and criterion.id not in found:
            clash = look.rules.get(("contradiction", criterion.id))
            found[criterion.id] = CriterionRule(criterion.id, Sort(criterion.kind), rule, clash)
    return list(found.values())


def _facts(look: Look, index: int, example: Example) -> tuple[Facts, list[Problem]]:
    facts: dict[str, tuple[Observation, ...]] = {}
    problems = []
    for name, text in example.person.items():
        variable = look.codebook.get(name)
        if variable is None:
            continue  # reported as a reference
        cell = parse_cell(variable, text, source=f"{_FILE}: {example.id}")
        if isinstance(cell, Problem):
            problems.append(cell.at(look.places.of(_FILE, index, "person", name)))
        else:
            facts[name] = (cell,)
    return facts, problems


def _why(assessment: Assessment) -> str:
    """Return the criteria that stand in the way, in the words of the file itself."""
    return (
        ", ".join(f"{name}: {r.status.value}" for name, r in assessment.criteria.items() if r.status.value != "pass")
        or "–"
    )
