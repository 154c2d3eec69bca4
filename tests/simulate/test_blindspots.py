"""What a calendar of doses hides: by the declared window, by the level in the blood, by what results show."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.core.problem import ProblemsError
from equipoise.plan.calendar import days_by_arm
from equipoise.simulate.blindspots import BlindSpots, blind_spots
from equipoise.simulate.pharmacokinetics import level_after
from equipoise.simulate.redosing import Change, redosed
from equipoise.study.model.study import Study

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "studies" / "nct07328711"
PEOPLE = 4000


def looked(reference: Study, truth: str = "masking", **change: object) -> BlindSpots:
    return blind_spots(reference, Change(**change), truth, people=PEOPLE)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def declared(reference: Study) -> BlindSpots:
    return looked(reference)


@pytest.fixture(scope="module")
def late(reference: Study) -> BlindSpots:
    return looked(reference, last_week=44, visit=64)


def test_the_declared_doses_hide_weeks_4_to_36_and_not_week_48(declared: BlindSpots) -> None:
    assert [sight.visit for sight in declared.sights if sight.masked] == [f"week {n}" for n in (4, 8, 12, 24, 36)]
    assert declared.doses == (0, 28, 56, 84, 112, 140, 168)
    assert declared.clear_from == 168 + 125 + 1
    assert not declared.primary.masked
    assert abs(declared.primary.benefit) < 0.005


def test_doses_to_week_44_hide_week_48_and_a_later_visit_sees(late: BlindSpots) -> None:
    assert late.doses == tuple(range(0, 309, 28))
    assert late.primary.wholly_masked
    assert late.primary.benefit > 0.004  # nothing is prevented under this truth
    added = next(sight for sight in late.sights if sight.is_added)
    assert (added.visit, added.masked) == ("week 64", False)
    assert abs(added.benefit) < late.primary.benefit
    assert added.level[1] < late.primary.level[1] / 5


def test_more_of_the_product_hides_more(reference: Study, late: BlindSpots) -> None:
    strong = looked(reference, last_week=44, dose=Decimal(4000))
    assert strong.primary.level[1] == pytest.approx(10 * late.primary.level[1], rel=0.1)
    assert strong.primary.benefit > 1.5 * late.primary.benefit
    assert strong.primary.treated < late.primary.treated < late.primary.control


def test_without_masking_nothing_is_hidden_although_results_are_flagged(reference: Study) -> None:
    found = looked(reference, truth="none", last_week=44)
    assert found.primary.masked
    assert max(abs(sight.benefit) for sight in found.sights) < 0.004


def test_an_effect_is_not_taken_for_hiding(reference: Study) -> None:
    found = looked(reference, truth="design")  # an effect, and no masking
    assert found.primary.control - found.primary.treated > 0.1
    assert abs(found.primary.benefit) < 0.01


def test_levels_add_up_over_the_doses(declared: BlindSpots) -> None:
    """At the median of half-life and volume the level is near the median of the levels."""
    day = 48 * 7
    since = [day - dose for dose in declared.doses]
    expected = sum(float(level_after(days, 400, 0.30, 24.7, 6.0)) for days in since)
    assert declared.primary.level[1] == pytest.approx(expected, rel=0.25)
    peak = max(declared.levels.median)
    assert declared.levels.days[declared.levels.median.index(peak)] in range(168, 196)


def test_the_power_is_exact_and_does_not_depend_on_the_doses(declared: BlindSpots, late: BlindSpots) -> None:
    assert declared.power == late.power
    first, second = declared.power[:2]
    assert (round(first.score, 2), round(first.fisher, 2)) == (0.83, 0.77)
    assert round(second.score, 2) == 0.63


def test_doses_that_need_a_visit_get_one(reference: Study) -> None:
    changed = redosed(reference, Change(every=6, last_week=30))
    schedule = changed.schedule.doses[0]
    assert [changed.visits[visit].day for visit in schedule.visits] == [0, 42, 84, 126, 168, 210]
    new = changed.visits["week 6"]
    assert (new.kind, new.arms, new.forms) == ("dose_only", ("hbig",), ())
    assert "week 6" not in {visit.visit for visit in days_by_arm(changed)["control"]}
    assert changed.content_hash != reference.content_hash
    assert redosed(reference, Change()).content_hash == reference.content_hash


def test_a_visit_on_a_day_that_has_one_is_not_doubled(reference: Study) -> None:
    assert redosed(reference, Change(visit=72)).content_hash == reference.content_hash
    added = redosed(reference, Change(visit=16))  # there is a dose-only visit on that day
    assert added.visits["week 16+"].forms == reference.visits["week 48"].forms


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (Change(dose=Decimal(0)), ["bad-dose"]),
        (Change(dose=Decimal("NaN"), every=0, last_week=-1, visit=0), ["bad-dose", *["bad-week"] * 3]),
        (Change(every=1000), ["bad-week"]),
    ],
)
def test_what_cannot_be_is_refused_all_at_once(reference: Study, change: Change, codes: list[str]) -> None:
    with pytest.raises(ProblemsError) as refused:
        redosed(reference, change)
    assert [problem.code for problem in refused.value.problems] == [f"simulate.{code}" for code in codes]


def test_a_study_in_which_nothing_hides_is_refused(reference: Study, blinded: Study) -> None:
    with pytest.raises(ProblemsError, match=r"simulate\.nothing-hides"):
        blind_spots(blinded, Change(), "helps")
    assert reference.scenarios is not None
    silent = reference.scenarios.model_copy(update={"kinetics": ()})
    with pytest.raises(ProblemsError, match=r"simulate\.no-kinetics"):
        blind_spots(reference.model_copy(update={"scenarios": silent}), Change(), "masking")


# --- the command ---


@pytest.mark.parametrize(("language", "words"), [("en", "lies inside the window"), ("zh-hans", "位于窗口内")])
def test_the_command_shows_and_writes(tmp_path: Path, language: str, words: str) -> None:
    asked = ["--language", language, "blindspots", str(STUDY), "--last-week", "44", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, asked, catch_exceptions=False)
    assert told.exit_code == 0
    assert words in told.stdout
    assert "82.9" in told.stdout
    assert (tmp_path / "out" / "blindspots.png").read_bytes().startswith(b"\x89PNG")
    assert "</svg>" in (tmp_path / "out" / "blindspots.svg").read_text(encoding="utf-8")
    rows = list(csv.DictReader((tmp_path / "out" / "blindspots.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["visit"] for row in rows if row["masked"] == "no"] == ["week 72"]


def test_the_command_speaks_json_and_refuses(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["blindspots", str(STUDY), "--visit", "60", "--json"], catch_exceptions=False)
    found = json.loads(told.stdout)
    assert [sight["visit"] for sight in found["sights"] if sight["is_added"]] == ["week 60"]
    refused = CliRunner().invoke(app, ["blindspots", str(STUDY), "--every", "0", "--json"])
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["problems"][0]["code"] == "simulate.bad-week"
    assert CliRunner().invoke(app, ["blindspots", str(STUDY), "--dose", "much"]).exit_code == 2
