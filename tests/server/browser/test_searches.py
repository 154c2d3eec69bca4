"""Be told of other trials, as a person does it: on a telephone and a desk, in both languages, without JavaScript too.

The mails go through a real server (aiosmtpd) or, where the site's own worker was quicker, lie in its folder; either way
they are read and their links followed.
"""

from __future__ import annotations

import os
import re
import runpy
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_PAGES = runpy.run_path(str(_HERE / "test_pages.py"))
_CLUSTER = runpy.run_path(str(_HERE.parent / "cluster.py"))
_POST_OFFICE = runpy.run_path(str(_HERE.parent / "post_office.py"))
serious, overflow = _PAGES["serious"], _PAGES["overflow"]
HEAVIEST = 60_000
_TRIES, _PAUSE = 40, 250.0  # of what the site's own processes do in their time


@pytest.fixture
def post(site: Any, monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> Iterator[Callable[..., Any]]:
    """Connect to the site's database and open a mail server; return what does the worker's chores and finds a mail."""
    from equipoise.server.recruit.digests import send_due
    from equipoise.server.recruit.matching import match_changed
    from equipoise.server.recruit.outbox import Outbox

    home = Path(site.log).parent
    for name in [name for name in os.environ if name.startswith("EQUIPOISE_")]:
        monkeypatch.delenv(name)
    database = f"sqlite:///{home}/equipoise.sqlite3"
    with _POST_OFFICE["open_office"]() as office, _CLUSTER["connected"](database):
        for name, value in (("HOME", home), ("KEY", "5e" * 32), ("URL", site.address), ("MAIL", office.address)):
            monkeypatch.setenv(f"EQUIPOISE_{name}", str(value))
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        outbox = Outbox()

        def mail(page: Any, to: str, kind: str) -> str:
            """Return the link of a kind in the newest mail to an address, when there is one."""
            for _ in range(_TRIES):
                match_changed()
                send_due()
                outbox.deliver_due()
                files = sorted((home / "mail").glob("*.eml"))
                mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files] + office.mails
                links = [
                    link
                    for each in mails
                    if each["To"] == to
                    for link in re.findall(rf"(https?://\S+/notify/{kind}/\S+)", each.get_content())
                ]
                if links:
                    return str(links[-1])
                page.wait_for_timeout(_PAUSE)
            raise AssertionError(f"no mail to {to} with a link to {kind}")

        yield mail


def _is_fine(page: Any, *, script: bool = True) -> None:
    assert overflow(page) == 0, page.url
    if script:
        assert serious(page) == [], page.url


def _go(page: Any, selector: str) -> None:
    """Press what leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def _press(page: Any, until: str) -> None:
    """Press the form's button; a form that was filled in faster than a person does it is pressed again."""
    for _ in range(_TRIES):
        _go(page, "main form button.act")
        if until in page.url:
            return
        page.wait_for_timeout(_PAUSE)
    raise AssertionError(page.locator("main").inner_text())


@pytest.mark.parametrize("device", [(390, True, "dark"), (1280, True, "light"), (320, False, "light")], ids=str)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_person_is_told_changes_their_mind_and_leaves(
    visit: Callable[..., Any], post: Callable[..., str], language: str, device: tuple[int, bool, str]
) -> None:
    width, script, scheme = device
    to = f"{language}.{width}@example.org"
    page = visit(width=width, script=script, language=language, color_scheme=scheme)
    page.goto(f"/{language}/notify/?number=NCT07328711")
    _is_fine(page, script=script)
    condition = page.locator("#condition").input_value()
    assert condition
    page.locator("#place").fill("Springfield")
    page.locator("#email").fill(to)
    page.locator("#consent").check()
    _go(page, "main form button.act")
    assert page.locator(".errors").is_visible()
    assert page.locator("#condition").input_value() == condition
    assert page.locator("#consent").is_checked()
    _is_fine(page, script=script)
    page.locator("#place").fill("武汉" if language == "zh-hans" else "Wuhan")
    page.locator("input[name=often][value=at_once]").check()
    _press(page, "/sent/")
    _is_fine(page, script=script)

    page.goto(post(page, to, "confirm"))
    _is_fine(page, script=script)
    assert ("湖北省武汉市" if language == "zh-hans" else "Wuhan, Hubei, China") in page.locator("main").inner_text()
    _go(page, "main form button.act")
    _is_fine(page, script=script)

    _go(page, "main .acts a[href*='/notify/change/']")
    _is_fine(page, script=script)
    page.locator("#age").fill("45")
    _go(page, "main form button.act")
    page.wait_for_url("**?saved")
    assert page.locator("#age").input_value() == "45"
    _is_fine(page, script=script)

    _list_a_study(f"NCT9{len(language)}{width:06}", condition)
    page.goto(post(page, to, "stop"))
    _is_fine(page, script=script)
    _go(page, "main form button.act")
    assert page.locator("main h1").is_visible()
    _is_fine(page, script=script)
    page.go_back()
    page.reload()
    _is_fine(page, script=script)


def _list_a_study(number: str, condition: str) -> None:
    from decimal import Decimal

    from equipoise.server.recruit.actions.keep_listing import keep_listing
    from equipoise.study.listing import ListedCentre, Listing, Status

    centre = ListedCentre(city="Wuhan", latitude=Decimal("30.58"), longitude=Decimal("114.27"))
    listing = Listing(
        number=number, title="An invented study", conditions=(condition,), status=Status.RECRUITING, centres=(centre,),
        demonstration="Invented for a test.",
    )  # fmt: skip
    keep_listing({"en": listing}, shown=True)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_form_is_filled_in_and_sent_by_keyboard_alone(
    site: Any, visit: Callable[..., Any], post: Callable[..., str], language: str
) -> None:
    page = visit(width=1280, language=language)
    page.goto(f"/{language}/notify/")
    page.locator("#condition").focus()
    page.keyboard.type("乙肝")
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.id || document.activeElement.name || document.activeElement.tagName"
        )
        reached.append(focused)
        if focused == "email":
            page.keyboard.type(f"keys.{language}@example.org")
        elif focused == "consent":
            page.keyboard.press("Space")
        elif focused == "began":
            break
    assert "website" not in reached, "the trap is reached by the keyboard"
    assert reached[-1] == "began"
    for _ in range(_TRIES):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if "/sent/" in page.url:
            break
        page.locator("#began").focus()
        page.wait_for_timeout(_PAUSE)
    assert "/sent/" in page.url


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_is_light_and_asks_nobody_else(site: Any, visit: Callable[..., Any], language: str) -> None:
    page = visit(width=390, language=language)
    page.goto(f"/{language}/notify/", wait_until="networkidle")
    assert sum(page.evaluate(_PAGES["_WEIGHT"])) < HEAVIEST
