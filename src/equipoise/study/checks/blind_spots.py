"""Blind spots: what the declared doses hide at which visits. They are notes: a team may have to live with them."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.study.checks.look import Look
from equipoise.study.masking import MaskedVisit, dose_visits, masked_visits


def check(look: Look) -> Iterator[Problem]:
    """Say, for each arm and variable, the visits inside a masking window; louder where an endpoint is decided there."""
    study = look.study
    indexes = {masking.id: index for index, masking in enumerate(study.schedule.masking)}
    for arm in study.identity.arms:
        masked = masked_visits(study, arm.id)
        for masking, index in indexes.items():
            own = [visit for visit in masked if visit.masking == masking]
            for variable in study.schedule.masking[index].hides:
                hidden = [visit for visit in own if variable in visit.variables]
                if hidden:
                    yield _said(look, index, arm.id, variable, hidden)
        yield from _decisive(look, arm.id, masked)


def _said(look: Look, index: int, arm: str, variable: str, hidden: list[MaskedVisit]) -> Problem:
    masking = look.study.schedule.masking[index]
    last = dose_visits(look.study, arm, masking)[-1]
    params: dict[str, str | int] = {"arm": arm, "variable": variable, "days": masking.days}
    params["visits"] = ", ".join(visit.visit for visit in hidden)
    params |= {"last_dose": last.id, "until": last.day + masking.days}
    return look.note("blind-spot", "schedule.yaml", "masking", index, **params)


def _decisive(look: Look, arm: str, masked: tuple[MaskedVisit, ...]) -> Iterator[Problem]:
    for index, endpoint in enumerate(look.study.endpoints.endpoints):
        for visit in masked:
            if endpoint.visit == visit.visit and endpoint.variable in visit.variables:
                params: dict[str, str | int] = {"endpoint": endpoint.id, "visit": visit.visit, "arm": arm}
                params |= {"variable": endpoint.variable, "last_dose": visit.last_dose, "until": visit.until}
                yield look.note("blind-spot-decisive", "endpoints.yaml", "endpoints", index, "visit", **params)
