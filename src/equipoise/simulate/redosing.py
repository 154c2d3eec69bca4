"""Another calendar of doses than the declared one: its amount, interval and last week, and a visit more."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from equipoise.core.problem import Problem, ProblemsError
from equipoise.simulate.world import rescheduled
from equipoise.study.masking import collected
from equipoise.study.model.endpoints import Endpoint
from equipoise.study.model.schedule import DoseSchedule, Masking, Visit
from equipoise.study.model.study import Study

_LONGEST = 520  # weeks: ten years


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; None leaves it as it is declared.

    Attributes
    ----------
    dose : Decimal or None
        The amount of each dose, in the product's unit.
    every, last_week : int or None
        Weeks between doses, and the week of the last; the first is given at allocation.
    visit : int or None
        The week of a further visit, at which the forms of the primary endpoint's visit are asked.
    """

    dose: Decimal | None = None
    every: int | None = None
    last_week: int | None = None
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Hiding:
    """What hides the primary endpoint's variable: the declaration, the doses, the arms and the endpoint."""

    masking: Masking
    schedule: DoseSchedule
    endpoint: Endpoint
    treatment: str
    versus: str
    alpha: Decimal


def hiding_of(study: Study) -> Hiding:
    """Return what hides the variable of the study's primary endpoint.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    Hiding
        The first masking that hides it, with the dose schedule of its product in the primary estimand's treatment.

    Raises
    ------
    ProblemsError
        If nothing hides it, or there is no primary endpoint decided at a visit.
    """
    plan = study.endpoints
    primary = next((each for each in plan.analyses if each.role == "primary"), None)
    estimand = next((each for each in plan.estimands if primary is not None and each.id == primary.estimand), None)
    endpoint = next((each for each in plan.endpoints if estimand is not None and each.id == estimand.endpoint), None)
    if primary is None or estimand is None or endpoint is None or endpoint.kind != "binary":
        raise ProblemsError([Problem("simulate.no-binary-primary", {"study": study.id})])
    for masking in study.schedule.masking:
        for schedule in study.schedule.doses:
            given = schedule.product == masking.product and estimand.treatment in schedule.arms
            if given and endpoint.variable in masking.hides:
                return Hiding(masking, schedule, endpoint, estimand.treatment, estimand.versus, primary.alpha)
    raise ProblemsError([Problem("simulate.nothing-hides", {"variable": endpoint.variable, "endpoint": endpoint.id})])


def redosed(study: Study, change: Change) -> Study:
    """Return the study with the doses, and perhaps a visit, as they are asked for.

    Parameters
    ----------
    study : Study
        The study as declared.
    change : Change
        What is to be otherwise.

    Returns
    -------
    Study
        The study with that calendar; a dose on a day without a visit gets a visit of its own.

    Raises
    ------
    ProblemsError
        If an amount, interval or week cannot be, all of them at once.
    """
    hiding = hiding_of(study)
    problems = _impossible(change)
    if problems:
        raise ProblemsError(problems)
    visits = {visit.id: visit for visit in study.schedule.visits}
    chosen = hiding.schedule.visits
    if change.every is not None or change.last_week is not None:
        chosen = tuple(_dose_visit(visits, day, hiding.treatment) for day in _dose_days(study, hiding, change))
    if change.visit is not None:
        _add_visit(study, visits, hiding, change.visit)
    amount = hiding.schedule.amount if change.dose is None else change.dose
    doses = tuple(
        dose.model_copy(update={"visits": chosen, "amount": amount}) if dose.id == hiding.schedule.id else dose
        for dose in study.schedule.doses
    )
    calendar = study.schedule.visits
    if len(visits) > len(calendar):
        calendar = tuple(sorted(visits.values(), key=lambda visit: visit.day))
    return rescheduled(study, study.schedule.model_copy(update={"visits": calendar, "doses": doses}))


def _impossible(change: Change) -> list[Problem]:
    found = []
    if change.dose is not None and not (change.dose.is_finite() and 0 < change.dose < 10**9):
        found.append(Problem("simulate.bad-dose", {"dose": str(change.dose)}))
    weeks = {"every": (change.every, 1), "last_week": (change.last_week, 0), "visit": (change.visit, 1)}
    for what, (week, least) in weeks.items():
        if week is not None and not least <= week <= _LONGEST:
            params: dict[str, str | int] = {"what": f"--{what.replace('_', '-')}", "week": week}
            params |= {"least": least, "most": _LONGEST}
            found.append(Problem("simulate.bad-week", params))
    return found


def _dose_days(study: Study, hiding: Hiding, change: Change) -> list[int]:
    declared = sorted(study.visits[visit].day for visit in hiding.schedule.visits)
    between = [later - day for day, later in pairwise(declared)]
    step = 7 * change.every if change.every is not None else min(between, default=7 * _LONGEST)
    last = declared[-1] if change.last_week is None else 7 * change.last_week
    return list(range(0, last + 1, step))


def _dose_visit(visits: dict[str, Visit], day: int, arm: str) -> str:
    """Return the visit of a dose's day; make one where there is none."""
    for visit in visits.values():
        if (
            visit.day == day
            and visit.kind not in ("screening", "unscheduled")
            and (not visit.arms or arm in visit.arms)
        ):
            return visit.id
    name = _unused(visits, day)
    visits[name] = Visit(
        id=name,
        label=name,
        kind="dose_only",
        day=day,
        before=min(7, day),
        after=7,
        arms=(arm,),
        assumed=True,
        reason="A dose needs a visit.",
    )
    return name


def _add_visit(study: Study, visits: dict[str, Visit], hiding: Hiding, week: int) -> None:
    declared = study.visits[hiding.endpoint.visit]
    here = [visit for visit in visits.values() if visit.day == 7 * week and visit.kind != "unscheduled"]
    if any(hiding.endpoint.variable in collected(study, visit) for visit in here):
        return
    name = _unused(visits, 7 * week)
    changed = {"id": name, "label": name, "day": 7 * week, "kind": "follow_up", "specimens": ()}
    visits[name] = declared.model_copy(update=changed)


def _unused(visits: dict[str, Visit], day: int) -> str:
    name = f"week {day // 7}" if day % 7 == 0 else f"day {day}"
    while name in visits:
        name += "+"
    return name
