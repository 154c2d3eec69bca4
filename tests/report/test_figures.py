"""Figures: the same bytes each time, a text alternative each, no missing glyphs, arms told apart without colour."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from equipoise.core.problem import ProblemsError
from equipoise.report.figures import style
from equipoise.report.figures.arms import Share, draw_shares
from equipoise.report.figures.courses import Course, CoursePanel, CourseWords, draw_courses
from equipoise.report.figures.flow import Box, FlowPicture, draw_flow
from equipoise.report.figures.forest import Estimate, ForestWords, draw_forest
from equipoise.report.figures.power import draw_power
from equipoise.report.figures.survival import SurvivalCurve, draw_survival

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


DRAWINGS = [_shares, _flow, _courses, _forest, _survival, _power]


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
