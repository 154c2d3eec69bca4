"""What a landmark sees: by days and flags, never by names."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from played_trial import changed, with_labs

from equipoise.core.problem import Problem, ProblemsError
from equipoise.dataset.model import Dataset
from equipoise.predict.candidates import Column, Values, bounds_of
from equipoise.predict.population import Population, landmark_of, population_at
from equipoise.study.model.prediction import Term

WEEK_24 = [{"id": "later", "visit": "week 24", "label": "Week 24"}]


def people(dataset: Dataset, landmark: str = "") -> Population:
    declared = dataset.study.prediction
    assert declared is not None
    return population_at(dataset, declared, landmark_of(declared, landmark))


def column(dataset: Dataset, variable: str, scale: str = "") -> Column | Problem:
    return Values(dataset, people(dataset)).column(Term.model_validate({"variable": variable, "scale": scale}))


def seen(dataset: Dataset, variable: str, scale: str = "") -> Column:
    found = column(dataset, variable, scale)
    assert isinstance(found, Column), found
    return found


def test_a_value_is_the_last_one_by_the_landmark_with_its_bounds(played: Dataset) -> None:
    found, at = seen(played, "anti_hbs", "log10"), people(played)
    labs = played.tables["labs"].filter(pl.col("variable") == "anti_hbs")
    for row, person in enumerate(at.people):
        rows = labs.filter((pl.col("participant") == person) & (pl.col("day") <= 0)).sort("day", "seq").rows(named=True)
        last = rows[-1]
        expected = {
            "=": (math.log10(last["value"]),) * 2,
            "<": (-math.inf, math.log10(last["value"])),
            ">": (math.log10(last["value"]), math.inf),
        }[last["comparator"]]
        assert (found.low[row], found.high[row]) == expected
    assert found.known.any()
    assert found.censored.any()
    assert not found.missing.any()


def test_what_was_measured_later_is_not_seen(played: Dataset) -> None:
    later = pl.when(pl.col("visit") == "baseline").then(3).otherwise(pl.col("day"))
    moved = with_labs(played, "platelets", day=later)
    before, after = seen(played, "platelets"), seen(moved, "platelets")
    screening = played.tables["labs"].filter((pl.col("variable") == "platelets") & (pl.col("visit") == "screening"))
    values = dict(screening.select("participant", "value").iter_rows())
    assert [values[person] for person in people(played).people] == after.low.tolist()
    assert after.low.tolist() != before.low.tolist()


def test_a_variable_that_was_only_measured_later_is_refused_with_the_count(played: Dataset) -> None:
    found = column(with_labs(played, "globulin", day=pl.col("day") + 30), "globulin")
    assert isinstance(found, Problem)
    assert found.code == "predict.measured-later"
    assert found.params["count"] == len(people(played).people)


@pytest.mark.parametrize("variable", ["anti_hbs", "hbsag", "hbsag_us"])
def test_what_a_dose_hides_at_a_landmark_is_refused_with_the_count(played: Dataset, variable: str) -> None:
    found = column(changed(played, landmarks=WEEK_24), variable)
    assert isinstance(found, Problem)
    assert found.code == "predict.masked"
    treated = played.tables["allocation"].filter(pl.col("arm") == "hbig").height
    assert treated / 2 < found.params["count"] <= treated
    assert found.params["product"] == "hbig"


def test_dates_refuse_without_a_flag_and_flags_without_a_date(played: Dataset) -> None:
    later = changed(played, landmarks=WEEK_24)
    unflagged = with_labs(later, "anti_hbs", masked=pl.lit(False))
    undosed = changed(later, tables={"doses": later.tables["doses"].clear()})
    assert isinstance(column(unflagged, "anti_hbs"), Problem)
    assert isinstance(column(undosed, "anti_hbs"), Problem)
    neither = changed(unflagged, tables={"doses": later.tables["doses"].clear()})
    assert isinstance(column(neither, "anti_hbs"), Column)  # nothing is refused by its name
    assert isinstance(column(later, "platelets"), Column)  # nothing hides it


def test_a_person_whose_last_value_is_hidden_does_not_fall_back_on_an_older_one(played: Dataset) -> None:
    first = people(played).people[0]
    last = (pl.col("participant") == first) & (pl.col("visit") == "baseline")
    found = column(with_labs(played, "anti_hbs", masked=last), "anti_hbs")
    assert isinstance(found, Problem)
    assert found.params["count"] == 1


def test_items_codes_and_derived_variables_are_read_too(played: Dataset) -> None:
    weeks, flare, age = seen(played, "consolidation_weeks"), seen(played, "alt_flare"), seen(played, "age")
    assert weeks.known.all()
    assert set(np.unique(flare.low[flare.known])) == {0.0, 1.0}
    assert flare.codes == ("no", "yes")
    assert 18 <= age.low.min() <= age.high.max() <= 60
    genes = seen(played, "stat4_rs7574865")
    assert genes.codes == ("GG", "GT", "TT")
    assert genes.missing.any()
    assert (genes.high[genes.missing] == 2).all()


@pytest.mark.parametrize(
    ("written", "scale", "expected"),
    [
        (("=", 100.0, None), "log10", (2.0, 2.0)),
        (("<", 100.0, 2.0), "log10", (-math.inf, 2.0)),
        ((">=", 100.0, None), "log10", (2.0, math.inf)),
        (("=", 0.0, 10.0), "log10", (-math.inf, 1.0)),
        (("=", 0.0, None), "log10", None),
        (("<=", 5.0, None), "", (0.0, 5.0)),
        (("=", 0.0, None), "", (0.0, 0.0)),
    ],
)
def test_a_result_is_an_interval_on_its_scale(
    written: tuple[str, float, float | None], scale: str, expected: tuple[float, float] | None
) -> None:
    assert bounds_of(*written, scale, -math.inf if scale else 0.0) == expected


def test_who_failed_by_the_landmark_or_forbade_further_use_is_not_there(played: Dataset) -> None:
    at = people(played)
    events = played.tables["intercurrent"].filter((pl.col("event") == "confirmed_reversion") & (pl.col("day") <= 0))
    assert set(at.failed_before) == set(events["participant"])
    assert not set(at.failed_before) & set(at.people)
    everybody = played.tables["allocation"].height
    assert len(at.people) + len(at.failed_before) + len(at.forbidden) == everybody
    first = at.people[0]
    forbidden = played.tables["endpoints"].with_columns(
        reason=pl.when(pl.col("participant") == first).then(pl.lit("no_further_use")).otherwise(pl.col("reason"))
    )
    assert first not in people(changed(played, tables={"endpoints": forbidden})).people


def test_an_unknown_landmark_is_refused(played: Dataset) -> None:
    with pytest.raises(ProblemsError) as refused:
        people(played, "week 99")
    assert refused.value.problems[0].code == "predict.unknown-landmark"
