"""Endpoints, reversions, intercurrent events and estimands: each is whole, and can be observed."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.study.checks.look import Look
from equipoise.study.masking import collected
from equipoise.study.model.endpoints import Endpoint, Estimand

_FILE = "endpoints.yaml"
# What each kind of endpoint needs, and what would be read by nobody.
_NEEDS = {
    "binary": ("visit", "variable", "readings"),
    "time_to_event": ("event",),
    "interval": ("reversion", "visit"),
    "continuous": ("value",),
}
_OF_ONE_KIND = {
    "readings": ("binary",),
    "time": ("time_to_event",),
    "event": ("time_to_event",),
    "reversion": ("interval",),
    "value": ("continuous",),
    "scale": ("continuous",),
    "decisive": ("binary", "time_to_event", "continuous"),
    "variable": ("binary", "time_to_event", "continuous"),  # an interval has its reversion's
}
_FITS = {
    "binary": ("risk_difference", "risk_ratio", "odds_ratio"),
    "time_to_event": ("hazard_ratio", "survival", "cumulative_incidence"),
    "interval": ("hazard_ratio", "survival"),
    "continuous": ("mean_difference", "geometric_mean_ratio"),
}
_EVENT_NEEDS = {"medication": "category", "rule": "when"}


def check(look: Look) -> Iterator[Problem]:
    """Find endpoints and estimands that cannot be worked out."""
    yield from _endpoints(look)
    yield from _reversions(look)
    yield from _events(look)
    yield from _estimands(look)
    for index, design in enumerate(look.study.endpoints.power):
        for field in ("control", "treatment", "dropout"):
            value = getattr(design, field)
            low_ok = value >= 0 if field == "dropout" else value > 0
            if not (low_ok and value < 1):
                yield look.error("proportion-wrong", _FILE, "power", index, field, key=field, found=str(value))


def _endpoints(look: Look) -> Iterator[Problem]:
    visits = look.study.visits
    for index, endpoint in enumerate(look.study.endpoints.endpoints):
        missing = [key for key in _NEEDS[endpoint.kind] if not getattr(endpoint, key)]
        if endpoint.kind == "time_to_event" and endpoint.event and not endpoint.time and not _reverts(look, endpoint):
            missing.append("time")
        for key in missing:
            params = {"endpoint": endpoint.id, "kind": endpoint.kind, "key": key}
            yield look.error("endpoint-incomplete", _FILE, "endpoints", index, "kind", **params)
        for key, kinds in _OF_ONE_KIND.items():
            if getattr(endpoint, key) and endpoint.kind not in kinds:
                params = {"endpoint": endpoint.id, "kind": endpoint.kind, "key": key}
                yield look.error("endpoint-unread", _FILE, "endpoints", index, key, **params)
        visit = visits.get(endpoint.visit)
        declared = look.study.variables.get(endpoint.variable)
        if visit is None or declared is None or declared.rule:
            continue
        if endpoint.variable not in collected(look.study, visit):
            params = {"endpoint": endpoint.id, "variable": endpoint.variable, "visit": visit.id}
            yield look.error("endpoint-uncollected", _FILE, "endpoints", index, "variable", **params)
        ends = visit.day + visit.after
        if endpoint.stands is not None and endpoint.stands < ends:
            params_: dict[str, str | int] = {"endpoint": endpoint.id, "stands": endpoint.stands, "ends": ends}
            yield look.error("stands-early", _FILE, "endpoints", index, "stands", **params_)


def _reverts(look: Look, endpoint: Endpoint) -> bool:
    """Whether the event is a reversion, which has a day of its own, or cannot be read."""
    rule = look.rules.get(("event", endpoint.id))
    reversions = {reversion.id for reversion in look.study.endpoints.reversions}
    return rule is None or any(name.partition(".")[0] in reversions for name in rule.variables)


def _reversions(look: Look) -> Iterator[Problem]:
    hidden = {masking.id: masking.hides for masking in look.study.schedule.masking}
    for index, reversion in enumerate(look.study.endpoints.reversions):
        path = ("reversions", index)
        before = reversion.repeat_before
        if before is None and reversion.calls_repeat:
            yield look.error("repeat-unbounded", _FILE, *path, "id", reversion=reversion.id)
        elif before is not None and not reversion.calls_repeat:
            yield look.error("repeat-uncalled", _FILE, *path, "repeat_before", reversion=reversion.id)
        elif before is not None and before < reversion.repeat_after:
            params: dict[str, str | int] = {"before": before, "after": reversion.repeat_after}
            yield look.error("repeat-window", _FILE, *path, "repeat_before", **params)
        if reversion.masking in hidden and reversion.variable not in hidden[reversion.masking]:
            named = {"masking": reversion.masking, "variable": reversion.variable}
            yield look.error("masking-other", _FILE, *path, "masking", **named)
        rule = look.rules.get(("positive", reversion.id))
        if rule is not None and rule.variables != (reversion.variable,):
            yield look.error("positive-other", _FILE, *path, "positive", variable=reversion.variable)


def _events(look: Look) -> Iterator[Problem]:
    for index, event in enumerate(look.study.endpoints.intercurrent_events):
        key = _EVENT_NEEDS.get(event.origin)
        if key is not None and not getattr(event, key):
            params = {"event": event.id, "origin": event.origin, "key": key}
            yield look.error("event-incomplete", _FILE, "intercurrent_events", index, "origin", **params)


def _estimands(look: Look) -> Iterator[Problem]:
    endpoints = {endpoint.id: endpoint for endpoint in look.study.endpoints.endpoints}
    events = [event.id for event in look.study.endpoints.intercurrent_events]
    for index, estimand in enumerate(look.study.endpoints.estimands):
        path = ("estimands", index)
        if estimand.treatment == estimand.versus:
            yield look.error("estimand-same-arm", _FILE, *path, "versus", estimand=estimand.id, arm=estimand.versus)
        endpoint = endpoints.get(estimand.endpoint)
        if endpoint is not None:
            yield from _summary(look, index, estimand, endpoint)
        handled = [strategy.event for strategy in estimand.intercurrent]
        for place, name in enumerate(handled):
            if name in handled[:place]:
                at = (*path, "intercurrent", place, "event")
                yield look.error("strategy-twice", _FILE, *at, estimand=estimand.id, event=name)
        left = [name for name in events if name not in handled]
        if left:
            yield look.note("event-unhandled", _FILE, *path, estimand=estimand.id, events=", ".join(left))


def _summary(look: Look, index: int, estimand: Estimand, endpoint: Endpoint) -> Iterator[Problem]:
    path, fits = ("estimands", index, "summary"), _FITS[endpoint.kind]
    if estimand.summary not in fits:
        params = {"summary": estimand.summary, "kind": endpoint.kind, "endpoint": endpoint.id}
        yield look.error("summary-misfit", _FILE, *path, **params, known=", ".join(fits))
    elif estimand.summary == "geometric_mean_ratio" and endpoint.scale != "log10":
        yield look.error("ratio-unscaled", _FILE, *path, endpoint=endpoint.id)
