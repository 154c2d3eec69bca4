"""What is committed before the first allocation: every declaration, each by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from equipoise.conduct.declarations import declarations_hash, declared_parts
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(ROOT / "studies" / "nct07328711")


def changed(study: Study, part: str, place: int, **fields: Any) -> Study:
    """The study with one declaration otherwise."""
    things = list(getattr(study.endpoints, part))
    things[place] = things[place].model_copy(update=fields)
    endpoints = study.endpoints.model_copy(update={part: tuple(things)})
    return Study.model_construct(
        **{**{name: getattr(study, name) for name in Study.model_fields}, "endpoints": endpoints}
    )


def test_every_declaration_is_committed_by_itself(study: Study) -> None:
    plan = study.endpoints
    expected = {
        f"{part}.{each.id}"
        for part in ("reversions", "intercurrent_events", "endpoints", "estimands", "analyses", "associations")
        for each in getattr(plan, part)
    }
    assert declared_parts(study).keys() == expected | {"prediction.model"}


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("analyses", "draws", 7),
        ("analyses", "without", ("other",)),
        ("associations", "landmarks", ("week 24",)),
        ("endpoints", "scale", "log10"),
        ("reversions", "calls_repeat", False),
    ],
)
def test_a_change_is_seen_in_its_own_part_and_in_the_whole(study: Study, part: str, field: str, value: object) -> None:
    other = changed(study, part, 0, **{field: value})
    before, after = declared_parts(study), declared_parts(other)
    first = getattr(study.endpoints, part)[0].id
    assert {name for name in before if before[name] != after[name]} == {f"{part}.{first}"}
    assert declarations_hash(study) != declarations_hash(other)
