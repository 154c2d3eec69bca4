"""What is true under a truth: the expected shares with an event, without drawing a single trial.

The Weibull hazard leaves a closed form for each person, so that only people are drawn, not events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, ProblemsError
from equipoise.simulate.cohort import Cohort, draw_cohort, draw_lag
from equipoise.simulate.formula import Scope, formula
from equipoise.simulate.world import World, world_of
from equipoise.study.model.scenarios import Event
from equipoise.study.model.study import Study

Array = NDArray[np.float64]
_CHUNK = 100_000  # people at a time: a million need no more memory than this


@dataclass(frozen=True)
class TrueEffects:
    """The truth behind an estimand.

    Attributes
    ----------
    people : int
        How many people it rests on.
    sustained : dict of str to dict of str to float
        arm → visit → the share without the event by that visit's day.
    difference : dict of str to float
        visit → share of the treatment's arm minus that of the other.
    error : dict of str to float
        visit → Monte Carlo standard error of the difference.
    """

    people: int
    sustained: Mapping[str, Mapping[str, float]]
    difference: Mapping[str, float]
    error: Mapping[str, float]


@dataclass(frozen=True)
class People:
    """People drawn to know what is true of them."""

    cohort: Cohort
    event: Event
    scale: Array  # of the cumulative hazard
    shape: float
    origin: Array  # weeks from time zero to consent
    start: Array  # weeks from time zero to allocation
    rng: np.random.Generator

    def hazard(self, weeks: Any) -> Array:
        """Return the cumulative hazard at weeks since time zero, untreated."""
        reached: Array = self.scale * np.maximum(weeks, 0.0) ** self.shape
        return reached

    def treated(self, arm: str, week: float) -> Array:
        """Return the hazard from consent to some weeks after allocation under an arm, with all its doses given."""
        end = self.start + week
        total = self.hazard(end) - self.hazard(self.origin)
        guard = self.event.protection
        if guard is None:
            return total
        scope = Scope({**self.cohort.names, "arm": arm}, (self.cohort.size,), self.rng)
        ratio, lasts = (formula(text).array(scope).astype(float) for text in (guard.ratio, guard.weeks))
        doses = self._doses(arm, guard.product)
        for number, dose in enumerate(doses):
            following = doses[number + 1] if number + 1 < len(doses) else np.inf
            begin = np.minimum(self.start + dose, end)
            until = np.minimum(self.start + np.minimum(dose + lasts, following), end)
            total = total - (1 - ratio) * (self.hazard(until) - self.hazard(begin))
        return total

    def _doses(self, arm: str, product: str) -> list[float]:
        world = self.cohort.world
        visits = {visit for dose in world.schedules(arm) if dose.product == product for visit in dose.visits}
        return sorted(world.study.visits[visit].day / 7 for visit in visits)


def draw_people(world: World, event: Event, people: int, rng: np.random.Generator) -> People:
    """Draw people for figures that hold over all centres.

    Parameters
    ----------
    world : World
        The study under a truth.
    event : Event
        The event of interest.
    people : int
        How many.
    rng : Generator
        The source of randomness.

    Returns
    -------
    People
        The people with their hazards.
    """
    cohort = draw_cohort(world, people, rng, own_centres=True)
    scope = Scope(cohort.names, (people,), rng)
    scale = formula(event.scale).array(scope) * np.exp(formula(event.log_hazard).array(scope))
    said = world.scenarios.recruitment
    days = draw_lag(said.to_decision, people, rng) + draw_lag(said.to_allocation, people, rng)
    origin = cohort.delay(event) / 7
    shape = float(formula(event.shape).value(scope))
    return People(cohort, event, scale.astype(float), shape, origin, origin + days / 7, rng)


def true_effects(study: Study, truth: str, n: int, seed: int) -> TrueEffects:
    """Return the true shares of people who stay free of the event, by arm and visit, and their difference.

    All doses are given, nobody is lost; entry conditions on having had no event by consent. The figure to report
    bias against takes a million people.

    Parameters
    ----------
    study : Study
        The study. Its first estimand names the arms, its binary endpoints the visits.
    truth : str
        The id of a truth.
    n : int
        How many people are drawn.
    seed : int
        The seed.

    Returns
    -------
    TrueEffects
        The truth and its Monte Carlo error.

    Raises
    ------
    ProblemsError
        If the study's scenarios have no event, or no such truth.
    """
    world = world_of(study, truth)
    if not world.scenarios.events:
        raise ProblemsError([Problem("simulate.no-event", {"study": study.id})])
    event, estimand = world.scenarios.events[0], study.endpoints.estimands[0]
    visits = list(dict.fromkeys(one.visit for one in study.endpoints.endpoints if one.kind == "binary" and one.visit))
    weeks = [study.visits[visit].day / 7 for visit in visits]
    arms = [arm.id for arm in study.identity.arms]
    sums = {arm: np.zeros(len(visits)) for arm in arms}
    weight, squares, apart = 0.0, np.zeros(len(visits)), np.zeros(len(visits))
    chunks = [min(_CHUNK, n - begin) for begin in range(0, n, _CHUNK)]
    for size, child in zip(chunks, np.random.SeedSequence(seed).spawn(len(chunks)), strict=True):
        people = draw_people(world, event, size, np.random.default_rng(child))
        enters = np.exp(-people.hazard(people.origin))
        free = {arm: np.stack([np.exp(-people.treated(arm, week)) for week in weeks]) for arm in arms}
        for arm in arms:
            sums[arm] += (free[arm] * enters).sum(axis=1)
        between = free[estimand.treatment] - free[estimand.versus]
        weight += float(enters.sum())
        apart += (between * enters).sum(axis=1)
        squares += ((between * enters) ** 2).sum(axis=1)
    spread = np.sqrt(np.maximum(squares / n - (apart / n) ** 2, 0.0) / n) * n / weight
    return TrueEffects(
        people=n,
        sustained={arm: _by(visits, sums[arm] / weight) for arm in arms},
        difference=_by(visits, apart / weight),
        error=_by(visits, spread),
    )


def _by(visits: Sequence[str], values: Array) -> dict[str, float]:
    return {visit: float(value) for visit, value in zip(visits, values, strict=True)}
