"""The codebook's rows, and the room's words."""

from __future__ import annotations

from pathlib import Path

from equipoise.core.words import words
from equipoise.plan.calendar import VisitStatus
from equipoise.plan.codebook import COLUMNS, headings
from equipoise.plan.forms import Asked
from equipoise.plan.plan import plan_of
from equipoise.study.reader import read_study
from equipoise.study.words import leaves

STUDY = read_study(Path(__file__).parents[2] / "studies" / "nct07328711")
ROWS = {row.variable.name: row for row in plan_of(STUDY).codebook}


def test_every_variable_has_a_row_in_the_order_of_the_folder() -> None:
    assert list(ROWS) == [variable.name for variable in STUDY.codebook.variables]


def test_a_row_says_where_a_variable_is_collected_and_what_rests_on_it() -> None:
    row = ROWS["hbv_dna"]
    assert row.forms == ("laboratory",)
    assert row.visits[:3] == ("screening", "baseline", "week 4")
    assert "week 16" not in row.visits
    assert row.criteria == ("I4",)


def test_a_derived_variable_bears_on_what_it_decides() -> None:
    assert ROWS["bmi"].criteria == ("E7",)
    assert ROWS["age"].criteria == ("I1",)
    assert ROWS["consent_date"].criteria == ("I1", "I2", "E5")


def test_a_row_is_said_in_either_language() -> None:
    english, chinese = (ROWS["hbeag"].cells(STUDY, language) for language in ("en", "zh-hans"))
    assert english["codes"] == "negative = negative; positive = positive"
    assert chinese["codes"] == "negative = 阴性; positive = 阳性"
    assert chinese["forms"] == "血清学检查"
    assert tuple(english) == tuple(chinese) == COLUMNS == tuple(headings("en"))


def test_numbers_stand_as_they_were_declared() -> None:
    cells = ROWS["hbsag_us"].cells(STUDY, "en")
    assert (cells["limit"], cells["low"], cells["high"], cells["unit"]) == ("0.005", "0", "250000", "IU/mL")


def test_what_is_assumed_says_so_with_its_reason() -> None:
    for name, row in ROWS.items():
        for language, assumed in (("en", "assumed"), ("zh-hans", "假定")):
            cells = row.cells(STUDY, language)
            assert (cells["standing"] == assumed) == row.variable.assumed, name
            assert bool(cells["reason"]) == row.variable.assumed, name


def test_both_languages_of_the_room_have_the_same_words() -> None:
    english, chinese = ({path for path, _ in leaves(words("plan", language))} for language in ("en", "zh-hans"))
    assert english == chinese


def test_every_status_can_be_said() -> None:
    for language in ("en", "zh-hans"):
        said = [one.words(language) for one in (*Asked, *VisitStatus)]
        assert len(set(said)) == len(said)
