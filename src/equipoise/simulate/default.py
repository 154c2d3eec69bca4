"""The default generator: for a study that declares no scenarios, everybody is like the folder's eligible example."""

from __future__ import annotations

from decimal import Decimal

from equipoise.core.problem import Problem, ProblemsError
from equipoise.study.model.scenarios import Attendance, Item, Lag, Recruitment, Scenarios, Truth
from equipoise.study.model.study import Study

_WHY = "The study declares no scenarios: a default that needs none of its own figures."


def default_scenarios(study: Study) -> Scenarios:
    """Return scenarios for a study that has none: one truth, `none`, in which the arms do not differ.

    Screening values are those of the folder's first eligible example; codes after allocation are drawn with equal
    chances, yes/no items are even, numbers stand in the middle of their plausible range. Dates of the example stay
    where they are.

    Parameters
    ----------
    study : Study
        The study, with at least one example whose verdict is "eligible".

    Returns
    -------
    Scenarios
        A generator that plays it.

    Raises
    ------
    ProblemsError
        If no example is eligible: then nobody could be allocated.
    """
    example = next((one for one in study.examples if one.verdict == "eligible"), None)
    if example is None:
        raise ProblemsError([Problem("simulate.no-scenarios", {"study": study.id})])
    start = min((day.value for day in study.identity.dates if day.kind == "start"), default="2026-01-05")
    screening = tuple(visit.id for visit in study.schedule.visits if visit.kind in ("screening", "baseline"))
    entry = tuple(
        Item(variable=name, formula=f'"{value}"', at=screening, assumed=True, reason=_WHY)
        for name, value in example.person.items()
        if value
    )
    later = tuple(
        Item(variable=name, formula=_even(study, name), assumed=True, reason=_WHY)
        for name in study.variables
        if not study.variables[name].rule
    )
    return Scenarios(
        recruitment=Recruitment(
            start=start, per_week=Decimal(5), to_allocation=Lag(low=0, high=3), assumed=True, reason=_WHY
        ),
        items=entry + later,
        attendance=Attendance(spread="2", missed="0.02", assumed=True, reason=_WHY),
        truths=(Truth(id="none", label="No effect", assumed=True, reason=_WHY),),
    )


def _even(study: Study, name: str) -> str:
    variable = study.variables[name]
    if variable.kind == "code" and variable.codes:
        formula = f'"{variable.codes[-1].value}"'
        for left, code in enumerate(reversed(variable.codes[:-1]), start=2):
            formula = f'where(chance(1 / {left}), "{code.value}", {formula})'
        return formula
    if variable.kind == "yes_no":
        return "chance(0.5)"
    if variable.kind in ("number", "laboratory"):
        low = variable.low if variable.low is not None else Decimal(1)
        high = variable.high if variable.high is not None else low
        return str((low + high) / 2)
    return '""'  # a text, a date or a judgement that nobody wrote down
