"""What a declared prediction comes to: how many parameters its model has, and which variables a landmark may see."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.study.masking import MaskedVisit, collected, masked_visits
from equipoise.study.model.prediction import Term
from equipoise.study.model.schedule import Visit
from equipoise.study.model.study import Study


def reading_of(study: Study) -> str:
    """Return the reading of the target: the one that is declared, or the endpoint's only one; "" if there is none."""
    declared = study.prediction
    if declared is None:
        return ""
    endpoint = next((each for each in study.endpoints.endpoints if each.id == declared.target.endpoint), None)
    return declared.target.reading or (endpoint.readings[0].id if endpoint is not None and endpoint.readings else "")


def parameters(study: Study, term: Term) -> int:
    """Return how many coefficients a term has: a spline one fewer than its knots, a code one fewer than its values."""
    variable = study.variables.get(term.variable)
    if variable is not None and variable.kind == "code":
        return max(1, len(variable.codes) - 1)
    return max(1, term.knots - 1)


def model_parameters(study: Study, terms: Iterable[Term]) -> int:
    """Return how many coefficients a model of these terms has, the arm among them and the constant not."""
    return len(study.identity.arms) - 1 + sum(parameters(study, term) for term in terms)


def last_collected(study: Study, landmark: Visit, variable: str, arm: str) -> Visit | None:
    """Return the visit at which an arm is last asked for a variable, at or before a landmark."""
    asked = [
        visit
        for visit in study.schedule.visits
        if visit.kind != "unscheduled"
        and visit.day <= landmark.day
        and (not visit.arms or arm in visit.arms)
        and variable in collected(study, visit, arm)
    ]
    return max(asked, key=lambda visit: visit.day, default=None)


def hidden_at(study: Study, landmark: Visit, variable: str) -> tuple[str, MaskedVisit] | None:
    """Return the arm, and the masked visit, where what a landmark would see of a variable is hidden; None if nowhere.

    It rests on the days of the planned doses alone: what is hidden in one arm tells of the arm, not of the person.
    """
    for arm in study.arms:
        last = last_collected(study, landmark, variable, arm)
        for masked in masked_visits(study, arm) if last is not None else ():
            if last is not None and masked.visit == last.id and variable in masked.variables:
                return arm, masked
    return None
