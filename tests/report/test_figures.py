"""Figures: the same bytes each time, a text alternative each, no missing glyphs, arms told apart without colour."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from equipoise.core.problem import ProblemsError
from equipoise.report.figures import style
from equipoise.report.figures.arms import Share, draw_shares
from equipoise.report.figures.calibration import CalibrationLines, CalibrationWords, draw_calibration
from equipoise.report.figures.correlation import draw_correlation
from equipoise.report.figures.courses import Course, CoursePanel, CourseWords, draw_courses
from equipoise.report.figures.flow import Box, FlowPicture, draw_flow
from equipoise.report.figures.forest import Estimate, ForestWords, Heading, draw_forest
from equipoise.report.figures.histogram import HistogramWords, draw_histogram
from equipoise.report.figures.incidence import Incidence, draw_incidence
from equipoise.report.figures.intervals import IntervalSteps, IntervalWords, draw_intervals
from equipoise.report.figures.power import draw_power
from equipoise.report.figures.survival import SurvivalCurve, draw_survival
from equipoise.report.figures.tipping import TippingWords, draw_tipping
from equipoise.report.figures.volcano import Point, VolcanoWords, draw_volcano

CAPTION = style.Caption("here", "Title & more", "What <it> shows, 说明")


def _flow() -> str:
    arm = (Box("Allocated: 66", ("received: 65",)), Box("Analysed: 66"))
    return draw_flow(
        FlowPicture((Box("Assessed: 190"),), (Box("Excluded: 58", ("身体质量指数: 14",)),), (arm, arm)), CAPTION
    )


def _courses() -> str:
    course = Course((0.0, 4.0, 48.0), (0.05, 0.3, 0.05), (True, False, True))
    panel = CoursePanel("HBIG 组", (course,), ((0.0, 0.05), (48.0, 0.05)), ((0.0, 42.0),), (0.0, 4.0))
    words = CourseWords("HBsAg (IU/mL)", "周", "掩蔽期", "给药", "中位数", "低于检测限")
    return draw_courses([panel, panel], words, [0.05], CAPTION)


def _forest() -> str:
    lines = [
        Estimate("主要分析", "8.2 % (−2.0; 18.9)", 8.2, -2.0, 18.9, True),
        Estimate("Newcombe", "8.1 %", 8.1, -3, 19),
    ]
    return draw_forest(lines, ForestWords("%", "control", "HBIG"), CAPTION)


def _survival() -> str:
    curve = SurvivalCurve(
        "A", (0.0, 10.0, 20.0), (1.0, 0.9, 0.8), (1.0, 0.8, 0.7), (1.0, 0.95, float("nan")), (60, 50, 40)
    )
    return draw_survival([curve, curve], [0, 10, 20], ("days", "event-free", "at risk"), CAPTION)


def _power() -> str:
    return draw_power([("75 % / 93 %", 83.1), ("85 % / 95 %", 50.2)], 80, "%", CAPTION)


def _shares() -> str:
    return draw_shares(
        [Share("HBIG 组", "55/66 · 83.3 %", 83.3, 72.6, 90.4), Share("B", "5/6", 83.3, 40, 99)], "%", CAPTION
    )


def _ratios() -> str:
    lines = [Heading("次要"), Estimate("wide", "9", 9.0, 0.0, float("inf")), Estimate("narrow", "1.1", 1.1, 0.9, 1.3)]
    return draw_forest(lines, ForestWords("ratio", "A", "B"), CAPTION, ratio=True)


def _tipping() -> str:
    words = TippingWords("control 对照", "HBIG", {"benefit": "p <0.05", "nothing": "p ≥0.05", "harm": "worse"})
    return draw_tipping([[0.5, 0.04], [0.2, 0.9]], [["nothing", "harm"], ["benefit", "nothing"]], words, CAPTION)


def _large_tipping() -> str:
    p = [[0.01 * (i + j) for j in range(30)] for i in range(20)]
    conclusions = [["benefit" if value < 0.05 else "nothing" for value in row] for row in p]
    return draw_tipping(p, conclusions, TippingWords("a", "b", {"benefit": "p <0.05", "nothing": "p ≥0.05"}), CAPTION)


def _histogram() -> str:
    values = [0.1 * each for each in range(-20, 21)]
    return draw_histogram(values, -1.4, HistogramWords("z", "次数", "observed: −1.40"), CAPTION)


def _intervals() -> str:
    arm = IntervalSteps(
        "HBIG 组", (0.0, 84.0, 336.0), (28.0, 168.0, float("inf")), (0.1, 0.1, 0.8), ((336.0, 0.8, 0.7, 0.9),)
    )
    return draw_intervals([arm, arm], 504.0, 336.0, IntervalWords("days", "free", "仅作描述"), CAPTION)


def _incidence() -> str:
    curve = Incidence("A", 0, False, (0.0, 10.0), (0.0, 0.1), (0.0, float("nan")), (0.0, 0.2))
    other = Incidence("A: 死亡", 0, True, (0.0, 12.0), (0.0, 0.05), (0.0, 0.0), (0.0, 0.1))
    return draw_incidence([curve, other], 500.0, ("days", "incidence"), CAPTION)


def _calibration() -> str:
    lines = CalibrationLines((5.0, 20.0), (3.0, 25.0), (6.0, 19.0), (1.0, 10.0), (20.0, 40.0))
    words = CalibrationWords("foretold", "seen", "ideal", "apparent", "校正后", "people")
    return draw_calibration(lines, [5.0, 6.0, 18.0], words, CAPTION)


def _volcano() -> str:
    points = [Point("HBV RNA", 0.9, 3.1, True), Point("IL-21", -0.2, 0.4, False)]
    words = VolcanoWords("log", "−log₁₀ p", "stands", "未达到")
    return draw_volcano([("prognostic", points), ("predictive", [])], words, CAPTION)


def _correlation() -> str:
    values = [[1.0, 0.5, None], [0.5, 1.0, -0.8], [None, -0.8, 1.0]]
    return draw_correlation(
        ["HBV RNA", "白细胞介素-21", "T cells of a kind whose name is long enough"], values, "scale", CAPTION
    )


DRAWINGS = [
    _shares, _flow, _courses, _forest, _ratios, _survival, _power, _tipping, _large_tipping, _histogram, _intervals,
    _incidence, _calibration, _volcano, _correlation,
]  # fmt: skip


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_figure_is_the_same_bytes_each_time_and_stands_alone(draw: Callable[[], str]) -> None:
    svg = draw()
    assert svg == draw()
    assert svg.startswith('<svg role="img" aria-labelledby="here-title here-description"')
    assert '<title id="here-title">Title &amp; more</title>' in svg
    assert "What &lt;it&gt; shows, 说明</desc>" in svg
    assert "<metadata>" not in svg
    # No typeface is asked of the reader's machine, and nothing is loaded from elsewhere.
    assert "<text" not in svg
    assert not re.search(r'(href|src)="(?!#)', svg.split("</desc>", 1)[1])


@pytest.mark.parametrize("draw", DRAWINGS)
def test_ids_carry_the_figures_name_and_every_reference_finds_its_target(draw: Callable[[], str]) -> None:
    svg = draw()
    ids = set(re.findall(r'\bid="([^"]+)"', svg))
    assert all(found.startswith("here-") for found in ids)
    assert {*re.findall(r'href="#([^"]+)"', svg), *re.findall(r"url\(#([^)]+)\)", svg)} <= ids


def test_a_character_that_the_typeface_lacks_is_an_error_and_not_a_box() -> None:
    with pytest.raises(ProblemsError) as caught:
        draw_power([("emoji 🙂", 50.0)], 80, "%", CAPTION)
    assert caught.value.problems[0].params == {"letters": "🙂"}


def test_arms_differ_in_grey_and_in_shape() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    first, second = (grey(colour) for colour in style.ARM_COLOURS[:2])
    # The first two arms are near each other in grey, so they must differ in line and in marker too.
    assert first != second
    assert len(set(style.ARM_MARKERS)) == len(set(map(str, style.ARM_LINES))) == len(style.ARM_COLOURS)


def test_chinese_breaks_anywhere_and_words_do_not() -> None:
    assert style.wrap("hepatitis B immunoglobulin", 12) == ["hepatitis B", "immunoglobulin"]
    assert all(len(line) <= 6 for line in style.wrap("乙型肝炎免疫球蛋白与无治疗对照", 12))
    assert "".join(style.wrap("乙型肝炎免疫球蛋白", 8)) == "乙型肝炎免疫球蛋白"


def test_a_label_that_is_too_long_says_that_it_goes_on() -> None:
    assert style.shorten("IL-21", 12) == "IL-21"
    assert style.shorten("hepatitis B immunoglobulin", 12) == "hepatitis B…"
    assert style.shorten("乙型肝炎免疫球蛋白", 8) == "乙型肝炎…"
