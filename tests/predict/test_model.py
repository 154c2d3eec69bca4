"""The fitted model: it finds what is there, says what it is, keeps its file, and gives risks or says why not."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from played_trial import changed

from equipoise.conduct.declarations import declarations_hash, declared_parts
from equipoise.core.problem import ProblemsError
from equipoise.core.quantity import Comparator, Quantity
from equipoise.criteria.facts import Facts, Observation
from equipoise.dataset.model import Dataset
from equipoise.dataset.rulebook import study_from
from equipoise.predict import store
from equipoise.predict.apply import Risk, risks, risks_of_dataset
from equipoise.predict.build import build_model
from equipoise.predict.card import banners, card
from equipoise.predict.fit import fit, prepare
from equipoise.predict.markers import study_markers
from equipoise.predict.model import Model


@pytest.fixture(scope="module")
def model(told: Dataset) -> Model:
    return build_model(fit(prepare(told)), asked_for=False)


@pytest.fixture
def written(model: Model, tmp_path: Path) -> Path:
    store.write(model, None, tmp_path / "model")
    return tmp_path / "model"


def code_of(path: Path) -> str:
    with pytest.raises(ProblemsError) as refused:
        store.read(path)
    return refused.value.problems[0].code


# --- fitting ---


def test_it_finds_what_is_there(model: Model) -> None:
    found = {each.name: each for each in model.coefficients}
    assert list(found) == ["arm:hbig", "anti_hbs", "consolidation_weeks", "hbsag_us"]
    for name in ("arm:hbig", "anti_hbs", "consolidation_weeks"):
        assert found[name].value < 0
    assert found["anti_hbs"].high is not None
    assert found["anti_hbs"].high < 0
    auc = model.performance.measure("auc")
    assert auc is not None
    assert 0.65 < auc.corrected < auc.apparent < 0.95
    assert auc.low < auc.corrected < auc.high


def test_the_same_data_give_the_same_model_to_the_last_byte(told: Dataset, model: Model) -> None:
    assert store.encode(build_model(fit(prepare(told)), asked_for=False)) == store.encode(model)
    other = build_model(fit(prepare(changed(told, seed=2))), asked_for=False)
    assert other.coefficients != model.coefficients


def test_it_says_who_was_there_and_what_was_known_of_them(told: Dataset, model: Model) -> None:
    assert model.people == 132
    assert model.undecided == 14
    statuses = told.tables["endpoints"].filter(
        (told.tables["endpoints"]["endpoint"] == "sustained_week_48")
        & (told.tables["endpoints"]["reading"] == "sustained")
        & (told.tables["endpoints"]["status"] == "failure")
    )
    assert model.events == statuses.height  # a missing outcome is no failure
    for each in model.predictors:
        assert each.measured + each.censored + each.missing == model.people
        assert each.drawn_low <= each.low <= each.high <= each.drawn_high
    assert next(each for each in model.predictors if each.variable == "anti_hbs").unit == "mIU/mL"


def test_nothing_in_it_is_undefined(model: Model) -> None:
    def numbers(value: Any) -> list[float]:
        if is_dataclass(value):
            return [n for each in fields(value) for n in numbers(getattr(value, each.name))]
        if isinstance(value, tuple):
            return [n for each in value for n in numbers(each)]
        return [value] if isinstance(value, float) else []

    assert len(numbers(model)) > 400
    assert all(math.isfinite(number) for number in numbers(model))


def test_it_knows_whether_it_was_declared_before_the_first_allocation(played: Dataset) -> None:
    declarations = played.header.declarations
    assert declarations is not None
    study = played.study
    assert declared_parts(study)["prediction.model"] != declarations.declared["prediction.model"]  # fewer resamples
    late = build_model(fit(prepare(played)), asked_for=False)
    assert not late.origin.declared
    again = changed(played, resamples=1000, imputations=20)
    assert declared_parts(again.study)["prediction.model"] == declarations.declared["prediction.model"]
    assert any("ost hoc" in banner for banner in banners(late, "en"))


def test_the_declared_hash_covers_the_prediction_and_only_where_there_is_one(played: Dataset) -> None:
    content = dict(played.study.content)
    del content["prediction"]
    without = study_from(content)
    assert "prediction.model" not in declared_parts(without)
    assert declarations_hash(without) != declarations_hash(played.study)
    assert declarations_hash(changed(played, seed=5).study) != declarations_hash(played.study)


# --- the file ---


def test_a_model_comes_back_as_it_was_written(model: Model, written: Path) -> None:
    assert store.read(written) == model
    assert store.read(written / "model.json") == model
    content = json.loads((written / "model.json").read_bytes())
    assert content["sha256"] == store.hash_of(model)
    assert content["origin"]["dataset"] == model.origin.dataset
    assert content["predictors"][0]["unit"] == "mIU/mL"
    assert sorted(path.name for path in written.iterdir()) == ["card.md", "card.zh-hans.md", "model.json"]
    with pytest.raises(ProblemsError) as refused:
        store.write(model, None, written)
    assert refused.value.problems[0].code == "predict.folder-taken"


@pytest.mark.parametrize("edit", ["digit", "key", "space", "rehashed"])
def test_an_edited_file_is_refused(written: Path, edit: str) -> None:
    file = written / "model.json"
    content = json.loads(file.read_bytes())
    if edit == "digit":
        content["intercept"] = "-1.5"
    elif edit == "key":
        content["remark"] = "better"
    elif edit == "rehashed":
        content["performance"]["resamples"] = 10_000
        content["sha256"] = "0" * 64
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + ("\n\n" if edit == "space" else "\n")
    file.write_text(text, encoding="utf-8")
    assert code_of(written) == "predict.edited"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"intercept": "', '"intercept": "1e999'),
        ('"intercept": "', '"intercept": "NaN'),
        ('"anti_hbs"', '"\\ud800"'),
        ('"day": 0', '"day": NaN'),
        ('"day": 0', '"day": 99999999999999999999'),
        ('"day": 0', '"day": 0, "day": 0'),
        ("\n", "\r\n"),
        ('"sha256"', '"sha"'),
    ],
)
def test_what_no_model_can_hold_is_refused_as_an_edit(written: Path, old: str, new: str) -> None:
    file = written / "model.json"
    text = file.read_text("utf-8")
    assert old in text
    if old.endswith('": "'):  # the whole number
        start = text.index(old)
        text = text[:start] + new + text[text.index('"', start + len(old)) :]
    file.write_bytes(text.replace(old, new, 1).encode())
    assert code_of(written) == "predict.edited"


@pytest.mark.parametrize("forged", ["coefficient", "kind", "scale", "range", "knots"])
def test_a_hash_made_anew_does_not_make_a_model_of_what_is_none(model: Model, written: Path, forged: str) -> None:
    first = model.predictors[0]
    change = {"kind": {"kind": "text"}, "scale": {"scale": "ln"}, "range": {"low": -1.0}, "knots": {"knots": (1.0,)}}
    other = replace(model, predictors=(replace(first, **change.get(forged, {})), *model.predictors[1:]))
    if forged == "coefficient":
        other = replace(model, coefficients=model.coefficients[:-1])
    (written / "model.json").write_bytes(store.encode(other))
    assert code_of(written) == "predict.edited"


def test_what_is_no_model_of_this_format_is_refused(written: Path, tmp_path: Path) -> None:
    file = written / "model.json"
    content = json.loads(file.read_bytes())
    file.write_text(json.dumps({**content, "format": 2}), encoding="utf-8")
    assert code_of(written) == "predict.other-format"
    file.write_text("[1]", encoding="utf-8")
    assert code_of(written) == "predict.other-format"
    file.write_text("{", encoding="utf-8")
    assert code_of(written) == "predict.not-json"
    assert code_of(tmp_path / "nowhere") == "predict.no-file"


def test_the_markers_beside_it_come_back_and_say_what_the_model_is(told: Dataset, model: Model, tmp_path: Path) -> None:
    few = changed(told, candidates=[{"variable": "platelets", "knots": 3}, {"variable": "sex"}])
    markers = study_markers(prepare(few))
    store.write(model, markers, tmp_path / "m")
    assert store.read_markers(tmp_path / "m", model) == markers
    file = tmp_path / "m" / "markers.json"
    content = json.loads(file.read_bytes())
    assert content["exploratory"] is True
    assert content["model"] == store.hash_of(model)
    file.write_bytes(file.read_bytes().replace(b'"rate": 0.05', b'"rate": 0.5'))
    with pytest.raises(ProblemsError) as refused:
        store.read_markers(tmp_path / "m", model)
    assert refused.value.problems[0].code == "predict.edited"


def test_the_report_of_another_dataset_has_no_place_for_it(told: Dataset, model: Model) -> None:
    store.refuse_other_data(model, told)
    with pytest.raises(ProblemsError) as refused:
        store.refuse_other_data(replace(model, origin=replace(model.origin, dataset="0" * 64)), told)
    assert refused.value.problems[0].code == "predict.other-dataset"


def test_a_dataset_of_another_version_or_study_is_refused(told: Dataset, model: Model) -> None:
    store.refuse_other(model, told)
    for header, code in (
        (replace(told.header, version="2.0"), "predict.other-version"),
        (replace(told.header, content_hash="0" * 64), "predict.other-version"),
        (replace(told.header, study="another"), "predict.other-study"),
    ):
        with pytest.raises(ProblemsError) as refused:
            store.refuse_other(model, replace(told, header=header))
        assert refused.value.problems[0].code == code


# --- use ---


def person(arm: str = "hbig", titre: Quantity | None = None, weeks: str = "10", us: str = "0.01") -> Facts:
    found = {
        "arm": (Observation(arm),),
        "consolidation_weeks": (Observation(Decimal(weeks)),),
        "hbsag_us": (Observation(Quantity(Comparator.EQUAL, Decimal(us))),),
    }
    return found if titre is None else {**found, "anti_hbs": (Observation(titre),)}


def measured(value: str, comparator: Comparator = Comparator.EQUAL) -> Quantity:
    return Quantity(comparator, Decimal(value), "mIU/mL", Decimal(2))


def one(model: Model, facts: Facts) -> Risk:
    return risks(model, [("A", facts)])[0]


def test_a_risk_is_the_formula(model: Model) -> None:
    slopes = {each.name: each.value for each in model.coefficients}
    odds = model.intercept + slopes["arm:hbig"] + 2 * slopes["anti_hbs"] + 10 * slopes["consolidation_weeks"]
    odds += -2 * slopes["hbsag_us"]
    found = one(model, person(titre=measured("100")))
    assert found.low == found.high == pytest.approx(1 / (1 + math.exp(-odds)))
    assert (found.missing, found.outside, found.bounded) == ((), (), ())
    control = one(model, person("control", titre=measured("100")))
    assert control.low is not None
    assert found.low is not None
    assert control.low > found.low


def test_a_bound_gives_an_interval_that_holds_every_value_it_allows(model: Model) -> None:
    found = one(model, person(titre=measured("2", Comparator.LESS)))
    assert found.bounded == ("anti_hbs",)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.high
    least = next(each for each in model.predictors if each.variable == "anti_hbs").drawn_low
    for value in ("2", "1.5", f"{least:.12f}"):
        inside = one(model, person(titre=measured(value))).low
        assert inside is not None
        assert found.low - 1e-9 <= inside <= found.high + 1e-9


def test_what_is_missing_or_outside_is_named(model: Model) -> None:
    assert one(model, person()).missing == ("anti_hbs",)
    assert one(model, person()).low is None
    assert one(model, {**person(titre=measured("9")), "arm": (Observation("vaccine"),)}).missing == ("arm",)
    assert one(model, person(titre=measured("100000"))).outside == ("anti_hbs",)
    assert one(model, person(titre=measured("100000000", Comparator.GREATER))).outside == ("anti_hbs",)
    assert one(model, person(titre=measured("50"), weeks="400")).outside == ("consolidation_weeks",)


def test_the_participants_of_a_dataset_get_the_risks_of_their_values(told: Dataset, model: Model) -> None:
    found = {each.person: each for each in risks_of_dataset(model, told)}
    assert len(found) == model.people
    mean = dict(zip(model.performance.instability.people, model.performance.instability.risk, strict=True))
    whole = [each for each in found.values() if not each.bounded and not each.missing]
    assert len(whole) > 20
    for each in whole:
        assert each.low == pytest.approx(mean[each.person], abs=1e-9)


def test_a_spline_is_used_as_it_was_fitted(told: Dataset) -> None:
    curved = [{"variable": "anti_hbs", "scale": "log10", "knots": 3}, {"variable": "consolidation_weeks"}]
    dataset = changed(told, base=curved)
    found = build_model(fit(prepare(dataset)), asked_for=False)
    assert [each.name for each in found.coefficients] == ["arm:hbig", "anti_hbs", "anti_hbs'", "consolidation_weeks"]
    assert found.coefficients[1].low is None  # knots differ from resample to resample
    assert len(found.predictors[0].knots) == 3
    mean = dict(zip(found.performance.instability.people, found.performance.instability.risk, strict=True))
    for each in risks_of_dataset(found, dataset):
        if not each.bounded:
            assert each.low == pytest.approx(mean[each.person], abs=1e-9)


# --- words ---


def test_the_card_says_in_both_languages_what_the_model_is(model: Model) -> None:
    english, chinese = card(model, "en"), card(model, "zh-hans")
    for text, words in (
        (english, ("Exploratory.", "simulated people", "not a medical device", "TRIPOD+AI")),
        (chinese, ("探索性", "模拟人群", "不是医疗器械", "TRIPOD+AI")),
    ):
        for said in words:
            assert said in text
        assert model.origin.dataset in text
        assert "nan" not in text
        assert "{" not in text
    assert english.count("## ") == chinese.count("## ")
    assert model.carried.sentence["en"] in english
    assert "Riley" in model.carried.sentence["en"]
    assert "Riley" in model.carried.sentence["zh-hans"]
