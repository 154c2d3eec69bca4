"""A third language, made of the English with its letters changed, is served like the two that are built in."""

from __future__ import annotations

import html
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from equipoise.core import words
from equipoise.core.languages import learn, spoken
from equipoise.core.problem import Problem
from equipoise.server.web.routes import Holds, May, OfShown, Public, Sees
from equipoise.server.web.urls import ROUTES

_PSEUDO = runpy.run_path(str(Path(__file__).parents[2] / "core" / "pseudo.py"))
CODE = "qps"  # which neither Django nor Babel has heard of


def pseudo(key: str, room: str = "server.web") -> str:
    """Return what the pseudo-language says at a key, as a page shows it."""
    return html.escape(_PSEUDO["changed"](words.text(room, key, "en")))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Speak the pseudo-language in a test."""
    _PSEUDO["make"](tmp_path / "languages", CODE)
    learn(tmp_path / "languages")
    yield tmp_path / "languages" / CODE
    learn(None)


def listed(study: str) -> str:
    """List the stage's study for anybody; return its number."""
    from equipoise.server.recruit.actions.list_study import list_study
    from equipoise.server.recruit.models import Listed

    list_study(study, shown=True)
    return str(Listed.objects.get(study=study).number)


def addresses(study: str, number: str, participant: str, rules: Any) -> Iterator[tuple[str, str]]:
    """Yield name and address of each route of some rules whose address names nothing but the study or a participant."""
    for route in ROUTES:
        if not isinstance(route.rule, rules):
            continue
        names = set(re.findall(r"<(?:\w+:)?(\w+)>", route.address))
        whom = {"study": study, "number": participant if "study" in names else number}
        if names <= whom.keys():
            with override(CODE):
                try:
                    yield route.name, reverse(route.name, kwargs={name: whom[name] for name in names})
                except NoReverseMatch as error:  # pragma: no cover
                    raise AssertionError(route.name) from error


def test_every_public_page_answers_in_a_third_language(folder: Path, stage: Any) -> None:
    number = listed(stage.study.id)
    read = []
    for name, address in addresses(stage.study.id, number, "", Public | OfShown):
        response = Client().get(address)
        assert response.status_code in (200, 302, 404, 405), f"{name}: {response.status_code}"
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        page = response.content.decode()
        assert f'<html lang="{CODE}">' in page, name
        assert response["Content-Language"] == CODE
        assert pseudo("frame.skip") in page, name
        assert f'href="/en{address.removeprefix(f"/{CODE}")}" hreflang="en" lang="en"' in page, name
        read.append(name)
    assert {"front", "study"} <= set(read)


def test_every_page_of_the_team_answers_in_a_third_language(
    folder: Path, stage: Any, visitor: Callable[..., Any]
) -> None:
    participant = stage.decided()
    read = set()
    for role in ("investigator", "administrator"):
        client = visitor(stage.account(role))
        for name, address in addresses(stage.study.id, "", participant, Sees | May | Holds):
            response = client.get(address)
            assert response.status_code in (200, 302, 403, 404, 405), f"{name}: {response.status_code}"
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                read.add(name)
                assert f'<html lang="{CODE}">' in response.content.decode(), name
    assert {"participants", "participant", "eligibility", "allocate", "verification", "results"} <= read


def test_a_refusal_and_a_missing_page_are_said_in_it(folder: Path, stage: Any, visitor: Callable[..., Any]) -> None:
    missing = Client().get(f"/{CODE}/nothing/")
    assert missing.status_code == 404
    assert pseudo("refused.missing.title") in missing.content.decode()
    monitor = visitor(stage.account("monitor"))
    refused = monitor.post(f"/{CODE}/studies/{stage.study.id}/participants/{stage.decided()}/allocate/")
    assert refused.status_code == 403
    assert pseudo("refused.not-permitted.title") in refused.content.decode()


def test_a_form_that_django_itself_finds_wrong_does_not_fall_over(folder: Path, stage: Any) -> None:
    page = Client().post(f"/{CODE}/account/login/", {"login": "", "password": ""}).content.decode()
    assert f'<html lang="{CODE}">' in page
    wrong = Client().post(f"/{CODE}/account/login/", {"login": "nobody", "password": "nothing at all"})
    assert wrong.status_code == 200


def test_what_it_does_not_say_is_said_in_english_on_a_page_of_its_own(tmp_path: Path, stage: Any) -> None:
    made = tmp_path / "languages" / "fr"
    made.mkdir(parents=True)
    (made / "language.yaml").write_text("name: Français\ncode: fr\n", encoding="utf-8")
    (made / "server.web.yaml").write_text("frame: {skip: Aller au contenu}\n", encoding="utf-8")
    learn(tmp_path / "languages")
    try:
        page = Client().get("/fr/").content.decode()
    finally:
        learn(None)
    assert '<html lang="fr">' in page
    assert "Aller au contenu" in page
    assert words.text("server.web", "frame.log-in", "en") in page


def test_a_language_from_right_to_left_says_so(tmp_path: Path, database: str) -> None:
    _PSEUDO["make"](tmp_path, "ar", "العربية", direction="rtl")
    learn(tmp_path)
    try:
        assert '<html lang="ar" dir="rtl">' in Client().get("/ar/").content.decode()
        assert 'hreflang="ar" lang="ar" dir="rtl">العربية</a>' in Client().get("/en/").content.decode()
    finally:
        learn(None)


def test_the_browser_gets_the_language_that_it_asks_for(folder: Path, database: str) -> None:
    for accepted, code in (
        ("qps", CODE),
        ("qps-ploc,en;q=0.5", CODE),
        ("zh-TW", "zh-hans"),
        ("zh", "zh-hans"),
        ("de", "en"),
        ("en;q=0.1,qps;q=0.9", CODE),
        ("*", "en"),
        ("x" * 5000, "en"),
    ):
        response = Client().get("/", headers={"accept-language": accepted})
        assert (response.status_code, response["Location"]) == (302, f"/{code}/"), accepted
        assert "Accept-Language" in response["Vary"]


def test_an_address_without_a_language_keeps_what_follows_it(folder: Path, database: str) -> None:
    response = Client().get("/account/login/?next=/en/studies/", headers={"accept-language": CODE})
    assert response["Location"] == f"/{CODE}/account/login/?next=/en/studies/"
    assert Client().get("/nothing/").status_code == 404
    for evil in ("//evil.example/", "/\\evil.example/"):
        response = Client().get(evil)
        assert response.status_code == 404 or response["Location"].startswith("/en/")


def test_the_switch_lists_every_other_language_and_stays_one_link_for_two(folder: Path, database: str) -> None:
    three = Client().get("/zh-hans/").content.decode()
    assert re.findall(r'<details class="languages"><summary>中文</summary>', three)
    listed_there = re.findall(
        r'<li><a href="([^"]+)" hreflang="([^"]+)" lang="[^"]+" dir="ltr">([^<]+)</a></li>', three
    )
    assert listed_there == [("/en/", "en", "English"), (f"/{CODE}/", CODE, "Pséúdó")]
    learn(None)
    two = Client().get("/zh-hans/").content.decode()
    assert "<details" not in two.split("</header>")[0]
    assert 'href="/en/" hreflang="en" lang="en" dir="ltr">English</a>' in two


def test_search_engines_are_told_each_language_of_a_page(folder: Path, database: str) -> None:
    page = Client().get("/en/?page=2").content.decode()
    found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page)
    site = "http://127.0.0.1:8000"
    assert found == [
        ("en", f"{site}/en/"),
        ("zh-Hans", f"{site}/zh-hans/"),
        (CODE, f"{site}/{CODE}/"),
        ("x-default", f"{site}/"),
    ]


def test_an_account_reads_its_mail_in_it_and_in_english_once_it_is_gone(folder: Path, database: str) -> None:
    from equipoise.server.accounts.actions.open_account import Opened, open_account
    from equipoise.server.accounts.letters import send_notice

    opened = open_account("li", "li@example.org", CODE, by="admin")
    assert isinstance(opened, Opened)
    assert f"/{CODE}/account/" in opened.link
    refused = open_account("wu", "wu@example.org", "de", by="admin")
    assert isinstance(refused, Problem)
    assert f"en, zh-hans, {CODE}" in words.say(refused, "en")
    for code in (CODE, "en"):
        send_notice.func(opened.account.pk, "password_changed", "2026-03-12T08:05:00Z")
        assert mail.outbox[-1].subject == words.text(
            "server.accounts", "letters.notices.password_changed.subject", code
        )
        learn(None)
    assert spoken() == ("en", "zh-hans")


def test_a_stale_address_of_a_language_that_is_spoken_no_more_is_no_page(folder: Path, database: str) -> None:
    learn(None)
    assert Client().get(f"/{CODE}/").status_code == 404
