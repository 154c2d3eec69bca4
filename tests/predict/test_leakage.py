"""What is not known at the landmark stays out: what came later, what only a rule reads later, and whole-data steps."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from played_trial import REFERENCE, changed, with_labs

from equipoise.conduct.events import Event
from equipoise.core.problem import Problem
from equipoise.core.words import say
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.predict.candidates import Column, Values
from equipoise.predict.fit import prepare
from equipoise.predict.impute import Incomplete, complete
from equipoise.predict.population import landmark_of, population_at
from equipoise.predict.validate import resample
from equipoise.simulate.trial import simulate_trial
from equipoise.study.model.prediction import Term
from equipoise.study.reader import read_study


def column(dataset: Dataset, variable: str) -> Column | Problem:
    declared = dataset.study.prediction
    assert declared is not None
    population = population_at(dataset, declared, landmark_of(declared, ""))
    return Values(dataset, population).column(Term.model_validate({"variable": variable}))


def first_person(dataset: Dataset) -> str:
    return str(dataset.tables["allocation"].sort("participant")["participant"][0])


def renamed(dataset: Dataset, old: str, new: str) -> Dataset:
    """Return a dataset in which the later results of a variable stand under the name of another, and its own are gone."""
    labs = dataset.tables["labs"].filter(pl.col("variable") != new)
    later = labs.filter((pl.col("variable") == old) & (pl.col("day") > 0)).with_columns(variable=pl.lit(new))
    return changed(dataset, tables={"labs": pl.concat([labs, later])})


def test_a_day_after_the_landmark_is_too_late(played: Dataset) -> None:
    who = first_person(played)
    mine = pl.col("participant") == who
    day = pl.when(mine & (pl.col("day") <= 0)).then(1).otherwise(pl.col("day"))
    found = column(with_labs(played, "globulin", day=day), "globulin")
    assert isinstance(found, Column)
    assert int(found.missing.sum()) == 1


def test_an_unscheduled_visit_counts_by_its_day(played: Dataset) -> None:
    """The same result, taken at no planned visit: the day before the landmark it counts, the day after it does not."""
    labs = played.tables["labs"]
    mine = (pl.col("participant") == first_person(played)) & (pl.col("variable") == "platelets")
    extra = labs.filter(mine).head(1).with_columns(visit=pl.lit("unscheduled"), value=pl.lit(987.0))
    seen = []
    for day in (0, 1):
        made = extra.with_columns(
            day=pl.lit(day, dtype=labs.schema["day"]), seq=pl.lit(10**7, dtype=labs.schema["seq"])
        )
        found = column(changed(played, tables={"labs": pl.concat([labs, made])}), "platelets")
        assert isinstance(found, Column)
        seen.append(bool((found.low == 987.0).any()))
    assert seen == [True, False]


def test_a_familiar_name_does_not_hide_a_later_day(played: Dataset) -> None:
    """ALT of the follow-up under the name of a marker of the entry: the outcome's own time in disguise."""
    found = column(renamed(played, "alt", "globulin"), "globulin")
    assert isinstance(found, Problem)
    assert found.code == "predict.measured-later"
    hidden = column(renamed(played, "hbsag", "platelets"), "platelets")
    assert isinstance(hidden, Problem)
    assert hidden.code == "predict.measured-later"


def test_a_rule_that_reads_a_later_visit_finds_nothing_at_allocation(played: Dataset) -> None:
    """`bmi` as a rule over week 48 would be: known of nobody at allocation, and refused with what to do."""
    unknown = played.tables["participants"].with_columns(bmi=pl.lit(None, dtype=pl.Float64))
    found = column(changed(played, tables={"participants": unknown}), "bmi")
    assert isinstance(found, Problem)
    assert found.code == "predict.derived-unknown"
    assert "at allocation" in say(found, "en")
    assert "分配" in say(found, "zh-hans")


def test_a_correction_counts_from_its_clinical_day_and_is_named_if_it_came_after_the_outcome() -> None:
    """After the end somebody corrects a baseline value, and moves another to the day after the landmark."""
    events = list(simulate_trial(read_study(REFERENCE), "half", 132, 7).events)
    plain = prepare(changed(build(events), candidates=[]))
    who, other = plain.population.people[:2]
    assert not [each for each in plain.cautions if each.code == "predict.entered-late"]

    def corrected(person: str, **data: str) -> Event:
        event = next(
            e
            for e in reversed(events)
            if e.type == "item_entered" and e.stream == person and e.data["item"] == "consolidation_weeks"
        )
        said = {**event.data, **data, "previous": event.data["value"], "reason": "typing slip"}
        return event._replace(type="item_corrected", seq=events[-1].seq + 1, data=said)

    value = build([*events, corrected(who, value="77")])
    found = prepare(changed(value, candidates=[]))
    place = [column.variable for column in found.columns].index("consolidation_weeks")
    assert found.columns[place].low[0] == 77.0
    late = [each for each in found.cautions if each.code == "predict.entered-late"]
    assert [(each.params["variable"], each.params["count"]) for each in late] == [("consolidation_weeks", 1)]
    assert "after their outcome was known" in say(late[0], "en")
    moved = prepare(changed(build([*events, corrected(other, on="2030-01-01")]), candidates=[]))
    assert moved.columns[place].missing[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whom_a_resample_left_out_has_no_part_in_its_model(seed: int) -> None:
    """Poison everybody who was not drawn: were any step done on all people beforehand, the model would change."""
    people = 90
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(people, 3))
    low, high = values.copy(), values.copy()
    below = values[:, 0] < -0.5
    low[below, 0], high[below, 0] = -np.inf, -0.5
    gone = rng.random(people) < 0.2
    low[gone, 1], high[gone, 1] = -np.inf, np.inf
    outcome = (rng.random(people) < 1 / (1 + np.exp(1 - values[:, 2]))).astype(float)
    outcome[rng.random(people) < 0.1] = np.nan
    arm = (np.arange(people) % 2).astype(float)
    data = Incomplete(low[None], high[None], arm[None, :, None], outcome[None], (False,) * 3)
    original = complete(data, rng)
    drawn = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0]).integers(0, people, (1, people))
    left = np.setdiff1d(np.arange(people), drawn)
    assert len(left) > 20
    bad_low, bad_high, bad_outcome = data.low.copy(), data.high.copy(), data.outcome.copy()
    bad_low[0, left], bad_high[0, left] = 1e6, 1e6
    bad_outcome[0, left] = 1.0
    poisoned = Incomplete(bad_low, bad_high, data.arm, bad_outcome, data.binary)
    one, two = (resample(each, (3, 0, 3), original, 1, np.random.SeedSequence(seed)) for each in (data, poisoned))
    assert (one.coef == two.coef).all()
    assert (one.own == two.own).all()
    assert (one.test == two.test).all()
    harmed = bad_low.copy()
    harmed[0, drawn[0, 0], 2] = bad_high[0, drawn[0, 0], 2] = 3.0  # of somebody who was drawn
    third = resample(
        Incomplete(harmed, bad_high, data.arm, bad_outcome, data.binary),
        (3, 0, 3),
        original,
        1,
        np.random.SeedSequence(seed),
    )
    assert (third.coef != one.coef).any()
