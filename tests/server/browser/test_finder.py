"""Finding a study as a person does: on a telephone and a desk, in both languages, with JavaScript and without.

Oracles: what the invented records of `examples/registry` say; axe-core; the browser's own measure of the page.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_PAGES = runpy.run_path(str(Path(__file__).with_name("test_pages.py")))
serious, overflow = _PAGES["serious"], _PAGES["overflow"]
SAID = {
    "en": {"find": "Find studies", "more": "More choices", "hep": "hepatitis B", "which": "do you mean?", "save": "Tell me about new"},
    "zh-hans": {"find": "查找研究", "more": "更多条件", "hep": "乙肝", "which": "您指的是哪一个", "save": "有类似的新研究时通知我"},
}  # fmt: skip
# A search that finds, one that must be chosen, one that finds nothing, one that makes no sense, and all there is.
STATES = (
    "q=asthma&place=London&km=500&age=45&sex=female&recruiting=1", "place=Springfield", "q=asthma&place=Wuhan&km=25",
    "age=about+60&place=Nowherexyzzy", "",
)  # fmt: skip


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("language", "width"), [("en", 390), ("zh-hans", 1280)])
def test_somebody_finds_a_study_near_them(
    site: Any, visit: Callable[..., Any], language: str, width: int, script: bool
) -> None:
    said = SAID[language]
    page = visit(width=width, script=script, language=language)
    page.goto(f"/{language}/")
    page.locator("#q").fill(said["hep"])
    page.locator("#place").fill("武汉" if language == "zh-hans" else "Wuhan")
    page.get_by_role("button", name=said["find"]).click()
    page.wait_for_url("**/find/?**")
    first = page.locator(".results .cards > li").first
    assert "NCT99000001" in first.inner_text()
    assert "0" in first.locator("b").inner_text() or "Wuhan" in first.inner_text()
    page.get_by_text(said["more"]).first.click()
    page.locator("#age").fill("70")
    page.get_by_role("button", name=said["find"]).click()
    page.wait_for_url("**age=70**")
    assert page.locator("#q").input_value() == said["hep"]
    assert "NCT99000001" not in page.locator("main").inner_text(), "it is up to 65 years"
    page.go_back()
    assert said["save"] in page.locator(".results").inner_text()
    page.locator(".results h3 a").first.click()
    page.wait_for_url("**/studies/NCT99000001/")
    assert "NCT99000001" in page.locator("main").inner_text()


@pytest.mark.parametrize("language", list(SAID))
def test_an_ambiguous_place_is_chosen_by_keyboard_alone(site: Any, visit: Callable[..., Any], language: str) -> None:
    page = visit(width=390, language=language)
    page.goto(f"/{language}/find/")
    page.locator("#place").focus()
    page.keyboard.type("Springfield")
    page.keyboard.press("Enter")
    page.wait_for_url("**place=Springfield**")
    assert SAID[language]["which"] in page.locator("main").inner_text()
    page.locator(".which a", has_text="Illinois" if language == "en" else "伊利诺伊").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**place-id=**")
    assert "NCT99000004" in page.locator(".results").inner_text()


@pytest.mark.parametrize("language", list(SAID))
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (1280, "light")])
def test_every_state_can_be_used_by_everybody(
    site: Any, visit: Callable[..., Any], language: str, width: int, scheme: str
) -> None:
    page = visit(width=width, language=language, color_scheme=scheme)
    for state in STATES:
        page.goto(f"/{language}/find/?{state}")
        assert not serious(page), state
        assert overflow(page) == 0, state
        assert page.locator("h1").count() == 1
        assert page.get_by_role("note").count() >= 1, "it says that this is a demonstration"


def test_at_twice_the_size_nothing_is_cut_off(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(width=640, device_scale_factor=2)
    page.goto(f"/en/find/?{STATES[0]}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) == 0


def test_the_finder_is_light(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto("/en/find/")
    page.wait_for_load_state("load")
    assert sum(page.evaluate(_PAGES["_WEIGHT"])) < 60_000
