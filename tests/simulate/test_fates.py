"""Deaths and later findings: what befalls people whatever they are given, played through conduct."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from equipoise.conduct.events import Event
from equipoise.conduct.ledger import Ledger
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.simulate.cohort import draw_cohort
from equipoise.simulate.course import Course, draw_course
from equipoise.simulate.trial import simulate_trial
from equipoise.simulate.world import world_of
from equipoise.study.model.study import Study


def with_constants(study: Study, **values: str) -> Study:
    """The study with other figures for constants."""
    assert study.scenarios is not None
    constants = {
        name: one.model_copy(update={"value": Decimal(values[name])}) if name in values else one
        for name, one in study.scenarios.constants.items()
    }
    return _with(study, scenarios=study.scenarios.model_copy(update={"constants": constants}))


def _with(study: Study, **changes: Any) -> Study:
    return Study.model_construct(**{**{name: getattr(study, name) for name in Study.model_fields}, **changes})


def course(study: Study, people: int = 20_000) -> Course:
    rng = np.random.default_rng(4)
    cohort = draw_cohort(world_of(study, "masking"), people, rng)
    return draw_course(cohort, "control", np.full(people, 10.0), rng)


@pytest.fixture(scope="module")
def deadly(reference: Study) -> Ledger:
    return simulate_trial(with_constants(reference, dying="0.01", found_ineligible="0.3"), "masking", 40, 3)


@pytest.fixture(scope="module")
def dataset(deadly: Ledger) -> Dataset:
    return build(deadly.events)


def of_type(events: list[Event], type_: str) -> list[Event]:
    return [event for event in events if event.type == type_]


def test_few_die_and_of_few_it_is_found_that_they_had_not_been_eligible(reference: Study) -> None:
    fates = course(reference).fates
    assert 0.0015 < np.mean(fates.died <= 504) < 0.0045  # 0.00004 a week: 0.29 % in 72 weeks
    (found,) = fates.found
    assert 0.017 < np.mean(np.isfinite(found)) < 0.023
    assert found[np.isfinite(found)].min() >= 20
    assert found[np.isfinite(found)].max() <= 300


def test_what_befalls_some_leaves_everybody_else_as_they_were(reference: Study) -> None:
    nobody = course(with_constants(reference, dying="0", found_ineligible="0"), 2_000)
    some = course(with_constants(reference, dying="0.002", found_ineligible="0.3"), 2_000)
    lives = ~np.isfinite(some.fates.died) | (some.fates.died > 600)
    assert 0.1 < np.mean(~lives) < 0.3
    for name, values in nobody.values.items():
        assert np.array_equal(values[lives], some.values[name][lives], equal_nan=values.dtype.kind == "f"), name
    assert np.array_equal(nobody.day[lives], some.day[lives], equal_nan=True)


def test_a_death_is_a_fatal_event_and_the_end_of_the_visits(deadly: Ledger, dataset: Dataset) -> None:
    events = list(deadly.events)
    died = {event.stream: event for event in of_type(events, "visits_stopped") if event.data["reason"] == "death"}
    fatal = {
        event.stream: event for event in of_type(events, "adverse_event_reported") if event.data["severity"] == "fatal"
    }
    assert len(died) >= 5
    assert died.keys() == fatal.keys()
    for who, event in fatal.items():
        assert event.data["serious"] is True
        assert event.data["outcome"] == "fatal"
        assert event.data["on"] == event.data["ended"] == died[who].data["on"]
        visits = [each.data["on"] for each in of_type(events, "visit_recorded") if each.stream == who]
        assert max(visits) < event.data["on"]
    deaths = dataset.tables["intercurrent"].filter(event="death")
    assert set(deaths["participant"]) == set(died)


def test_a_death_competes_with_a_return(dataset: Dataset) -> None:
    rows = dataset.tables["endpoints"].filter(endpoint="sustained_week_48", reading="sustained")
    assert "death" in set(rows.filter(status="failure")["reason"])


def test_a_later_finding_is_a_major_deviation_and_takes_nobody_out(dataset: Dataset) -> None:
    found = dataset.tables["deviations"].filter(category="ineligible")
    assert 4 <= found.height <= 24
    assert found["major"].all()
    allocation = set(dataset.tables["allocation"]["participant"])
    assert set(found["participant"]) <= allocation
    assert len(allocation) == 40


def test_nobody_is_called_where_the_next_sample_decides(reference: Study) -> None:
    kept = tuple(each for each in reference.endpoints.reversions if each.calls_repeat)
    assert len(kept) < len(reference.endpoints.reversions)
    watched = course(reference, 50).watches
    assert [watch.id for watch in watched] == [each.id for each in kept]


def test_nobody_judges_a_reversion_that_calls_for_no_repeat(deadly: Ledger, dataset: Dataset) -> None:
    judged = {event.data["reversion"] for event in deadly.events if event.type.startswith("reversion_")}
    assert judged <= {"reversion"}
    assert set(dataset.tables["reversions"]["reversion"]) == {"reversion", "viraemia"}
