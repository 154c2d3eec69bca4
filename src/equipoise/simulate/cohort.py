"""Who comes: people with correlated traits, at centres, at moments, with what they will be asked and found to have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.distributions import copula, draw_trait
from equipoise.simulate.formula import Scope, formula
from equipoise.simulate.hazard import Clock
from equipoise.simulate.world import World
from equipoise.study.model.scenarios import Event, Lag

Array = NDArray[np.float64]


@dataclass
class Cohort:
    """People who are referred, in the order of their referral. Days count from the day of consent.

    Attributes
    ----------
    world : World
        Where they live.
    names : dict
        Constants, centre and traits: what every formula of a person sees.
    referred : ndarray of int, shape (people,)
        The day of referral, counted from the start of recruitment.
    budgets : dict of str to ndarray, shape (people,)
        Each event's exponential draw.
    """

    world: World
    names: dict[str, Any]
    referred: NDArray[np.int64]
    budgets: dict[str, Array]

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.referred)

    def clock(self, event: Event, rng: np.random.Generator) -> Clock:
        """Return the clock of an event for these people, at time zero of its risk."""
        scope = Scope(self.names, (self.size,), rng)
        scale = formula(event.scale).array(scope) * np.exp(formula(event.log_hazard).array(scope))
        return Clock(self.budgets[event.id], scale.astype(float), float(formula(event.shape).value(scope)))

    def delay(self, event: Event) -> Array:
        """Return the days from time zero of an event's risk to consent."""
        if not event.origin:
            return np.zeros(self.size)
        days: Array = np.asarray(self.names[event.origin], dtype=float)
        return days


def draw_cohort(
    world: World, people: int, rng: np.random.Generator, *, since: int = 0, own_centres: bool = False
) -> Cohort:
    """Draw people.

    Parameters
    ----------
    world : World
        The study under a truth.
    people : int
        How many are referred.
    rng : Generator
        The source of randomness.
    since : int, default 0
        The first day on which a referral can happen, counted from the start of recruitment.
    own_centres : bool, default False
        Whether what a centre shares is drawn for each person: for a figure of all possible centres.

    Returns
    -------
    Cohort
        The people.
    """
    recruitment = world.scenarios.recruitment
    sites = [site.id for site in world.study.identity.sites if site.status in ("recruiting", "planned")]
    gaps = rng.exponential(7 / float(recruitment.per_week), people)
    referred = since + np.floor(np.cumsum(gaps)).astype(np.int64)
    shares = np.array([float(recruitment.shares.get(site, 0 if recruitment.shares else 1)) for site in sites])
    opens = np.array([7 * recruitment.opens.get(site, 0) for site in sites])
    open_shares = np.where(referred[:, None] >= opens[None, :], shares[None, :], 0.0)
    nowhere = open_shares.sum(axis=1) == 0
    open_shares[nowhere] = shares
    edges = np.cumsum(open_shares / open_shares.sum(axis=1, keepdims=True), axis=1)
    chosen = np.minimum((rng.random(people)[:, None] > edges).sum(axis=1), len(sites) - 1)
    names: dict[str, Any] = {**world.constants, "centre": np.array(sites)[chosen]}
    _draw_traits(world, names, chosen, people, rng, own_centres=own_centres)
    budgets = {event.id: rng.standard_exponential(people) for event in world.scenarios.events}
    return Cohort(world=world, names=names, referred=referred, budgets=budgets)


def _draw_traits(
    world: World,
    names: dict[str, Any],
    centres: NDArray[np.intp],
    people: int,
    rng: np.random.Generator,
    *,
    own_centres: bool,
) -> None:
    traits = world.scenarios.traits
    shared = set() if own_centres else {trait.name for trait in traits if trait.by == "centre"}
    uniforms = copula(traits, world.scenarios.correlations, people, rng)
    sites = len(world.study.identity.sites)
    scope = Scope(names, (people,), rng)
    for trait in traits:
        uniform = uniforms.get(trait.name)
        if trait.name in shared:
            uniform = rng.random(sites)[centres]
        names[trait.name] = draw_trait(trait, uniform, scope)


def draw_lag(lag: Lag, people: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw a number of days for each person.

    Parameters
    ----------
    lag : Lag
        The range.
    people : int
        How many.
    rng : Generator
        The source of randomness.

    Returns
    -------
    ndarray of int, shape (people,)
        Days.
    """
    return rng.integers(lag.low, lag.high + 1, people)
