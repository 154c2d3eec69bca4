"""What a calendar of doses cannot see: masked visits, levels in the blood, returns that stay hidden, and the power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, ProblemsError
from equipoise.plan.calendar import VisitDays, days_by_arm
from equipoise.simulate.cohort import Cohort, draw_cohort
from equipoise.simulate.course import Course, draw_course
from equipoise.simulate.formula import Scope, formula
from equipoise.simulate.pharmacokinetics import level_at
from equipoise.simulate.redosing import Change, Hiding, hiding_of, redosed
from equipoise.simulate.world import World, world_of
from equipoise.stats.power import exact_power
from equipoise.study.masking import collected
from equipoise.study.model.study import Study

Array = NDArray[np.float64]
_STEP = 2.0  # days between the points of the level's curve
_QUANTILES = (0.05, 0.5, 0.95)
_DRAWN = 2000  # people whose levels make the curve
_ENTRY_DAYS = 14.0  # from consent to allocation


@dataclass(frozen=True, slots=True)
class Sight:
    """What a visit can see of the primary endpoint's variable in the treatment's arm.

    Attributes
    ----------
    visit : str
        The visit.
    day : int
        Its planned day.
    masked, wholly_masked : bool
        Whether results on some day, or on every day, of its window lie in the masking window of a dose.
    level : tuple of float
        5 %, 50 % and 95 % of the level in the blood on the planned day, before a dose of that day.
    came : float
        The share of untreated people in whom the event has come by then.
    treated, control : float
        The share of people whose result shows it, by arm.
    benefit : float
        What hiding adds: how much wider the arms lie apart by what is shown than by what has come.
    rejects : float
        How often the unstratified test of what is shown would be significant with the declared enrolment.
    is_primary, is_added : bool
        Whether the primary endpoint is decided here; whether the visit was added to look at it.
    """

    visit: str
    day: int
    masked: bool
    wholly_masked: bool
    level: tuple[float, float, float]
    came: float
    treated: float
    control: float
    benefit: float
    rejects: float
    is_primary: bool
    is_added: bool


@dataclass(frozen=True, slots=True)
class Power:
    """The exact power under a declared assumption; `score` is the test of Miettinen and Nurminen."""

    treatment: float
    control: float
    dropout: float
    score: float
    fisher: float


@dataclass(frozen=True, slots=True)
class Levels:
    """The level in the blood over time: 5 %, 50 % and 95 % of people, by day."""

    days: tuple[float, ...]
    low: tuple[float, ...]
    median: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BlindSpots:
    """What is seen and hidden under a calendar of doses.

    Attributes
    ----------
    truth : str
        The truth whose people are looked at.
    product, unit, variable : str
        What is given, its unit, and the variable that it hides.
    amount : str
        Of each dose.
    doses : tuple of int
        The days of the doses.
    clear_from : int
        The first day on which no dose masks a result any more.
    sights : tuple of Sight
        The visits at which the variable is measured, in their order.
    levels : Levels
        The level over time.
    power : tuple of Power
        By declared assumption.
    people : int
        How many virtual people are looked at.
    """

    truth: str
    product: str
    unit: str
    variable: str
    amount: str
    doses: tuple[int, ...]
    clear_from: int
    sights: tuple[Sight, ...]
    levels: Levels
    power: tuple[Power, ...]
    people: int

    @property
    def primary(self) -> Sight:
        """The visit at which the primary endpoint is decided."""
        return next(sight for sight in self.sights if sight.is_primary)


def blind_spots(study: Study, change: Change, truth: str, *, people: int = 20_000, seed: int = 1) -> BlindSpots:
    """Return what a calendar of doses can and cannot see.

    Parameters
    ----------
    study : Study
        The study as declared.
    change : Change
        What of its doses and visits is to be otherwise.
    truth : str
        The truth whose people are looked at; with one that prevents nothing, every benefit is a false one.
    people : int, default 20000
        How many people are drawn.
    seed : int, default 1
        The seed of the draw.

    Returns
    -------
    BlindSpots
        By visit; with the exact power under the declared assumptions.

    Raises
    ------
    ProblemsError
        If nothing hides the primary endpoint's variable, the scenarios say nothing of the product in the blood or of
        the event, or the change cannot be.
    """
    changed = redosed(study, change)
    hiding = hiding_of(changed)
    world = replace(world_of(study, truth), study=changed)
    if not world.scenarios.events or hiding.masking.product not in {one.product for one in world.scenarios.kinetics}:
        raise ProblemsError([Problem("simulate.no-kinetics", {"product": hiding.masking.product})])
    if hiding.endpoint.variable not in {reversion.variable for reversion in changed.endpoints.reversions}:
        raise ProblemsError([Problem("simulate.no-reversion", {"variable": hiding.endpoint.variable})])
    rng = np.random.default_rng(seed)
    cohort = draw_cohort(world, people, rng, own_centres=True)
    allocated = np.full(people, _ENTRY_DAYS)
    courses = {arm: draw_course(cohort, arm, allocated, rng) for arm in (hiding.treatment, hiding.versus)}
    look = _Look(world, hiding, courses, _kinetics(world, hiding, cohort))
    days = days_by_arm(changed)[hiding.treatment]
    declared = {visit.id for visit in study.schedule.visits}
    product = next(one for one in changed.identity.products if one.id == hiding.masking.product)
    return BlindSpots(
        truth=truth,
        product=product.id,
        unit=product.unit,
        variable=hiding.endpoint.variable,
        amount=str(hiding.schedule.amount),
        doses=tuple(look.doses),
        clear_from=look.doses[-1] + hiding.masking.days + 1,
        sights=tuple(
            _sight(look, visit, added=visit.visit not in declared) for visit in days if _is_measured(look, visit)
        ),
        levels=_levels(look, days[-1].day),
        power=_powers(changed, hiding),
        people=people,
    )


@dataclass(frozen=True)
class _Look:
    """What is looked at: the world, what hides, everybody's course by arm, how the product leaves each person."""

    world: World
    hiding: Hiding
    courses: Mapping[str, Course]
    kinetics: Mapping[str, Array]

    @property
    def doses(self) -> list[int]:
        """The days of the doses."""
        return sorted(self.world.study.visits[visit].day for visit in self.hiding.schedule.visits)

    def level(self, day: float, people: int | None = None) -> Array:
        """Return the level of the first people on a day, all doses given as planned."""
        kinetics = {name: values[:people] for name, values in self.kinetics.items()}
        size = len(kinetics["half_life"])
        given = np.broadcast_to(np.asarray(self.doses, dtype=float), (size, len(self.doses)))
        amounts = np.full(len(self.doses), float(self.hiding.schedule.amount))
        return level_at(np.full(size, day), given, amounts, **kinetics)


def _kinetics(world: World, hiding: Hiding, cohort: Cohort) -> dict[str, Array]:
    said = next(one for one in world.scenarios.kinetics if one.product == hiding.masking.product)
    scope = Scope({**cohort.names, "arm": hiding.treatment}, (cohort.size,), np.random.default_rng(0))
    return {
        name: formula(getattr(said, name)).array(scope).astype(float) for name in ("absorption", "half_life", "volume")
    }


def _is_measured(look: _Look, visit: VisitDays) -> bool:
    """Whether the variable is measured at a visit after allocation that both arms have."""
    study, variable = look.world.study, look.hiding.endpoint.variable
    declared = study.visits[visit.visit]
    arms = (look.hiding.treatment, look.hiding.versus)
    return visit.day > 0 and all(
        (not declared.arms or arm in declared.arms) and variable in collected(study, declared, arm) for arm in arms
    )


def _sight(look: _Look, visit: VisitDays, *, added: bool) -> Sight:
    hiding = look.hiding
    treated, control = (_shown(look, arm, visit.visit) for arm in (hiding.treatment, hiding.versus))
    masked = [one for one in visit.masked if one.variable == hiding.endpoint.variable]
    low, median, high = (float(each) for each in np.quantile(look.level(visit.day), _QUANTILES))
    return Sight(
        visit=visit.visit,
        day=visit.day,
        masked=bool(masked),
        wholly_masked=any(one.whole for one in masked),
        level=(low, median, high),
        came=control[0],
        treated=treated[1],
        control=control[1],
        benefit=(control[1] - treated[1]) - (control[0] - treated[0]),
        rejects=exact_power(
            *_sizes(look.world.study, hiding), 1 - treated[1], 1 - control[1], float(hiding.alpha)
        ).power,
        is_primary=visit.visit == hiding.endpoint.visit,
        is_added=added,
    )


def _shown(look: _Look, arm: str, visit: str) -> tuple[float, float]:
    """Return of those who entered and came: the share in whom the event has come, and whose result shows it."""
    course = look.courses[arm]
    column = [one.id for one in course.visits].index(visit)
    watch = next(one for one in course.watches if one.variable == look.hiding.endpoint.variable)
    event_day = course.event_day[look.world.scenarios.events[0].id]
    here = ~np.isnan(course.day[:, column]) & (event_day > 0)
    values = {name: measured[:, column] for name, measured in course.values.items()}
    scope = Scope({**course.names, **values}, event_day.shape, np.random.default_rng(0))
    with np.errstate(invalid="ignore"):
        positive = formula(watch.positive).array(scope)
    return float((event_day <= course.day[:, column])[here].mean()), float(positive[here].mean())


def _levels(look: _Look, last: int) -> Levels:
    days = np.arange(0.0, last + 1, _STEP)
    curves = np.array([np.quantile(look.level(day, _DRAWN), _QUANTILES) for day in days])
    low, median, high = (tuple(column.tolist()) for column in curves.T)
    return Levels(tuple(days.tolist()), low, median, high)


def _sizes(study: Study, hiding: Hiding) -> tuple[int, int]:
    total = sum(arm.ratio for arm in study.arms.values())
    n1, n0 = (study.identity.enrolment * study.arms[arm].ratio // total for arm in (hiding.treatment, hiding.versus))
    return n1, n0


def _powers(study: Study, hiding: Hiding) -> tuple[Power, ...]:
    n1, n0 = _sizes(study, hiding)
    found = []
    for each in study.endpoints.power:
        shares, lost, alpha = (float(each.treatment), float(each.control)), float(each.dropout), float(hiding.alpha)
        score = exact_power(n1, n0, *shares, alpha, dropout=(lost, lost)).power
        fisher = exact_power(n1, n0, *shares, alpha, test="fisher", dropout=(lost, lost)).power
        found.append(Power(*shares, lost, score, fisher))
    return tuple(found)
