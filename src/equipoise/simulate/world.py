"""A study under a truth: the calendar as it is played, the constants as they are set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from equipoise.core.problem import Problem, ProblemsError
from equipoise.simulate.default import default_scenarios
from equipoise.study.model.scenarios import Dosing, Item, Scenarios, Truth
from equipoise.study.model.schedule import DoseSchedule, Schedule, Visit
from equipoise.study.model.study import Study

PLAYED = frozenset({"baseline", "follow_up", "dose_only", "post_treatment"})


@dataclass(frozen=True)
class World:
    """Where virtual people live: the study as amended by the truth, and the figures that hold in it."""

    study: Study
    scenarios: Scenarios
    truth: Truth

    @cached_property
    def constants(self) -> Mapping[str, float]:
        """The constants by name, as the truth sets them."""
        declared = {name: float(constant.value) for name, constant in self.scenarios.constants.items()}
        return declared | {name: float(value) for name, value in self.truth.sets.items()}

    @cached_property
    def limits(self) -> Mapping[str, dict[str, str]]:
        """The lower limit that each centre's laboratory prints: centre → variable → limit."""
        declared = {
            name: str(variable.limit) for name, variable in self.study.variables.items() if variable.limit is not None
        }
        found = {
            site.id: declared | {name: str(limit) for name, limit in site.limits.items()}
            for site in self.study.identity.sites
        }
        for item in self.scenarios.items:
            for site, limit in item.limits.items():
                found[site][item.variable] = str(limit)
        return found

    @cached_property
    def dosing(self) -> Mapping[str, Dosing]:
        """How a product is given, by product."""
        return {dosing.product: dosing for dosing in self.scenarios.dosing}

    def screening(self) -> Visit | None:
        """Return the screening visit, where the study has one."""
        return next((visit for visit in self.study.schedule.visits if visit.kind == "screening"), None)

    def visits(self, arm: str) -> tuple[Visit, ...]:
        """Return the visits that people of an arm are due to from allocation on, in the order of their days."""
        due = [
            visit
            for visit in self.study.schedule.visits
            if visit.kind in PLAYED and (not visit.arms or arm in visit.arms)
        ]
        return tuple(sorted(due, key=lambda visit: visit.day))

    def schedules(self, arm: str) -> tuple[DoseSchedule, ...]:
        """Return the dose schedules of an arm."""
        return tuple(dose for dose in self.study.schedule.doses if arm in dose.arms)

    def item(self, variable: str, visit: str) -> Item | None:
        """Return how a variable's value comes out at a visit: what is said of that visit goes first."""
        said = self._items.get(variable, ())
        here = next((item for item in said if visit in item.at), None)
        return here or next((item for item in said if not item.at), None)

    @cached_property
    def _items(self) -> Mapping[str, tuple[Item, ...]]:
        found: dict[str, tuple[Item, ...]] = {}
        for item in self.scenarios.items:
            found[item.variable] = (*found.get(item.variable, ()), item)
        return found


def world_of(study: Study, truth: str) -> World:
    """Return the world of a study under one of its truths.

    Parameters
    ----------
    study : Study
        The study. One without `scenarios.yaml` gets the default: everybody like the folder's eligible example.
    truth : str
        The id of the truth.

    Returns
    -------
    World
        The study amended as the truth says, and the figures that hold.

    Raises
    ------
    ProblemsError
        If there is no such truth, or it names what the study does not have.
    """
    scenarios = study.scenarios or default_scenarios(study)
    chosen = next((one for one in scenarios.truths if one.id == truth), None)
    if chosen is None:
        known = ", ".join(one.id for one in scenarios.truths)
        raise ProblemsError([Problem("simulate.unknown-truth", {"truth": truth, "known": known})])
    strangers = set(chosen.sets) - set(scenarios.constants)
    strangers |= set(chosen.doses) - {dose.id for dose in study.schedule.doses}
    if strangers:
        name = sorted(strangers)[0]
        raise ProblemsError([Problem("simulate.truth-sets-unknown", {"truth": truth, "name": name})])
    return World(study=amended(study, chosen), scenarios=scenarios, truth=chosen)


def amended(study: Study, truth: Truth) -> Study:
    """Return the study with the calendar that a truth plays.

    Parameters
    ----------
    study : Study
        The study as declared.
    truth : Truth
        The truth; one that changes no calendar leaves the study as it is.

    Returns
    -------
    Study
        The study to simulate.
    """
    if not truth.doses and not truth.visits:
        return study
    schedule: dict[str, Any] = {
        "visits": tuple(sorted((*study.schedule.visits, *truth.visits), key=lambda visit: visit.day)),
        "doses": tuple(
            dose.model_copy(update={"visits": truth.doses[dose.id]}) if dose.id in truth.doses else dose
            for dose in study.schedule.doses
        ),
    }
    return rescheduled(study, study.schedule.model_copy(update=schedule))


def rescheduled(study: Study, schedule: Schedule) -> Study:
    """Return the study with another calendar.

    Parameters
    ----------
    study : Study
        The study.
    schedule : Schedule
        The calendar in place of its own.

    Returns
    -------
    Study
        The study, which knows nothing of what was worked out for the old one.
    """
    return _with(study, schedule=schedule)


def enlarged(world: World, participants: int) -> World:
    """Return the world with room for more participants than the study enrols.

    Parameters
    ----------
    world : World
        The study under a truth.
    participants : int
        How many are to be allocated.

    Returns
    -------
    World
        The same, or one whose study enrols that many.
    """
    identity = world.study.identity
    if participants <= identity.enrolment:
        return world
    larger = identity.model_copy(update={"enrolment": participants})
    return World(study=_with(world.study, identity=larger), scenarios=world.scenarios, truth=world.truth)


def _with(study: Study, **changes: Any) -> Study:
    # A copy would keep the hash that was computed of the original: a fresh value computes its own.
    parts = {name: getattr(study, name) for name in Study.model_fields}
    return Study.model_construct(**{**parts, **changes})
