"""Endpoints, reversions, intercurrent events and estimands: each is whole, and can be observed."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.study.checks.look import Look
from equipoise.study.masking import collected

_FILE = "endpoints.yaml"
# What each kind of endpoint needs, and what would be read by nobody.
_NEEDS = {
    "binary": ("visit", "variable", "readings"),
    "time_to_event": ("time", "event"),
    "continuous": ("value",),
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
        needs = _NEEDS[endpoint.kind]
        for key in needs:
            if not getattr(endpoint, key):
                params = {"endpoint": endpoint.id, "kind": endpoint.kind, "key": key}
                yield look.error("endpoint-incomplete", _FILE, "endpoints", index, "kind", **params)
        for key in sorted({key for keys in _NEEDS.values() for key in keys} - set(needs) - {"visit", "variable"}):
            if getattr(endpoint, key):
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


def _reversions(look: Look) -> Iterator[Problem]:
    hidden = {masking.id: masking.hides for masking in look.study.schedule.masking}
    for index, reversion in enumerate(look.study.endpoints.reversions):
        path = ("reversions", index)
        if reversion.repeat_before < reversion.repeat_after:
            params: dict[str, str | int] = {"before": reversion.repeat_before, "after": reversion.repeat_after}
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
    kinds = {endpoint.id: endpoint.kind for endpoint in look.study.endpoints.endpoints}
    events = [event.id for event in look.study.endpoints.intercurrent_events]
    fits = {
        "binary": ("risk_difference", "risk_ratio", "odds_ratio"),
        "time_to_event": ("hazard_ratio", "survival"),
        "continuous": ("mean_difference",),
    }
    for index, estimand in enumerate(look.study.endpoints.estimands):
        path = ("estimands", index)
        if estimand.treatment == estimand.versus:
            yield look.error("estimand-same-arm", _FILE, *path, "versus", estimand=estimand.id, arm=estimand.versus)
        kind = kinds.get(estimand.endpoint)
        if kind is not None and estimand.summary not in fits[kind]:
            params = {"summary": estimand.summary, "kind": kind, "endpoint": estimand.endpoint}
            yield look.error("summary-misfit", _FILE, *path, "summary", **params, known=", ".join(fits[kind]))
        handled = [strategy.event for strategy in estimand.intercurrent]
        for place, name in enumerate(handled):
            if name in handled[:place]:
                at = (*path, "intercurrent", place, "event")
                yield look.error("strategy-twice", _FILE, *at, estimand=estimand.id, event=name)
        left = [name for name in events if name not in handled]
        if left:
            yield look.note("event-unhandled", _FILE, *path, estimand=estimand.id, events=", ".join(left))
