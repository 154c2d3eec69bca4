"""Choosing constants so that the virtual people give published figures (`calibrations` of `scenarios.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, ProblemsError
from equipoise.simulate.formula import Scope, formula
from equipoise.simulate.truth import People, draw_people
from equipoise.simulate.world import World, world_of
from equipoise.study.model.scenarios import Calibration, Target
from equipoise.study.model.study import Study

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Calibrated:
    """Constants that meet their targets, and what they give.

    Attributes
    ----------
    constants : dict of str to float
        The free constants and those tied to them.
    reached : tuple of float
        What each target comes to, in the order in which they are declared.
    """

    constants: Mapping[str, float]
    reached: tuple[float, ...]


def calibrate(study: Study, calibration: str, *, people: int | None = None) -> Calibrated:
    """Choose the free constants of a calibration by least squares of the targets' log odds (log of an odds ratio).

    Parameters
    ----------
    study : Study
        The study, whose scenarios declare the calibration.
    calibration : str
        Its id.
    people : int, optional
        How many people are drawn, where not as many as declared.

    Returns
    -------
    Calibrated
        The constants and what they give.

    Raises
    ------
    ProblemsError
        If there is no such calibration.
    """
    from scipy.optimize import least_squares

    declared = _declared(study, calibration)
    world = world_of(study, declared.truth)
    size = people or declared.people
    begin = np.log([world.constants[name] for name in declared.free])  # all of them are positive

    def misses(point: Array) -> Array:
        constants = _constants(declared, world, point)
        found = _reached(declared, world, constants, size)
        return np.array([_distance(target, value) for target, value in zip(declared.targets, found, strict=True)])

    point = least_squares(misses, begin, diff_step=1e-4, xtol=1e-6, ftol=1e-8).x
    constants = _constants(declared, world, point)
    return Calibrated(
        {name: constants[name] for name in (*declared.free, *declared.ties)},
        tuple(_reached(declared, world, constants, size)),
    )


def reached(study: Study, calibration: str, *, people: int, seed: int) -> tuple[float, ...]:
    """Return what the targets of a calibration come to with the constants as declared.

    Parameters
    ----------
    study : Study
        The study.
    calibration : str
        The calibration's id.
    people : int
        How many people are drawn.
    seed : int
        The seed: another one than the calibration's shows the Monte Carlo error.

    Returns
    -------
    tuple of float
        A figure a target.
    """
    declared = _declared(study, calibration).model_copy(update={"seed": seed})
    world = world_of(study, declared.truth)
    return tuple(_reached(declared, world, dict(world.constants), people))


def _declared(study: Study, calibration: str) -> Calibration:
    found = study.scenarios.calibrations if study.scenarios else ()
    for one in found:
        if one.id == calibration:
            return one
    known = ", ".join(one.id for one in found)
    raise ProblemsError([Problem("simulate.unknown-calibration", {"calibration": calibration, "known": known})])


def _constants(declared: Calibration, world: World, point: Array) -> dict[str, float]:
    free = {name: float(value) for name, value in zip(declared.free, np.exp(point), strict=True)}
    constants = {**world.constants, **free}
    scope = Scope(constants, (), np.random.default_rng(0))
    return constants | {name: float(formula(text).value(scope)) for name, text in declared.ties.items()}


def _reached(declared: Calibration, world: World, constants: Mapping[str, float], size: int) -> list[float]:
    sets = {name: str(value) for name, value in constants.items()}
    truth = world.truth.model_copy(update={"sets": sets})
    changed = replace(world, truth=truth)
    events = {event.id: event for event in world.scenarios.events}
    people = {
        name: draw_people(changed, events[name], size, np.random.default_rng(declared.seed))
        for name in {target.event for target in declared.targets}
    }
    return [_figure(target, people[target.event]) for target in declared.targets]


def _figure(target: Target, people: People) -> float:
    week = float(target.week)
    if target.arm:
        weight = np.exp(-people.hazard(people.origin))
        risk = 1 - np.exp(-people.treated(target.arm, week))
    else:
        weight = np.ones(people.cohort.size)
        risk = 1 - np.exp(-people.hazard(np.full(people.cohort.size, week)))
    if not target.where:
        return float((risk * weight).sum() / weight.sum())
    chosen = formula(target.where).array(Scope(people.cohort.names, (people.cohort.size,), people.rng))
    inside, outside = (float((risk * weight)[rows].sum() / weight[rows].sum()) for rows in (chosen, ~chosen))
    if target.measure == "share":
        return inside
    return inside / (1 - inside) / (outside / (1 - outside))


def _distance(target: Target, value: float) -> float:
    wanted = float(target.value)
    if target.measure == "odds_ratio":
        return float(np.log(value / wanted))
    return float(np.log(value / (1 - value)) - np.log(wanted / (1 - wanted)))
