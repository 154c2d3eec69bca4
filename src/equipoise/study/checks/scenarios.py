"""The scenarios: a number of days between two steps begins before it ends; centres are those of the study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.core.problem import Problem
from equipoise.study.checks.look import Look
from equipoise.study.model.base import Part
from equipoise.study.model.scenarios import Lag, Scenarios

_FILE = "scenarios.yaml"
Path = tuple[str | int, ...]


def check(look: Look) -> Iterator[Problem]:
    """Find numbers of days from which none could be drawn, and centres that the study does not have."""
    if look.study.scenarios is None:
        return
    yield from _centres(look, look.study.scenarios)
    for path, lag in _lags(look.study.scenarios, ()):
        if lag.low > lag.high:
            yield look.error("lag-reversed", _FILE, *path, key=str(path[-1]), low=lag.low, high=lag.high)


def _centres(look: Look, scenarios: Scenarios) -> Iterator[Problem]:
    named: list[tuple[Path, Iterable[str]]] = [
        (("recruitment", "shares"), scenarios.recruitment.shares),
        (("recruitment", "opens"), scenarios.recruitment.opens),
        *((("items", place, "limits"), item.limits) for place, item in enumerate(scenarios.items)),
    ]
    known = ", ".join(look.study.sites)
    for path, centres in named:
        for centre in centres:
            if centre not in look.study.sites:
                key = str(path[-1])
                yield look.error("scenario-centre", _FILE, *path, centre, key=key, centre=centre, known=known)


def _lags(value: object, path: Path) -> Iterator[tuple[Path, Lag]]:
    if isinstance(value, Lag):
        yield path, value
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from _lags(getattr(value, name), (*path, name))
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _lags(each, (*path, place))
