"""What many trials come to: rejection rate, bias and coverage, each with its Monte Carlo interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.formula import Scope, formula
from equipoise.simulate.operating_row import ArmRow, Found, Look, TrialRow, look_of
from equipoise.simulate.truth import TrueEffects
from equipoise.simulate.world import World, world_of
from equipoise.stats.miettinen_nurminen import null_statistics
from equipoise.stats.normal import critical_value
from equipoise.stats.power import exact_power
from equipoise.stats.proportion import wilson
from equipoise.study.model.study import Study

_LEVEL = 0.95  # of Monte Carlo intervals


@dataclass(frozen=True, slots=True)
class Share:
    """A share of trials with its Monte Carlo interval (Wilson, 95 %)."""

    count: int
    of: int
    value: float
    low: float
    high: float

    @classmethod
    def counted(cls, count: int, of: int) -> Share:
        """Return the share of a count.

        Parameters
        ----------
        count, of : int
            How many of how many.

        Returns
        -------
        Share
            The share; not a number where there is nothing to count.
        """
        if not of:
            return cls(0, 0, math.nan, math.nan, math.nan)
        found = wilson(count, of, _LEVEL)
        return cls(count, of, count / of, found.low, found.high)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over trials with its Monte Carlo interval (normal, 95 %)."""

    value: float
    low: float
    high: float

    @classmethod
    def over(cls, values: Sequence[float]) -> Mean:
        """Return the mean of values.

        Parameters
        ----------
        values : sequence of float
            A value a trial.

        Returns
        -------
        Mean
            The mean; without an interval where there are fewer than two.
        """
        if not values:
            return cls(math.nan, math.nan, math.nan)
        mean = float(np.mean(values))
        spread = float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
        half = critical_value(_LEVEL) * spread
        return cls(mean, mean - half, mean + half)


@dataclass(frozen=True, slots=True)
class AnalysisSummary:
    """How one analysis did.

    Attributes
    ----------
    id, visit : str
        The analysis, and the visit of its endpoint.
    alpha : float
        Its level.
    true : float
        The true difference at that visit.
    rejects, in_favour : Share
        Trials in which p is at most the level; and those of them in which the treatment came out better.
    bias : Mean
        Estimate minus truth.
    covers : Share
        Trials whose interval holds the truth, of those that have one.
    """

    id: str
    visit: str
    alpha: float
    true: float
    rejects: Share
    in_favour: Share
    bias: Mean
    covers: Share


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """What is seen by a visit.

    Attributes
    ----------
    visit : str
        The visit.
    seen : tuple of float
        The mean share in whom a confirmed return was seen by then: treatment, comparator.
    masked : tuple of float
        The share of the results of the visit that are flagged.
    apart : Mean
        Difference of the shares seen, treatment minus comparator.
    fewer : Share
        Trials in which the treatment has a smaller share seen by then, of those in which the shares differ.
    significant : Share
        Trials in which the score test calls the treatment's smaller share significant (two-sided, 0.05).
    """

    visit: str
    seen: tuple[float, float]
    masked: tuple[float, float]
    apart: Mean
    fewer: Share
    significant: Share


@dataclass(frozen=True, slots=True)
class ExpectedPower:
    """The exact power of the unstratified tests at the true shares, with drop-out counted as failure.

    Attributes
    ----------
    shares : tuple of float
        The true shares without the event at the primary visit: treatment, comparator.
    dropout : tuple of float
        Who has left by then, as the scenarios declare it.
    score, fisher : float
        The power of the score test (Miettinen-Nurminen) and of Fisher's.
    """

    shares: tuple[float, float]
    dropout: tuple[float, float]
    score: float
    fisher: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What the trials of a truth come to; `missing` and `flagged` are mean shares of treatment and comparator."""

    truth: str
    trials: int
    analyses: tuple[AnalysisSummary, ...]
    visits: tuple[VisitSummary, ...]
    missing: tuple[float, float]
    flagged: tuple[float, float]
    expected: ExpectedPower


def summarise(study: Study, truth: str, rows: Sequence[TrialRow], effects: TrueEffects) -> Summary:
    """Return what the trials of a truth come to.

    Parameters
    ----------
    study : Study
        The study.
    truth : str
        The truth.
    rows : sequence of TrialRow
        A row a trial, at least one.
    effects : TrueEffects
        The true shares and differences.

    Returns
    -------
    Summary
        Rates, bias and coverage by analysis, and what is seen by visit.
    """
    world = world_of(study, truth)
    look = look_of(world.study)
    return Summary(
        truth=truth,
        trials=len(rows),
        analyses=tuple(_analysis(look, number, rows, effects) for number in range(len(look.analyses))),
        visits=tuple(_visit(look, number, rows) for number in range(len(look.visits))),
        missing=_of_both(look, rows, lambda arm: arm.missing / arm.people),
        flagged=_of_both(look, rows, lambda arm: arm.flagged / arm.people),
        expected=expected_power(world, look, effects),
    )


def _of_both(look: Look, rows: Sequence[TrialRow], share: Callable[[ArmRow], float]) -> tuple[float, float]:
    treatment, versus = look.arms
    return _mean([share(row.arms[treatment]) for row in rows]), _mean([share(row.arms[versus]) for row in rows])


def _mean(values: Sequence[float] | NDArray[np.float64]) -> float:
    return float(np.mean(values))


def _analysis(look: Look, number: int, rows: Sequence[TrialRow], effects: TrueEffects) -> AnalysisSummary:
    analysis = look.analyses[number]
    visit = look.endpoints[analysis.id].visit
    true, alpha = effects.difference[visit], float(analysis.alpha)
    found = [row.found[analysis.id] for row in rows]
    rejecting = [one for one in found if one.p is not None and one.p <= alpha]
    bounded = [one for one in found if one.low is not None and one.high is not None]
    return AnalysisSummary(
        id=analysis.id,
        visit=visit,
        alpha=alpha,
        true=true,
        rejects=Share.counted(len(rejecting), len(rows)),
        in_favour=Share.counted(sum((one.estimate or 0) > 0 for one in rejecting), len(rows)),
        bias=Mean.over([one.estimate - true for one in found if one.estimate is not None]),
        covers=Share.counted(sum(_holds(one, true) for one in bounded), len(bounded)),
    )


def _holds(found: Found, true: float) -> bool:
    return found.low is not None and found.high is not None and found.low <= true <= found.high


def _visit(look: Look, number: int, rows: Sequence[TrialRow]) -> VisitSummary:
    arms = [[row.arms[arm] for row in rows] for arm in look.arms]
    seen = np.array([[one.seen[number] for one in arm] for arm in arms])
    people = np.array([[one.people for one in arm] for arm in arms])
    apart = seen[0] / people[0] - seen[1] / people[1]
    free = people - seen  # a table a trial, of one stratum
    z = null_statistics(*(counts[:, None] for counts in (free[0], people[0], free[1], people[1])))
    masked = tuple(
        sum(one.masked[number] for one in arm) / max(sum(one.results[number] for one in arm), 1) for arm in arms
    )
    return VisitSummary(
        visit=look.visits[number],
        seen=(_mean(seen[0] / people[0]), _mean(seen[1] / people[1])),
        masked=(masked[0], masked[1]),
        apart=Mean.over(apart.tolist()),
        fewer=Share.counted(int((apart < 0).sum()), int((apart != 0).sum())),
        significant=Share.counted(int((z >= critical_value(0.95)).sum()), len(rows)),
    )


def expected_power(world: World, look: Look, effects: TrueEffects) -> ExpectedPower:
    """Return what the unstratified tests should give at the true shares.

    Parameters
    ----------
    world : World
        The study under a truth.
    look : Look
        What is looked at.
    effects : TrueEffects
        The true shares.

    Returns
    -------
    ExpectedPower
        For the declared enrolment; who leaves before the primary visit counts as a failure, as who was missed does.
        Missed visits, blips and repeats that were not done are left out.
    """
    study, analysis = world.study, look.analyses[0]
    visit = look.endpoint.visit
    total = sum(arm.ratio for arm in study.arms.values())
    sizes = [study.identity.enrolment * study.arms[arm].ratio // total for arm in look.arms]
    shares = (effects.sustained[look.arms[0]][visit], effects.sustained[look.arms[1]][visit])
    lost = (_leaving(world, look.arms[0], visit), _leaving(world, look.arms[1], visit))
    alpha = float(analysis.alpha)
    score = exact_power(sizes[0], sizes[1], *shares, alpha, dropout=lost).power
    fisher = exact_power(sizes[0], sizes[1], *shares, alpha, test="fisher", dropout=lost).power
    return ExpectedPower(shares, lost, score, fisher)


def _leaving(world: World, arm: str, visit: str) -> float:
    """Return the share who have left by a visit, at the declared weekly rate."""
    dropout = world.scenarios.dropout
    if dropout is None:
        return 0.0
    scope = Scope({**world.constants, "arm": arm}, (), np.random.default_rng(0))
    weekly = float(formula(dropout.weekly).value(scope))
    return 1 - math.exp(-weekly * world.study.visits[visit].day / 7)
