"""A patient reads a study's page: on a telephone and at a desk, with and without JavaScript, on paper."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_PAGES = runpy.run_path(str(Path(__file__).with_name("test_pages.py")))
serious, overflow, _WEIGHT = _PAGES["serious"], _PAGES["overflow"], _PAGES["_WEIGHT"]
LANGUAGES = ("en", "zh-hans")
HEAVIEST = 100_000  # bytes over the wire, with all that the page loads
NUMBER = "NCT07328711"


def address(language: str, more: str = "") -> str:
    """Return the address of the reference study's page."""
    return f"/{language}/studies/{NUMBER}/{more}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_everybody_can_use_the_page_folded_and_unfolded(
    site: Any, visit: Callable[..., Any], language: str, width: int, scheme: str
) -> None:
    page = visit(width=width, color_scheme=scheme)
    for more in ("", "?print"):
        assert page.goto(address(language, more)).status == 200
        assert not serious(page)
        assert overflow(page) <= 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 640])
def test_nothing_scrolls_sideways_on_the_narrowest_telephone_and_at_twice_the_size(
    site: Any, visit: Callable[..., Any], language: str, width: int
) -> None:
    """A desk of 1280 pixels at 200 % is a window of 640."""
    page = visit(width=width)
    page.goto(address(language, "?print"))
    assert overflow(page) <= 0
    if width > 320:
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(page) <= 0, "text alone at twice its size"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_light(site: Any, visit: Callable[..., Any], language: str) -> None:
    page = visit(width=390)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(address(language), wait_until="networkidle")
    received = page.evaluate(_WEIGHT)
    assert len(received) >= 4, "a page, its looks and its scripts"
    assert min(received) > 0, "something came from a cache"
    assert sum(received) <= HEAVIEST, sum(received)


@pytest.mark.parametrize("script", [True, False])
def test_a_patient_reads_it_with_a_script_and_without(site: Any, visit: Callable[..., Any], script: bool) -> None:
    page = visit(width=390, script=script)
    page.goto(address("en"))
    for hidden in ("Achieving clinical cure", "Severe concurrent physical or mental illnesses", "Yes, at any time"):
        assert not page.get_by_text(hidden).first.is_visible()
    page.get_by_text("The registry's own words").click()
    assert page.locator("blockquote").get_by_text("Achieving clinical cure").is_visible()
    page.get_by_text("All 13 criteria, word for word").click()
    assert page.get_by_text("Severe concurrent physical or mental illnesses").is_visible()
    page.get_by_text("May I leave?").click()
    assert page.get_by_text("Yes, at any time").is_visible()
    page.get_by_text("What is done at each visit").click()
    assert page.get_by_text("up to 28 days before the start").is_visible()
    # On a telephone the calendar says in words what is done.
    assert page.locator(".visits li").nth(1).inner_text().split("\n")[0].strip() == "Start"
    assert "HBIG (HBIG immunisation only)" in page.locator(".visits li").nth(1).inner_text()
    copy = page.get_by_role("button", name="Copy the address")
    assert copy.count() == (1 if script else 0)


def test_a_mark_leads_to_its_reason_and_is_heard(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(width=390)
    page.goto(address("en"))
    page.get_by_role("link", name="assumed, see note 5").first.click()
    assert page.url.endswith("#assumed-visits")
    assert "No visit schedule is public" in page.locator("#assumed-visits").inner_text()
    assert page.locator("#assumed-visits").evaluate("each => each.getBoundingClientRect().top < innerHeight")


def test_the_address_is_copied(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(address("en"))
    page.get_by_role("button", name="Copy the address").click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_the_language_changes_and_the_page_stays(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(width=390)
    page.goto(f"/en/studies/{NUMBER.lower()}/")
    assert page.url.endswith(address("en"))
    page.get_by_role("link", name="中文").click()
    assert page.url.endswith(address("zh-hans"))
    assert page.get_by_text("参加意味着什么").is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_paper_has_everything_but_the_buttons(site: Any, visit: Callable[..., Any], script: bool) -> None:
    page = visit(script=script)
    page.goto(address("en"))
    page.get_by_role("link", name="Print view").click()
    assert page.url.endswith("?print")
    page.emulate_media(media="print")
    for said in ("Achieving clinical cure", "Severe concurrent physical", "Yes, at any time", "What about the vaccine?",
                 "up to 28 days before the start", "No visit schedule is public", "1 January 2026"):  # fmt: skip
        assert page.get_by_text(said).first.is_visible(), said
    assert not page.locator(".act").first.is_visible()
    assert not page.get_by_role("link", name="Print view").is_visible()


def test_a_script_unfolds_the_page_for_the_printer(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(address("en"))
    folded = page.locator("main details:not([open])").count()
    assert folded > 10
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details:not([open])").count() == folded


def test_the_keyboard_alone_opens_every_fold(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(address("en"))
    page.locator("#faq-leave summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#faq-leave").get_attribute("open") is not None
