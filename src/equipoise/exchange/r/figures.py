"""Every reported number with its path in `results.json`, and which of them are inputs and not results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from equipoise.analysis.results import Results

Kind = Literal["recomputed", "input", "not recomputed"]
_INDEX = re.compile(r"\[\d+\]")
# What says of which person, arm or thing a number is.
_NAMES = ("id", "variable", "estimand", "participant", "arm", "visit", "reason", "event", "cause", "category", "name")
_INFINITE = {"Infinity": "Inf", "-Infinity": "-Inf"}

# Numbers that nothing calculates: they were declared, or collected, or say where something stands. By the pattern of
# their path without the places in lists, with the reason that the files and the report give.
INPUTS: Mapping[str, str] = {
    r"format|enrolment": "declared",
    r"dataset\.(events|left_out\..*)": "counts of the dataset's manifest, of what is not in its tables",
    r"analyses\[\]\.(confidence|alpha)": "declared",
    r"analyses\[\]\.detail\.(draws|seed)": "declared",
    r"analyses\[\]\.detail\..*at\[\]\.day": "declared in the schedule",
    r"curves\[\]\.limit": "declared in the codebook",
    r"curves\[\]\.points\[\]\.day": "declared in the schedule",
    r"curves\[\]\.dosing\[\]\.days\[\]": "declared in the schedule",
    r"curves\[\]\.series\[\]\.points\[\]\.(day|value|seq)": "laboratory results as they were entered: labs.csv",
    r"power\[\]\.(control|treatment|dropout|alpha)": "declared",
    r"associations\[\]\.(confidence|landmarks\[\]\.(day|groups\[\]\.(low|high)))": "declared",
    r"associations\[\]\.landmarks\[\]\.points\[\]\.value": "laboratory results as they were entered: labs.csv",
    r"safety\.confidence": "declared",
    r"endpoints\[\]\.(time|value|left|right)": "outcomes that the study's rules derive from the events: outcomes.csv",
    r"endpoints\[\]\.seq": "numbers of the events that decided",
    r"reversions\[\]\.(left_day|right_day)": "days that the study's rules derive from the events",
    r"reversions\[\]\.seq": "numbers of the events that decided",
}
# What R does not recompute, each with the reason: named in the files, by the script and in the report.
NOT_RECOMPUTED: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the results: its path, what it is of, its value as R reads it, and what is done with it."""

    key: str
    of: str
    value: str
    kind: Kind
    reason: str


def figures(results: Results) -> Iterator[Figure]:
    """Yield every number of the results, in the order of `results.json`. Null is no number and is left out."""
    for key, of, value in _leaves(results.as_json(), "", ()):
        kind, reason = kind_of(key)
        yield Figure(key, " · ".join(of), value, kind, reason)


def kind_of(key: str) -> tuple[Kind, str]:
    """Return what is done with a figure, and why where it is not recomputed."""
    pattern = _INDEX.sub("[]", key)
    for known, reason in INPUTS.items():
        if re.fullmatch(known, pattern):
            return "input", reason
    for known, reason in NOT_RECOMPUTED.items():
        if re.fullmatch(known, pattern):
            return "not recomputed", reason
    return "recomputed", ""


def pattern_of(key: str) -> str:
    """Return a path without its places in lists."""
    return _INDEX.sub("[]", key)


def _leaves(value: Any, path: str, of: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    if isinstance(value, dict):
        own = tuple(value[name] for name in _NAMES if isinstance(value.get(name), str) and value[name])
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else name, (*of, *own))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _leaves(each, f"{path}[{place}]", of)
    elif isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        yield path, of, repr(value)
    elif isinstance(value, str) and value in _INFINITE:
        yield path, of, _INFINITE[value]
