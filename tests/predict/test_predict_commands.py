"""Fit and apply, as somebody types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result
from played_trial import ROOT, changed
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.dataset import store
from equipoise.dataset.model import Dataset

PEOPLE = """\
person,arm,anti_hbs [IU/L],consolidation_weeks,hbsag_us
A,hbig,120,12,0.01
B,control,<2,0,<0.005
C,hbig,,12,0.007
D,control,60,500,0.01
"""


def command(*arguments: object, language: str = "en") -> Result:
    told = CliRunner().invoke(app, ["--language", language, "predict", *map(str, arguments)])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


@pytest.fixture(scope="module")
def folder(told: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset, a model that was fitted to it, and a table of people."""
    made = tmp_path_factory.mktemp("predicted")
    candidates = [{"variable": "platelets", "knots": 3}, {"variable": "stat4_rs7574865"}, {"variable": "sex"}]
    store.write(changed(told, candidates=candidates), made / "dataset")
    (made / "people.csv").write_text(PEOPLE, encoding="utf-8")
    fitted = command("fit", made / "dataset", "--out", made / "model")
    assert fitted.exit_code == 0, fitted.output
    (made / "fit.txt").write_text(fitted.stdout, encoding="utf-8")
    return made


def test_fit_says_first_what_the_data_carry_and_then_how_good_the_model_is(folder: Path) -> None:
    said = (folder / "fit.txt").read_text("utf-8")
    places = [said.index(part) for part in ("Riley", "Exploratory.", "simulated", "AUC", "Prognostic", "Predictive")]
    assert places == sorted(places)
    assert said.startswith("With an anticipated Nagelkerke R²")
    names = {path.name for path in (folder / "model").iterdir()}
    assert names == {"model.json", "markers.json", "card.md", "card.zh-hans.md"}


def test_fit_for_a_program_is_json_alone(folder: Path, tmp_path: Path) -> None:
    told = command("fit", folder / "dataset", "--out", tmp_path / "m", "--json", language="zh-hans")
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    assert found["exploratory"] is True
    assert any("探索性" in banner for banner in found["banners"])
    assert set(found["measures"]) == {"auc", "slope", "intercept", "in_the_large", "brier"}
    assert {row["variable"] for row in found["markers"]["prognostic"]} == {"platelets", "stat4_rs7574865", "sex"}
    assert (tmp_path / "m" / "model.json").read_bytes() == (folder / "model" / "model.json").read_bytes()


def test_nothing_is_overwritten_and_an_unknown_landmark_is_named(folder: Path, tmp_path: Path) -> None:
    again = command("fit", folder / "dataset", "--out", folder / "model")
    assert again.exit_code == 1
    assert "not empty" in again.stdout
    other = command("fit", folder / "dataset", "--out", tmp_path / "m", "--landmark", "week 99")
    assert other.exit_code == 1
    assert "no landmark week 99" in other.stdout


def test_apply_gives_a_number_an_interval_or_what_is_missing(folder: Path, tmp_path: Path) -> None:
    told = command("apply", folder / "model", folder / "people.csv", "--out", tmp_path / "risks", "--json")
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    people = {each["person"]: each for each in found["people"]}
    assert people["A"]["low"] == people["A"]["high"]
    assert people["B"]["low"] < people["B"]["high"]
    assert people["B"]["bounded"] == ["anti_hbs", "hbsag_us"]
    assert people["C"]["low"] is None
    assert people["C"]["missing"] == ["anti_hbs"]
    assert people["D"]["outside"] == ["consolidation_weeks"]
    assert found["exploratory"] is True
    with (tmp_path / "risks" / "risks.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["person"] for row in rows] == ["A", "B", "C", "D"]
    assert all(row["exploratory"] == "yes" and row["model"] == found["model"] for row in rows)
    assert rows[2]["risk_low"] == ""
    for language, words in (("en", "no risk: Anti-HBs missing"), ("zh-hans", "没有风险值")):
        shown = command("apply", folder / "model", folder / "people.csv", language=language).stdout
        assert words in " ".join(shown.split())


def test_units_are_converted_or_refused_and_a_column_that_lacks_is_named(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(PEOPLE.replace("anti_hbs [IU/L]", "anti_hbs"), encoding="utf-8")
    plain = command("apply", folder / "model", table, "--json").stdout
    assert plain == command("apply", folder / "model", folder / "people.csv", "--json").stdout  # mIU/mL is IU/L
    table.write_text(PEOPLE.replace("[IU/L]", "[kg]"), encoding="utf-8")
    assert "kg cannot be converted" in command("apply", folder / "model", table).stdout
    table.write_text("person,arm,anti_hbs\nA,hbig,10\n", encoding="utf-8")
    lacking = command("apply", folder / "model", table)
    assert lacking.exit_code == 1
    assert "has no column for: consolidation_weeks, hbsag_us" in lacking.stdout


def test_apply_takes_a_dataset_of_its_version_alone(told: Dataset, folder: Path, tmp_path: Path) -> None:
    own = command("apply", folder / "model", folder / "dataset", "--json")
    assert own.exit_code == 0
    assert len(json.loads(own.stdout)["people"]) == 132
    store.write(changed(told, seed=99), tmp_path / "other")
    other = command("apply", folder / "model", tmp_path / "other")
    assert other.exit_code == 1
    assert "with another content" in other.stdout


def test_the_report_holds_the_model_of_its_own_dataset_alone(folder: Path, told: Dataset, tmp_path: Path) -> None:
    def analyse(dataset: Path, model: Path, language: str = "en") -> Result:
        asked = [
            "--language",
            language,
            "analyse",
            str(dataset),
            "--out",
            str(tmp_path / "report"),
            "--model",
            str(model),
        ]
        return CliRunner().invoke(app, asked)

    store.write(changed(told, tables={"labs": told.tables["labs"].head(5000)}), tmp_path / "other")
    other = analyse(tmp_path / "other", folder / "model")
    assert other.exit_code == 1
    assert "with another content" in " ".join(other.stdout.split())
    edited = tmp_path / "model.json"
    edited.write_text((folder / "model" / "model.json").read_text("utf-8") + " ", encoding="utf-8")
    assert analyse(folder / "dataset", edited).exit_code == 1
    assert not (tmp_path / "report").exists()
    assert analyse(folder / "dataset", folder / "model").exit_code == 0
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    for words in ("TRIPOD+AI", "Exploratory.", "not a medical device", "探索性"):
        assert words in page


def test_an_edited_model_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    written = (folder / "model" / "model.json").read_text("utf-8")
    file.write_text(written.replace('"people": 132', '"people": 1320', 1), encoding="utf-8")
    refused = command("apply", file, folder / "people.csv", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["problems"][0]["code"] == "predict.edited"


def test_the_page_on_prediction_names_every_key() -> None:
    from equipoise.study.model.prediction import Anticipated, Landmark, Prediction, Target, Term

    page = (ROOT / "docs" / "reference" / "prediction.md").read_text("utf-8")
    for part in (Prediction, Target, Landmark, Term, Anticipated):
        for key in part.model_fields:
            assert f"`{key}`" in page, key
