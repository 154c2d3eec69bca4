"""Markers and model in the report: what is exploratory says so first, what is corrected stands beside what flatters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from equipoise.core.problem import Problem
from equipoise.core.words import LANGUAGES
from equipoise.predict.card import banners
from equipoise.predict.markers_results import Contrast, Correlations, Effect, Marker, Markers, NotAnalysable
from equipoise.predict.model import (
    Carried,
    Caution,
    Coefficient,
    Curve,
    Instability,
    Measure,
    Model,
    Origin,
    Performance,
    Predictor,
)
from equipoise.report import view
from equipoise.report.names import Names
from equipoise.report.prediction import Prediction
from equipoise.report.sections.markers import markers_section
from equipoise.report.sections.model import model_section
from equipoise.report.write import make_view, render

RISKS = (0.05, 0.2, 0.5)


def performance() -> Performance:
    return Performance(
        measures=(Measure("auc", 0.79, 0.1, 0.69, 0.56, 0.89), Measure("slope", 1.55, 0.6, 0.92, -0.5, 2.75)),
        curve=Curve(RISKS, (0.03, 0.25, 0.6), (0.06, 0.19, 0.45), (0.01, 0.1, 0.2), (0.2, 0.4, 0.8)),
        smooth=None,
        instability=Instability(("01-0001", "01-0002"), (0.1, 0.4), (0.05, 0.2), (0.2, 0.6), 0.052),
        confidence=0.95,
        resamples=1000,
        failed=3,
        flat=2,
    )


def predictor(variable: str, scale: str, knots: tuple[float, ...]) -> Predictor:
    label = {"en": f"The {variable}", "zh-hans": f"指标 {variable}"}
    return Predictor(variable, "laboratory", "mIU/mL", scale, knots, (), 2.0, 2.5, 900.0, 0.1, 2.0, 100, 20, 10, label)


@pytest.fixture
def model() -> Model:
    both = {"en": "A model", "zh-hans": "一个模型"}
    return Model(
        format=1,
        title=both,
        endpoint="sustained_week_48",
        reading="sustained",
        target=both,
        landmark="entry",
        visit="baseline",
        visit_label={"en": "Baseline", "zh-hans": "基线"},
        day=0,
        arms=("hbig",),
        reference="control",
        arm_label={"hbig": {"en": "HBIG", "zh-hans": "HBIG 组"}, "control": {"en": "None", "zh-hans": "不免疫组"}},
        people=130,
        events=9,
        undecided=21,
        intercept=-2.1,
        coefficients=(
            Coefficient("arm:hbig", -0.3, -1.0, 0.4),
            Coefficient("anti_hbs", -0.8, None, None),
            Coefficient("anti_hbs'", 0.2, None, None),
        ),
        predictors=(predictor("anti_hbs", "log10", (0.5, 1.5, 2.5)),),
        penalty=2.98,
        exploratory=True,
        why_exploratory={"en": "Too many terms.", "zh-hans": "项数过多。"},
        carried=Carried(130, 3, 1, 492, {"en": "130 people carry 1 parameter.", "zh-hans": "130 人可支持 1 个参数。"}),
        performance=performance(),
        cautions=(Caution("predict.one-centre", {"centre": "01"}),),
        origin=Origin("nct07328711", "1.0", "a" * 64, "b" * 64, "simulated", "none", "c" * 64, True, 7, 20, {}),
    )


def effect(ratio: float, p: float, stands: bool) -> Effect:
    return Effect(4.0, 1.0, 100.0, p, min(1.0, 2 * p), stands, (Contrast(1.0, 9.0, ratio, ratio / 3, ratio * 3),))


def marker(variable: str, prognostic: Effect, predictive: Effect | None) -> Marker:
    why = None if predictive else Problem("predict.no-interaction", {"variable": variable})
    return Marker(variable, "laboratory", "", "", 110, 10, 12, 0, (), 1, 9.0, prognostic, None, predictive, why, ())


@pytest.fixture
def markers() -> Markers:
    return Markers(
        landmark="entry",
        people=130,
        events=9,
        missing_outcomes=21,
        reference="control",
        arms=("hbig",),
        base=("anti_hbs", "consolidation_weeks"),
        imputations=20,
        seed=7,
        rate=0.05,
        confidence=0.95,
        penalty=1.0,
        markers=(
            marker("hbv_rna", effect(2.4, 0.001, stands=True), effect(0.6, 0.4, stands=False)),
            marker("il_21", effect(0.9, 0.7, stands=False), None),
        ),
        not_analysable=(NotAnalysable("tfh", Problem("predict.all-missing", {"variable": "tfh", "count": 130})),),
        correlations=Correlations(
            ("hbv_rna", "il_21"), ("il_21", "hbv_rna"), ((1.0, -0.4), (-0.4, 1.0)), ((9, 9), (9, 9))
        ),
    )


def texts_of(section: view.Section) -> str:
    found = []
    for part in (*section.parts, *(inner for outer in section.parts for inner in outer.parts)):
        found.append(part.text)
        if part.table:
            found += [part.table.caption, *part.table.head, *(cell for row in part.table.rows for cell in row.cells)]
        if part.drawing:
            found += [part.drawing.caption, part.drawing.description]
    return "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_against_the_model_comes_first(usual: Any, model: Model, language: str) -> None:
    section = model_section(Names(*usual, language), model)
    said = banners(model, language)
    assert len(said) == 2  # exploratory, and made from simulated people
    assert [part.text for part in section.parts if part.kind == "note"] == list(said)
    assert [part.kind for part in section.parts[:2]] == ["note", "note"]
    assert model.carried.sentence[language] in texts_of(section)


def test_corrected_numbers_stand_beside_those_that_flatter(usual: Any, model: Model) -> None:
    section = model_section(Names(*usual, "en"), model)
    rows = {row.cells[0]: row.cells[1:] for part in section.parts if part.table for row in part.table.rows}
    assert rows["Discrimination (AUC)"] == ("0.790", "0.690", "0.560 to 0.890")
    assert rows["Calibration slope (ideal 1)"] == ("1.550", "0.920", "−0.500 to 2.750")
    assert rows["HBIG"][0] == "−0.3000"
    assert rows["The anti_hbs, per tenfold (mIU/mL)"] == ("−0.8000", "")
    assert rows["The anti_hbs′, per tenfold (mIU/mL)"] == ("0.2000", "")
    said = texts_of(section)
    assert "Knots of The anti_hbs, on the scale of the term: 0.5, 1.5, 2.5." in said
    assert "Corrected for optimism: foretold 5.0 %, seen 6.0 %" in said
    assert {part.id for part in section.parts if part.id} == {"carries", "performance", "coefficients"}


def test_a_model_without_a_curve_says_so(usual: Any, model: Model) -> None:
    flat = replace(model, performance=replace(performance(), curve=None))
    assert "there is no calibration curve to speak of" in texts_of(model_section(Names(*usual, "en"), flat))


def test_markers_that_stand_are_named_and_the_others_are_not_called_findings(usual: Any, markers: Markers) -> None:
    said = texts_of(markers_section(Names(*usual, "en"), markers, ("Exploratory.",)))
    assert said.startswith("Exploratory.")
    assert "1 of 2 markers stand out beside the base model: HBV RNA" in said
    assert "None of 1 markers changes its effect with the arm (false-discovery rate 5 %)." in said
    assert "Not looked at: " in said
    assert "The strongest correlations:" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_noise_alone_finds_nothing_and_says_so(usual: Any, markers: Markers, language: str) -> None:
    noise = replace(
        markers,
        markers=tuple(replace(each, prognostic=effect(1.1, 0.8, stands=False)) for each in markers.markers),
    )
    said = texts_of(markers_section(Names(*usual, language), noise, ()))
    words = ("None of 2 markers stands out", "2 个标志物中，没有一个在基础模型之外突出")
    assert words[LANGUAGES.index(language)] in said


def test_no_marker_at_all_is_no_figure(usual: Any, markers: Markers) -> None:
    nothing = replace(markers, markers=(), correlations=Correlations((), (), (), ()))
    section = markers_section(Names(*usual, "en"), nothing, ())
    assert not any(part.drawing for part in section.parts)


def test_the_report_of_a_prediction_has_its_sections_and_its_checklist(
    late: Any, model: Model, markers: Markers
) -> None:
    names = Names(late.study, late.results, "en")
    made = make_view(names, late.dataset, prediction=Prediction(model, markers))
    assert [section.id for section in made.sections][-2:] == ["consort", "tripod"]
    assert {"markers", "model"} <= {section.id for section in made.sections}
    tripod = next(part.checklist for part in made.sections[-1].parts if part.checklist)
    states = {item.number: item.state for item in tripod.items}
    assert (states["22"], states["10"], states["14"], states["23a"]) == ("done", "done", "missing", "part")
    anchors = {view.TOP, *view.anchors_of(made.sections)}
    assert {target for item in tripod.items for _, target in item.links} <= anchors
    page = render((made,))
    assert 'id="coefficients-en"' in page
