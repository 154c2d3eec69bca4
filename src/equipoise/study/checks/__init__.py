"""What a study must mean: one concern a file. A check yields problems and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from equipoise.core.problem import Problem
from equipoise.study.checks import (
    allocation,
    ambiguities,
    analyses,
    analysis_details,
    associations,
    blind_spots,
    calendar,
    endpoints,
    examples,
    identity,
    levels,
    names,
    prediction,
    references,
    rules,
    scenarios,
    variables,
    words,
)
from equipoise.study.checks.look import Look

Check = Callable[[Look], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    names.check,
    identity.check,
    variables.check,
    references.check,
    rules.check,
    levels.check,
    allocation.check,
    calendar.check,
    endpoints.check,
    analyses.check,
    analysis_details.check,
    associations.check,
    prediction.check,
    scenarios.check,
    words.check,
    examples.check,
    ambiguities.check,
    blind_spots.check,
)


def check_meaning(look: Look) -> list[Problem]:
    """Return everything that the checks find."""
    return [problem for check in CHECKS for problem in check(look)]
