"""The pages of the shell: the front page, the studies of who is logged in, the frame around every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

LANGUAGES = ("en", "zh-hans")


def read(client: Any, address: str, status: int = 200, **options: Any) -> str:
    """Return a page's text."""
    response = client.get(address, **options)
    assert response.status_code == status, response
    return response.content.decode()


def test_the_root_goes_to_the_language_of_the_browser(database: str) -> None:
    for accepted, language in (("zh-CN,zh;q=0.9", "zh-hans"), ("de,en;q=0.5", "en"), ("fr", "en"), ("", "en")):
        response = Client().get("/", headers={"accept-language": accepted})
        assert response.status_code == 302
        assert response["Location"] == f"/{language}/"


def test_the_front_page_shows_the_studies_to_anybody_in_both_languages(stage: Any) -> None:
    from equipoise.server.recruit.actions.list_study import list_study

    assert "No study is open here yet" in read(Client(), "/en/"), "its team has not shown it"
    list_study(stage.study.id, shown=True)
    english, chinese = (read(Client(), f"/{language}/") for language in LANGUAGES)
    for said in ("Recruiting", "18-60 years", "Phase 0", "NCT07328711", "Peking University People&#x27;s Hospital"):
        assert said.lower() in english.lower()
    assert 'href="/en/studies/NCT07328711/"' in english
    assert "Simulated data" in english
    for said in ("招募中", "18-60", "北京大学人民医院", "NCT07328711", "模拟数据"):
        assert said in chinese
    assert 'href="/zh-hans/studies/NCT07328711/"' in chinese
    assert '<html lang="zh-Hans">' in chinese


def test_a_site_without_a_study_says_what_to_do(database: str) -> None:
    assert "No study is open here yet" in read(Client(), "/en/")
    assert "这里还没有开启任何研究" in read(Client(), "/zh-hans/")


def test_the_front_page_says_nothing_of_participants(stage: Any) -> None:
    before = read(Client(), "/en/")
    stage.allocated()
    assert read(Client(), "/en/") == before


def test_whoever_has_one_study_goes_straight_to_it(stage: Any, visitor: Callable[..., Any]) -> None:
    for role, place in (("coordinator", "participants"), ("administrator", "results")):
        response = visitor(stage.account(role)).get("/zh-hans/studies/")
        assert response.status_code == 302
        assert response["Location"] == f"/zh-hans/studies/{stage.study.id}/{place}/"


def test_ones_studies_say_as_what_and_what_waits(stage: Any, visitor: Callable[..., Any]) -> None:
    stage.furnished(stage.screened())
    page = read(visitor(stage.account("coordinator")), "/en/studies/?all")
    assert "coordinator" in page
    assert "Peking University People&#x27;s Hospital" in page
    assert "Participants: 1" in page
    assert "Open queries: 2" in page
    assert "Demonstration" in page
    elsewhere = read(visitor(stage.account("coordinator", "02")), "/en/studies/?all")
    assert "Participants: 0" in elsewhere
    assert "No open query" in elsewhere
    sponsor = read(visitor(stage.account("sponsor")), "/en/studies/?all")
    assert "Your role sees no data of participants" in sponsor
    assert "queries" not in sponsor


def test_the_frame_says_who_is_here_and_as_what_and_links_the_other_language(
    stage: Any, visitor: Callable[..., Any]
) -> None:
    client = visitor(stage.account("monitor"))
    page = read(client, f"/en/studies/{stage.study.id}/verification/")
    assert "monitor-all · monitor" in page
    assert f'href="/zh-hans/studies/{stage.study.id}/verification/"' in page
    assert 'aria-current="page"' in page
    head = re.search(r'class="hash"[^>]*>([0-9a-f]+)', page)
    from equipoise.server.records.models import Study

    assert head is not None
    assert Study.objects.get().head.startswith(head[1])
    assert "Simulated data" in page
    chinese = read(client, f"/zh-hans/studies/{stage.study.id}/verification/")
    assert "monitor-all · 监查员" in chinese


def test_the_navigation_offers_only_what_the_role_may_open(stage: Any, visitor: Callable[..., Any]) -> None:
    for role in ("sponsor", "coordinator", "monitor", "statistician_blinded"):
        client = visitor(stage.account(role))
        page = read(client, f"/en/studies/{stage.study.id}/results/")
        nav = page.split('<nav class="places"')[1].split("</nav>")[0]
        places = re.findall(r'href="([^"]+)"', nav)
        assert places
        for place in places:
            assert client.get(place).status_code == 200, f"{role} {place}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_a_page_is_what_the_policy_forbids(
    stage: Any, visitor: Callable[..., Any], unsafe: Callable[[str], list[str]], language: str
) -> None:
    number = stage.decided()
    client = visitor(stage.account("investigator"))
    study = f"/{language}/studies/{stage.study.id}"
    for address in (
        f"/{language}/",
        f"/{language}/studies/?all",
        f"/{language}/nothing/",
        f"{study}/participants/",
        f"{study}/participants/{number}/",
        f"{study}/participants/{number}/allocate/",
        f"{study}/results/",
        f"{study}/verification/",
    ):
        page = client.get(address).content.decode()
        assert "<html" in page, address
        assert not unsafe(page), address
    for address in (f"/{language}/", f"/{language}/account/login/", f"/{language}/account/password/reset/"):
        assert not unsafe(read(Client(), address)), address


def headers_of(client: Any, address: str) -> Any:
    """Return a page's headers, whatever page it is."""
    return client.get(address).headers


def test_every_page_carries_the_headers_that_keep_it_safe(stage: Any, visitor: Callable[..., Any]) -> None:
    client = visitor(stage.account("coordinator"))
    study = f"/en/studies/{stage.study.id}"
    addresses = ("/en/", "/en/studies/?all", f"{study}/participants/", "/en/nothing/", "/en/account/login/", "/health")
    for each in (client, Client()):
        for address in addresses:
            headers = headers_of(each, address)
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, address
            assert "unsafe" not in policy
            for directive in ("script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
                assert directive in policy, address
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "camera=()" in headers["Permissions-Policy"]


def test_nothing_but_the_public_page_of_a_stranger_may_be_kept(stage: Any, visitor: Callable[..., Any]) -> None:
    client = visitor(stage.account("coordinator"))
    assert "no-store" not in headers_of(Client(), "/en/").get("Cache-Control", "")
    for address in ("/en/", "/en/studies/?all", f"/en/studies/{stage.study.id}/participants/", "/en/nothing/"):
        assert headers_of(client, address)["Cache-Control"] == "no-store", address
    for address in ("/en/studies/", "/en/account/login/", "/en/nothing/"):
        assert "no-store" in headers_of(Client(), address)["Cache-Control"], address


def test_cookies_are_for_this_site_and_never_for_a_script(stage: Any, visitor: Callable[..., Any]) -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    client = Client()
    client.get("/en/account/login/")
    assert client.cookies["csrftoken"]["httponly"]


def test_the_health_of_a_server_is_told_without_a_login_or_a_language(stage: Any) -> None:
    from equipoise.server.records.actions.note_verification import note_verification

    first = Client().get("/health")
    assert first.status_code == 200
    assert first.json() == {
        "well": True,
        "database": True,
        "migrations": True,
        "clock": True,
        "verified_hours_ago": None,
    }
    note_verification(stage.study.id, "somebody")
    assert Client().get("/health").json()["verified_hours_ago"] == 0.0
    assert stage.study.id not in first.content.decode()


def test_a_missing_migration_is_not_well(database: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'records'")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'records' AND name = %s", cursor.fetchone())
    told = Client().get("/health")
    assert told.status_code == 503
    assert told.json()["migrations"] is False
    assert told.json()["database"] is True


def test_a_clock_that_jumped_is_not_well(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from equipoise.server import clock

    monkeypatch.setattr(clock, "_OFFSET", clock._OFFSET - 1000)
    told = Client().get("/health")
    assert told.status_code == 503
    assert told.json()["clock"] is False
