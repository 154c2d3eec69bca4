"""Rules: each can be read, gives what its place needs, and asks for visits that exist."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.criteria.facts import meant
from equipoise.study.checks.look import Look


def check(look: Look) -> Iterator[Problem]:
    """Find rules that cannot be read, and values asked for at visits that are not in the schedule."""
    read, problems = look.read_rules
    yield from problems
    visits = [visit.id for visit in look.study.schedule.visits]
    for written in look.written:
        rule = read.get(written.owner)
        if rule is None:
            continue
        for visit in dict.fromkeys(ref.visit for ref in rule.node.refs if ref.visit is not None):
            if visit in visits or (f'"{visit}"' not in written.text and f"'{visit}'" not in written.text):
                continue
            near = meant(visit, visits)
            params: dict[str, str | int] = {"name": visit, "section": "visits", "home": "schedule.yaml"}
            if near is None:
                known = ", ".join(visits)
                yield look.error("unknown-reference", written.file, *written.path, known=known, **params)
            else:
                yield look.error("unknown-reference-close", written.file, *written.path, meant=near, **params)
