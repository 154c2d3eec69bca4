"""Data from which no model can be made, or none to be trusted: each says so, and nothing is silently undefined."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from played_trial import ROOT, changed, with_labs, with_outcomes

from equipoise.core.problem import Problem, ProblemsError, Severity
from equipoise.core.words import say
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.predict.build import build_model
from equipoise.predict.card import card
from equipoise.predict.fit import fit, prepare
from equipoise.predict.model import Model
from equipoise.simulate.trial import simulate_trial
from equipoise.study.reader import read_study


def refused(dataset: Dataset, landmark: str = "") -> dict[str, Problem]:
    """The problems by their codes; each can be said in both languages."""
    with pytest.raises(ProblemsError) as found:
        fit(prepare(dataset, landmark))
    for problem in found.value.problems:
        assert say(problem, "en") != say(problem, "zh-hans")
    return {problem.code: problem for problem in found.value.problems}


def made(dataset: Dataset) -> Model:
    return build_model(fit(prepare(dataset)), asked_for=False)


def people_of(dataset: Dataset) -> dict[str, str]:
    return dict(dataset.tables["allocation"].select("participant", "arm").iter_rows())


def with_items(dataset: Dataset, variable: str, number: float | None, text: str) -> Dataset:
    mine = pl.col("variable") == variable
    frame = dataset.tables["items"].with_columns(
        number=pl.when(mine).then(pl.lit(number, dtype=pl.Float64)).otherwise(pl.col("number")),
        text=pl.when(mine).then(pl.lit(text)).otherwise(pl.col("text")),
    )
    return changed(dataset, tables={"items": frame})


def test_a_study_without_a_prediction_is_refused(played: Dataset) -> None:
    study = read_study(ROOT / "examples" / "blinded")
    dataset = build(simulate_trial(study, "helps", 8, 4).events)
    assert "predict.undeclared" in refused(dataset)
    sealed = replace(played, header=replace(played.header, sealed=True))
    assert "predict.sealed" in refused(sealed)


def test_more_terms_than_the_people_carry_are_refused_unless_called_exploratory(told: Dataset) -> None:
    strict = changed(told, exploratory=None, why_exploratory=None)
    problem = refused(strict)["predict.too-many"]
    assert dict(problem.params) == {"parameters": 4, "people": 132, "carried": 1}
    asked = build_model(fit(prepare(strict, exploratory=True)), asked_for=True)
    assert asked.exploratory
    assert "Exploratory: it has more parameters" in card(asked, "en")
    small = changed(strict, anticipated={"r_squared": "0.45", "risk": "0.25"})
    enough = prepare(small)
    assert enough.carries.is_enough
    model = build_model(fit(enough), asked_for=True)
    assert not model.exploratory  # nothing is exploratory for having been asked for in vain
    assert "Exploratory" not in card(model, "en")


def test_no_event_in_one_arm_stands_in_every_output(told: Dataset) -> None:
    status = {
        person: "failure" if arm == "control" and number % 3 else "success"
        for number, (person, arm) in enumerate(people_of(told).items())
    }
    model = made(with_outcomes(told, status))
    assert [each.code for each in model.cautions] == ["predict.no-events-in-arm"]
    assert model.cautions[0].params["arm"] == "hbig"
    assert "rests on the penalty alone" in card(model, "en")
    assert abs(next(each for each in model.coefficients if each.name == "arm:hbig").value) < 20


@pytest.mark.parametrize(
    ("status", "code"),
    [("missing", "outcome-missing"), ("success", "no-events"), ("failure", "all-events")],
)
def test_outcomes_that_are_all_the_same_are_refused(told: Dataset, status: str, code: str) -> None:
    problem = refused(with_outcomes(told, dict.fromkeys(people_of(told), status)))[f"predict.{code}"]
    assert problem.params["count"] == 132


def test_too_few_events_for_any_resample_are_refused(told: Dataset) -> None:
    status = dict.fromkeys(people_of(told), "success")
    status[next(iter(status))] = "failure"
    found = with_outcomes(told, status)
    # With one event four resamples in ten have none; with missing values everywhere else there is still a model.
    model = made(found)
    assert 20 <= model.performance.failed <= 55
    assert model.events == 1


def test_one_centre_is_a_caution(told: Dataset) -> None:
    one = told.tables["participants"].with_columns(site=pl.lit("01"))
    model = made(changed(told, tables={"participants": one}))
    assert [each.code for each in model.cautions] == ["predict.one-centre"]


def test_a_constant_predictor_is_refused(told: Dataset) -> None:
    constant = with_items(told, "consolidation_weeks", 12.0, "12")
    assert refused(constant)["predict.constant"].params["variable"] == "consolidation_weeks"


def test_a_predictor_that_is_missing_for_everybody_is_refused(told: Dataset) -> None:
    absent = with_items(told, "consolidation_weeks", None, "")
    assert refused(absent)["predict.all-missing"].params["count"] == 132


def test_a_predictor_below_the_limit_in_everybody_is_refused(told: Dataset) -> None:
    below = with_labs(told, "hbsag_us", comparator=pl.lit("<"), value=pl.lit(0.005))
    assert refused(below)["predict.all-censored"].params["variable"] == "hbsag_us"


def test_two_predictors_that_say_the_same_are_refused(told: Dataset) -> None:
    labs = told.tables["labs"]
    ast = labs.filter(pl.col("variable") == "alt").with_columns(variable=pl.lit("ast"), value=pl.col("value") * 2)
    twice = changed(
        told,
        tables={"labs": pl.concat([labs.filter(pl.col("variable") != "ast"), ast])},
        base=[{"variable": "alt", "scale": "log10"}, {"variable": "ast", "scale": "log10"}],
    )
    problem = refused(twice)["predict.identical"]
    assert dict(problem.params) == {"one": "alt", "other": "ast"}


def test_a_result_of_nought_on_a_log_scale_needs_a_limit(told: Dataset) -> None:
    nought = with_labs(told, "alt", value=pl.lit(0.0), limit=pl.lit(None, dtype=pl.Float64))
    problem = refused(changed(nought, base=[{"variable": "alt", "scale": "log10"}]))["predict.not-positive"]
    assert problem.params["count"] == 132


def test_knots_that_fall_together_are_refused(told: Dataset) -> None:
    curved = [{"variable": "vaccine_doses", "knots": 5}]
    assert refused(changed(told, base=curved))["predict.knots-collapse"].params["variables"] == "vaccine_doses"


def test_all_problems_come_at_once(told: Dataset) -> None:
    both = with_items(with_outcomes(told, dict.fromkeys(people_of(told), "missing")), "consolidation_weeks", 1.0, "1")
    assert set(refused(both)) == {"predict.outcome-missing", "predict.constant"}


def test_nobody_at_the_landmark_is_refused(told: Dataset) -> None:
    empty = changed(told, tables={"allocation": told.tables["allocation"].clear()})
    assert "predict.nobody" in refused(empty)


def test_a_model_of_one_risk_for_all_is_written_without_slope_and_curve(told: Dataset) -> None:
    fitted = fit(prepare(told))
    flat = fitted.apparent.copy()
    flat[[1, 2]] = float("nan")
    model = build_model(replace(fitted, apparent=flat), asked_for=False)
    assert [each.code for each in model.cautions] == ["predict.flat"]
    assert model.performance.curve is None
    assert [each.name for each in model.performance.measures] == ["auc", "in_the_large", "brier"]
    assert all(say(Problem(each.code, each.params, severity=Severity.NOTE), "zh-hans") for each in model.cautions)
    assert "nan" not in card(model, "zh-hans")


def test_a_predictor_that_next_to_nobody_differs_in_is_a_caution(told: Dataset) -> None:
    constant = with_items(told, "consolidation_weeks", 12.0, "12")
    first = sorted(people_of(told))[0]
    mine = (pl.col("variable") == "consolidation_weeks") & (pl.col("participant") == first)
    items = constant.tables["items"].with_columns(number=pl.when(mine).then(30.0).otherwise(pl.col("number")))
    model = made(changed(constant, tables={"items": items}))
    assert [(each.code, each.params["count"]) for each in model.cautions] == [("predict.few-differ", 1)]
    assert "the same in all but 1 people" in card(model, "en")


def test_not_even_an_exploratory_model_is_made_of_a_handful(told: Dataset) -> None:
    few = told.tables["allocation"].sort("participant").filter(pl.int_range(pl.len()) % 20 == 1)
    problem = refused(changed(told, tables={"allocation": few}))["predict.too-small"]
    assert problem.params["parameters"] == 4
    assert int(problem.params["count"]) < 10
