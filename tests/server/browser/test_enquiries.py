"""Writing to a centre, as a person does it: the mails arrive at a real server, are read, and their links followed."""

from __future__ import annotations

import re
import runpy
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_PAGES = runpy.run_path(str(_HERE / "test_pages.py"))
serious, overflow = _PAGES["serious"], _PAGES["overflow"]
PHONE, DESK = 390, 1280
_PATIENCE = 30.0
_TIMES = 60  # that a form is sent before it is taken for refused


@pytest.fixture(scope="session")
def site(posting: Any) -> Any:
    """Walk a site whose mails go to a real server."""
    return posting


def mails(post: Any, to: str, count: int) -> list[EmailMessage]:
    """Return the mails to somebody, when there are so many."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        read = [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(post[1].glob("*.eml"))]
        found = [mail for mail in read if mail["To"] == to]
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no {count} mails to {to}")


def link_in(mail: EmailMessage, site: Any) -> str:
    """Return the link in a mail, at the port at which the site of the test answers."""
    found = re.search(r"http://127\.0\.0\.1:\d+(/\S+)", mail.get_content())
    assert found is not None
    return site.address + found[1]


def is_accessible(page: Any) -> None:
    assert serious(page) == [], page.url
    assert overflow(page) == 0, page.url


WORDS = {
    "en": {
        "show": "Show the nearest centres", "choose": "Write to this centre", "send": "Send the message",
        "sent": "Your message has been submitted", "see": "See how it stands", "read": "Read", "add": "Add it",
    },
    "zh-hans": {
        "show": "显示最近的中心", "choose": "给这家中心留言", "send": "发送留言", "sent": "您的留言已提交",
        "see": "查看进展", "read": "已阅读", "add": "补充",
    },
}  # fmt: skip


def write(page: Any, language: str, email: str, place: str) -> None:
    """Go from the study's page to the form, and fill it in."""
    said = WORDS[language]
    page.goto(f"/{language}/studies/NCT07328711/contact/")
    page.locator("#where").fill(place)
    page.get_by_role("button", name=said["show"]).click()
    assert page.locator("input[name=site]").first.get_attribute("value") == "01"
    page.get_by_role("button", name=said["choose"]).click()
    page.locator("#first_name").fill("芳" if language != "en" else "Fang")
    page.locator("#last_name").fill("王" if language != "en" else "Wang")
    page.locator("#email").fill(email)
    page.locator("#phone").fill("+86 139 0000 0000")
    page.locator("#message").fill("I have {NAME} and <b>questions</b>.")
    page.locator("#consent").check()


def send(page: Any, language: str, press: Callable[[], None] | None = None) -> None:
    """Send the form as a person does; one who was too quick for a person is asked to wait, and sends it again."""
    for _ in range(_TIMES):
        with page.expect_navigation():
            (press or page.locator("#send").click)()
        if not page.locator("form.enquiry").count():
            break
        page.wait_for_timeout(200)
    assert page.locator("h1").inner_text() == WORDS[language]["sent"]


@pytest.mark.parametrize("who", [("en", PHONE, True), ("zh-hans", DESK, True), ("zh-hans", PHONE, False)])
def test_a_message_is_written_arrives_is_read_and_becomes_a_referral(
    site: Any, post: Any, visit: Callable[..., Any], who: tuple[str, int, bool]
) -> None:
    language, width, script = who
    email = f"wang.{language}.{script}@example.org"
    page = visit(width=width, script=script, locale=language)
    write(page, language, email, "北京" if language != "en" else "Beijing")
    send(page, language)
    copy = mails(post, email, 1)[0]
    assert "I have {NAME} and <b>questions</b>." in copy.get_content()
    assert copy["Content-Language"] == ("en" if language == "en" else "zh-Hans")
    private = link_in(copy, site)
    page.goto(private)
    receipt = page.locator("dd.code").first.inner_text()
    assert receipt in copy["Subject"]

    # The centre: from its mail, through the log-in, to the message, and on to the study.
    word = next(mail for mail in mails(post, "chen.jie@example.org", 1) if receipt in mail["Subject"])
    assert "questions" not in word.get_content()
    team = visit(width=width, account="coordinator")
    team.goto(link_in(word, site))
    assert "Wang" not in team.locator("main").inner_text()
    team.get_by_role("link", name=receipt).click()
    assert "+86 139 0000 0000" in team.locator("main").inner_text()
    is_accessible(team)
    for to in ("contacted", "prescreened", "referred"):
        team.locator(f"button[value={to}]").click()
    number = team.locator("main").get_by_role("link", name=re.compile(r"^01-\d{4}$"))
    assert number.count() == 1

    page.reload()
    assert page.locator(".course .done").count() == 3
    assert number.inner_text() not in page.content(), "the study number is the team's"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [320, PHONE, DESK])
def test_every_page_of_the_way_is_accessible(site: Any, visit: Callable[..., Any], language: str, width: int) -> None:
    said = WORDS[language]
    page = visit(width=width, locale=language)
    page.goto(f"/{language}/studies/NCT07328711/contact/")
    is_accessible(page)
    page.locator("#where").fill("Springfield")
    page.get_by_role("button", name=said["show"]).click()
    is_accessible(page)
    page.goto(f"/{language}/studies/NCT07328711/contact/")
    page.locator("#where").fill("武汉")
    page.get_by_role("button", name=said["show"]).click()
    is_accessible(page)
    page.get_by_role("button", name=said["choose"]).click()
    is_accessible(page)
    page.locator("#consent").check()
    page.locator("#last_name").fill("王")
    page.get_by_role("button", name=said["send"]).click()
    assert page.locator(".errors a").count() >= 3
    assert page.locator("#last_name").input_value() == "王"
    is_accessible(page)
    page.locator(".errors a").first.click()
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "first_name"
    page.goto(f"/{language}/enquiries/")
    is_accessible(page)


def test_without_e_mail_the_page_gives_what_opens_the_message_again_and_it_can_be_erased(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit(width=PHONE)
    write(page, "en", "", "Beijing")
    page.locator("input[name=no_email]").check()
    # The key sends the message, and does not choose another centre.
    send(page, "en", lambda: page.locator("#phone").press("Enter"))
    codes = page.locator("dd .code").all_inner_texts()
    is_accessible(page)
    page.goto("/en/enquiries/")
    page.locator("#receipt").fill(codes[0])
    page.locator("#status_code").fill(codes[1])
    page.get_by_role("button", name="Show my message").click()
    is_accessible(page)
    page.locator("#sure").check()
    page.get_by_role("button", name="Erase").click()
    assert page.locator("h1").inner_text() == "Certificate of erasure"
    is_accessible(page)


@pytest.mark.parametrize("account", ["coordinator", "monitor"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_inbox_is_accessible(site: Any, visit: Callable[..., Any], account: str, width: int) -> None:
    page = visit(width=width, account=account)
    page.goto(f"/en/studies/{site.study}/enquiries/")
    assert page.locator("h1").inner_text() == "Messages"
    is_accessible(page)
