"""Every public page in a real browser: both languages, three widths, with JavaScript and without.

A page comes in by its route alone. What an address names that a stranger cannot know stands in `LEFT`, with the reason.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_PAGES = runpy.run_path(str(Path(__file__).with_name("test_pages.py")))
serious, overflow = _PAGES["serious"], _PAGES["overflow"]
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
WIDTHS = (320, 390, 1280)
HEAVIEST = 100_000  # bytes over the wire of a public page, with all that it loads
NUMBER = "NCT07328711"
_WEIGHT = _PAGES["_WEIGHT"]
# Read in a process of its own: this one has no Django.
_ROUTES = """
import json, re
from equipoise.server.setup import set_up
set_up()
from equipoise.server.web.routes import OfShown, Public
from equipoise.server.web.urls import ROUTES
print(json.dumps([[r.name, r.address] for r in ROUTES if isinstance(r.rule, Public | OfShown)]))
"""
_NAMED = re.compile(r"<(?:\w+:)?(\w+)>")
# What an address names, and why it is not filled in here.
LEFT = {
    "token": "stands in a mail alone: walked by the tests of enquiries and of saved searches, which read the mail",
    "link": "the browser makes it when notes are shared: walked by the tests of notes",
}


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory, site: Any, chromium: Any) -> dict[str, tuple[str, int]]:
    """Return each public route that can be filled in: its address below a language, and its status; 0 for no page."""
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EQUIPOISE_")},
        "EQUIPOISE_HOME": str(tmp_path_factory.mktemp("routes")),
        "EQUIPOISE_KEY": "5e" * 32,
    }
    told = subprocess.run(
        [sys.executable, "-c", _ROUTES], env=env, capture_output=True, text=True, check=True, timeout=60
    )
    context = chromium.new_context(base_url=site.address)
    found = {}
    for name, address in json.loads(told.stdout):
        if walked(address):
            filled = _NAMED.sub(NUMBER, address)
            answer = context.request.get(f"/en/{filled}", max_redirects=0)
            is_page = "text/html" in answer.headers.get("content-type", "")
            found[name] = (filled, answer.status if is_page else 0)
    context.close()
    return found


@pytest.fixture(scope="session")
def walk(answers: dict[str, tuple[str, int]]) -> dict[str, str]:
    """Return the public pages that a stranger can open, by route; not what only takes a form, or leads elsewhere."""
    return {name: address for name, (address, status) in answers.items() if status == 200}


def walked(address: str) -> bool:
    """Whether an address can be filled in by a stranger."""
    named = set(_NAMED.findall(address)) - {"number"}
    assert named <= LEFT.keys(), f"{address}: say in LEFT why it is not walked"
    return not named


def test_no_public_address_is_a_fault_of_ours(answers: dict[str, tuple[str, int]]) -> None:
    assert not {name: status for name, (_, status) in answers.items() if status >= 500}
    assert {name for name, (_, status) in answers.items() if status == 200} >= {"front", "study"}


def opened(page: Any, language: str, walk: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Open each page in a language, and yield its route's name and its address."""
    for name, address in walk.items():
        assert page.goto(f"/{language}/{address}").status == 200, name
        yield name, address


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_can_use_every_public_page(
    walk: dict[str, str], visit: Callable[..., Any], language: str, width: int
) -> None:
    page = visit(width=width, language=language, color_scheme="dark" if width == 390 else "light")
    found, wide = {}, {}
    for name, _ in opened(page, language, walk):
        assert page.locator("html").get_attribute("lang") == LANGUAGES[language], name
        assert page.locator("h1").count() == page.locator("main").count() == 1, name
        if problems := serious(page):
            found[name] = problems
        if by := overflow(page):
            wide[name] = by
    assert not found
    assert not wide


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_says_that_it_is_a_demonstration(
    walk: dict[str, str], visit: Callable[..., Any], language: str
) -> None:
    page = visit(language=language)
    for name, _ in opened(page, language, walk):
        notices = " ".join(page.locator(".notice[role=note]").all_inner_texts())
        assert {"en": "demonstration", "zh-hans": "演示"}[language] in notices, name


def test_every_public_page_is_light(walk: dict[str, str], visit: Callable[..., Any]) -> None:
    page = visit(width=390)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    heavy = {}
    for language in LANGUAGES:
        for name, _ in opened(page, language, walk):
            page.wait_for_load_state("networkidle")
            received = page.evaluate(_WEIGHT)
            assert min(received) > 0, f"{name}: something came from a cache"
            if sum(received) > HEAVIEST:
                heavy[f"{language} {name}"] = sum(received)
    assert not heavy


def matter(page: Any) -> str:
    """Return what a page says in its main part, as one line."""
    return " ".join(page.locator("main").inner_text().split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_has_its_matter_without_javascript(
    walk: dict[str, str], visit: Callable[..., Any], language: str
) -> None:
    bare = visit(language=language, script=False)
    for name, _ in opened(bare, language, walk):
        said = matter(bare)
        assert len(said) > (40 if language == "zh-hans" else 80), f"{name}: {said}"


def test_the_keyboard_reaches_the_matter_first_and_every_control_shows_its_focus(
    walk: dict[str, str], visit: Callable[..., Any]
) -> None:
    page = visit(width=1280)
    for name, _ in opened(page, "en", walk):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", name
        page.keyboard.press("Enter")
        assert page.url.endswith("#main"), name
        page.keyboard.press("Tab")
        inside, seen, any_there = page.evaluate("""() => {
            const at = document.activeElement, wanted = 'main :is(a, button, input, select, textarea, summary)';
            return [at.closest('main') !== null, getComputedStyle(at).outlineStyle !== 'none',
                    [...document.querySelectorAll(wanted)].some(each => each.getClientRects().length)]; }""")
        assert (inside and seen) or not any_there, f"{name}: {page.evaluate('document.activeElement.outerHTML')}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_switch_shows_the_same_page_in_the_other_language(
    walk: dict[str, str], visit: Callable[..., Any], language: str
) -> None:
    page = visit(width=390, language=language)
    other = next(each for each in LANGUAGES if each != language)
    for name, address in opened(page, language, walk):
        link = page.locator(f'header a[hreflang="{LANGUAGES[other]}"]')
        assert link.get_attribute("lang") == LANGUAGES[other]
        link.click()
        page.wait_for_url(f"**/{other}/{address}")
        assert page.locator("html").get_attribute("lang") == LANGUAGES[other], name


def test_everything_can_be_read_with_letters_twice_as_large(walk: dict[str, str], visit: Callable[..., Any]) -> None:
    # A window of 1280 px zoomed to 200 % is one of 640 px with two device pixels for each.
    page = visit(width=640, device_scale_factor=2)
    wide = {name: overflow(page) for name, _ in opened(page, "zh-hans", walk)}
    assert not {name: by for name, by in wide.items() if by}
