"""The pages in a real browser: both languages, a telephone and a desk, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_RULES = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], preload: false})"
_WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map(each => each.transferSize)"""
LANGUAGES = ("en", "zh-hans")
PHONE, DESK, NARROWEST = 390, 1280, 320
HEAVIEST = 60_000  # bytes over the wire of a page of the workspace, with all that it loads
_OF_A_STUDY = {
    "participants": "participants/",
    "participant": "participants/{known}/",
    "waiting": "participants/{waiting}/",
    "eligibility": "participants/{known}/eligibility/",
    "history": "participants/{known}/history/",
    "allocate": "participants/{waiting}/allocate/",
    "allocation": "participants/{known}/allocation/",
    "unblind": "participants/{known}/unblind/",
    "results": "results/",
    "verification": "verification/",
}


def workspace(site: Any, language: str) -> dict[str, str]:
    """Return the addresses of the workspace."""
    whom = {"known": site.known, "waiting": site.waiting}
    study = f"/{language}/studies/{site.study}/"
    return {
        "studies": f"/{language}/studies/?all",
        **{name: study + address.format(**whom) for name, address in _OF_A_STUDY.items()},
        "second factor": f"/{language}/account/second-factor/",
        "password": f"/{language}/account/password/change/",
    }


def in_front(language: str) -> dict[str, str]:
    """Return the addresses that anybody may read."""
    return {
        "front": f"/{language}/",
        "log in": f"/{language}/account/login/",
        "reset": f"/{language}/account/password/reset/",
        "missing": f"/{language}/nothing/",
    }


def serious(page: Any) -> list[str]:
    """Return what axe-core finds serious or critical in a page, with where."""
    page.evaluate(_AXE)
    found = page.evaluate(_RULES)["violations"]
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def overflow(page: Any) -> int:
    """Return by how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_what_nobody_could_use_would_be_found(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto("/en/")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=/static/mark.svg width=2000><input>'")
    assert {problem.split(":")[0] for problem in serious(page)} >= {"image-alt", "label"}
    assert overflow(page) > 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_everybody_can_use_every_page(
    site: Any, visit: Callable[..., Any], language: str, width: int, scheme: str
) -> None:
    found = {}
    for page, addresses in (
        (visit(width=width, language=language, color_scheme=scheme), in_front(language)),
        (
            visit(width=width, language=language, color_scheme=scheme, account="investigator"),
            workspace(site, language),
        ),
    ):
        for name, address in addresses.items():
            answer = page.goto(address)
            assert answer.status == (404 if name == "missing" else 200), address
            # One language a width and a scheme: the same page in another language has the same structure.
            if (language == "en") == (width == PHONE) and (problems := serious(page)):
                found[name] = problems
            assert page.locator("html").get_attribute("lang") == {"en": "en", "zh-hans": "zh-Hans"}[language]
            assert page.locator("h1").count() == 1, address
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_on_the_narrowest_telephone(
    site: Any, visit: Callable[..., Any], language: str
) -> None:
    wide = {}
    for page, addresses in (
        (visit(width=NARROWEST, language=language), in_front(language)),
        (visit(width=NARROWEST, language=language, account="investigator"), workspace(site, language)),
    ):
        for name, address in addresses.items():
            page.goto(address)
            if by := overflow(page):
                wide[name] = by
    assert not wide


def test_a_page_of_the_workspace_is_light(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(account="investigator")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    heavy = {}
    for name, address in workspace(site, "en").items():
        page.goto(address)
        received = page.evaluate(_WEIGHT)
        assert len(received) >= 3, f"{name}: a page, its look and its script"
        assert min(received) > 0, f"{name}: something came from a cache"
        if sum(received) > HEAVIEST:
            heavy[name] = sum(received)
    assert not heavy


def test_the_way_from_the_front_page_to_a_participant(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(width=PHONE)
    page.goto("/")
    page.get_by_role("link", name="Log in").first.click()
    page.get_by_label("Name or e-mail").fill(site.names["coordinator"])
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**/studies/{site.study}/participants/")
    page.get_by_role("link", name=site.known).first.click()
    assert page.locator("h1").inner_text() == site.known
    page.get_by_role("link", name="中文").click()
    assert page.url.endswith(f"/zh-hans/studies/{site.study}/participants/{site.known}/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_load_state()
    answer = page.goto(f"/en/studies/{site.study}/participants/")
    assert "/account/login/" in page.url
    assert answer.status == 200


@pytest.mark.parametrize(("who", "script"), [("with_script", True), ("without_script", False)])
def test_somebody_is_allocated_once_with_javascript_and_without(
    site: Any, visit: Callable[..., Any], who: str, script: bool
) -> None:
    number = getattr(site, who)
    page = visit(width=PHONE, script=script, account="coordinator")
    page.goto(f"/en/studies/{site.study}/participants/{number}/")
    page.get_by_role("link", name="Allocate").first.click()
    assert page.locator("h1").inner_text() == f"Allocate {number}"
    page.get_by_role("button", name="Allocate").click()
    page.wait_for_url("**/allocation/")
    told = page.locator("main").inner_text()
    assert number in told
    assert ("HBIG immunisation" in told) != ("No immunisation" in told)
    page.reload()
    assert page.locator("main").inner_text() == told
    page.goto(f"/en/studies/{site.study}/participants/{number}/allocate/")
    assert page.get_by_role("button", name="Allocate").count() == 0


def test_every_page_can_be_read_and_every_way_gone_without_javascript(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(script=False, account="monitor")
    page.goto(f"/en/studies/{site.study}/participants/")
    rows = page.locator("tbody tr").count()
    assert rows > 1
    for place, title in (("Results", "Results"), ("Verification", "Verification"), ("Participants", "Participants")):
        page.locator("nav.places").get_by_role("link", name=place).click()
        assert page.locator("h1").inner_text() == title
    page.locator("input[type=search], input[name=q]").first.fill(site.known)
    page.locator("main form button").first.click()
    assert page.locator("tbody tr").count() == 1


def test_the_keyboard_alone_is_enough_to_log_in(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto("/en/account/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Name or e-mail").focus()
    page.keyboard.type(site.names["monitor"])
    page.keyboard.press("Tab")
    page.keyboard.type(site.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/participants/")


def test_a_print_carries_the_matter_and_not_the_buttons(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(account="investigator")
    page.goto(f"/en/studies/{site.study}/participants/{site.known}/allocation/")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.locator("footer .hash").is_visible()
    for unprinted in (page.locator("nav.places"), page.get_by_role("button", name="Log out")):
        assert not unprinted.is_visible()
