"""What befalls people after allocation whatever they are given: some die, some turn out not to have been eligible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.cohort import draw_lag
from equipoise.simulate.formula import Scope, formula
from equipoise.simulate.world import World

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fates:
    """The days since allocation on which it happens; infinite where it never does.

    Attributes
    ----------
    died : ndarray, shape (people,)
        The day of death, 1 or later.
    cause : ndarray of int, shape (people,)
        The place of the cause among the declared ones.
    found : tuple of ndarray, shape (people,)
        For each declared finding the day on which it is made.
    """

    died: Array
    cause: NDArray[np.int64]
    found: tuple[Array, ...]


def draw_fates(world: World, names: Mapping[str, Any], people: int, rng: np.random.Generator) -> Fates:
    """Draw what befalls people.

    Parameters
    ----------
    world : World
        The study under a truth.
    names : mapping
        What formulas may name of the people, with their arm.
    people : int
        How many.
    rng : Generator
        A child of it is drawn from, so that nothing else is drawn otherwise for it.

    Returns
    -------
    Fates
        Everybody's.
    """
    (own,) = rng.spawn(1)
    scope = Scope(names, (people,), own)
    died, cause = np.full(people, np.inf), np.zeros(people, dtype=np.int64)
    deaths = world.scenarios.deaths
    if deaths is not None:
        weekly = formula(deaths.weekly).array(scope).astype(float)
        with np.errstate(divide="ignore"):
            died = np.maximum(np.ceil(7 * own.standard_exponential(people) / weekly), 1.0)
        shares = np.array([float(share) for share in deaths.causes.values()])
        cause = own.choice(len(shares), size=people, p=shares / shares.sum())
    found = []
    for finding in world.scenarios.findings:
        made = own.random(people) < formula(finding.share).array(scope).astype(float)
        found.append(np.where(made, draw_lag(finding.after, people, own), np.inf))
    return Fates(died, cause, tuple(found))
