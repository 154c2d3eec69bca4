"""A team and its public page, in a browser: preview, words with the level live, approval, hiding and showing.

The oracle is what somebody else's browser shows.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_PAGES = runpy.run_path(str(Path(__file__).parent / "test_pages.py"))
serious, overflow = _PAGES["serious"], _PAGES["overflow"]
LANGUAGES = ("en", "zh-hans")
PHONE, DESK, NARROWEST = 390, 1280, 320
NUMBER = "NCT07328711"


def addresses(site: Any, language: str) -> dict[str, str]:
    page = f"/{language}/studies/{site.study}/page/"
    return {
        "page": page,
        "preview": f"{page}preview/",
        "showing": f"{page}shown/",
        "words": f"{page}words/en/",
        "other words": f"{page}words/zh-hans/",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark"), (NARROWEST, "light")])
def test_everybody_can_use_these_pages(
    site: Any, visit: Callable[..., Any], language: str, width: int, scheme: str
) -> None:
    page = visit(width=width, language=language, color_scheme=scheme, account="sponsor")
    found = {}
    for name, address in addresses(site, language).items():
        assert page.goto(address).status == 200, address
        assert page.locator("h1").count() == 1, address
        if width != NARROWEST and (problems := serious(page)):
            found[name] = problems
        if by := overflow(page):
            found[f"{name} is wide"] = [str(by)]
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demonstration_shows_the_draft_with_its_label(site: Any, visit: Callable[..., Any], language: str) -> None:
    page = visit(width=PHONE, language=language)
    page.goto(f"/{language}/studies/{NUMBER}/")
    said = page.locator("#main").inner_text()
    assert {"en": "You and your doctor will know which group you are in.", "zh-hans": "您和医生都会知道您在哪一组"}[
        language
    ] in said
    assert {"en": "Drafted by AI, not yet checked by a doctor", "zh-hans": "由 AI 起草，尚未经医生审核"}[
        language
    ] in said


def test_the_level_comes_while_one_types(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(account="investigator")
    page.goto(addresses(site, "en")["words"])
    findings = page.locator("#findings")
    assert "The check finds nothing" in findings.inner_text()
    with page.expect_response("**/findings/"):
        page.locator("#text-5").fill("It will cure nine hundred people.")
    page.get_by_text("“nine hundred”").wait_for()
    assert "“will cure”" in findings.inner_text()
    # What is found leads to its sentence.
    findings.get_by_role("link").first.click()
    assert page.evaluate("location.hash") == "#row-5"
    assert page.broken == []
    assert page.left == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_without_javascript_a_button_checks(site: Any, visit: Callable[..., Any], width: int) -> None:
    page = visit(account="investigator", script=False, width=width)
    page.goto(addresses(site, "en")["words"])
    page.locator("#text-5").fill("It will cure nine hundred people.")
    page.get_by_role("button", name="Check", exact=True).click()
    assert "“nine hundred”" in page.locator("#findings").inner_text()
    assert page.locator("#text-5").input_value() == "It will cure nine hundred people."


@pytest.fixture
def hidden(site: Any, visit: Callable[..., Any]) -> Iterator[Any]:
    """Hide the study's page as the sponsor does, and show it again for the other tests."""
    page = visit(account="sponsor", script=False)
    _turn(page, addresses(site, "en")["showing"])
    yield page
    _turn(page, addresses(site, "en")["showing"])


def _turn(page: Any, address: str) -> None:
    page.goto(address)
    page.locator("#confirmed").check()
    page.locator("main form .act").click()


def test_a_hidden_page_is_nowhere_and_has_a_preview(site: Any, visit: Callable[..., Any], hidden: Any) -> None:
    public = visit()
    assert public.goto(f"/en/studies/{NUMBER}/").status == 404
    hidden.goto(addresses(site, "en")["page"])
    assert "Nobody outside can see this study" in hidden.locator("#main").inner_text()
    assert "s.adeyemi" in hidden.locator("#main").inner_text()
    assert hidden.goto(addresses(site, "en")["preview"]).status == 200
    assert "The page is hidden" in hidden.locator("body").inner_text()


def test_words_are_written_approved_read_and_taken_back(site: Any, visit: Callable[..., Any]) -> None:
    page, reader = visit(account="investigator", width=PHONE), visit(width=PHONE)
    page.goto(addresses(site, "zh-hans")["other words"])
    sentence = "参加还是不参加，由您自己决定。"
    page.locator("#text-13").fill(sentence)
    page.locator("#name").fill("林伟医生")
    page.get_by_role("button", name="保存为新版本").click()
    page.get_by_text("批准之前患者读不到").wait_for()
    page.locator("#approver").fill("林伟医生")
    page.locator("#confirmed").check()
    page.locator("button[value=approve]").click()
    page.get_by_text("由 林伟医生 核对").first.wait_for()
    reader.goto(f"/zh-hans/studies/{NUMBER}/")
    assert sentence in reader.locator("#main").inner_text()
    assert "林伟医生" in reader.locator("#main").inner_text()
    page.locator("button[value=withdraw]").click()
    page.get_by_text("患者现在读不到").first.wait_for()
    reader.reload()
    assert "林伟医生" not in reader.locator("#main").inner_text()
    # The draft comes back as a new version, for the tests after this one.
    page.locator("#text-13").fill("是否参加由您自己决定。")
    page.locator("#name").fill("林伟医生")
    page.get_by_role("button", name="保存为新版本").click()
    page.get_by_text("批准之前患者读不到").wait_for()
