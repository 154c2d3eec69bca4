"""The frame of the public pages: the headers that keep them safe, what may be kept and listed, where it leads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from equipoise.server.web.demonstrating import demonstrates, looked_up
from equipoise.server.web.routes import LISTED_BY_SEARCH_ENGINES, OfShown, Public
from equipoise.server.web.urls import ROUTES
from equipoise.study.listing import Listing, Status

_NAMED = re.compile(r"<(?:\w+:)?(\w+)>")
PUBLIC = tuple(route for route in ROUTES if isinstance(route.rule, Public | OfShown))
_PAGES = ("/en/", "/zh-hans/", "/en/nothing/", "/en/account/login/", "/robots.txt", "/health")


def listed(study: str) -> str:
    """List the stage's study for anybody; return its number."""
    from equipoise.server.recruit.actions.list_study import list_study
    from equipoise.server.recruit.models import Listed

    list_study(study, shown=True)
    return str(Listed.objects.get(study=study).number)


def public_addresses(number: str) -> Iterator[tuple[str, str]]:
    """Yield name and address of every public route; whatever it names besides a study is not there."""
    for route in PUBLIC:
        named = {name: number if name == "number" else "0" for name in _NAMED.findall(route.address)}
        with override("en"):
            yield route.name, reverse(route.name, kwargs=named)


# --- safety ----------------------------------------------------------------------------------------------------------


def test_every_public_page_carries_every_header_that_keeps_it_safe(stage: Any) -> None:
    number = listed(stage.study.id)
    addresses = [address for _, address in public_addresses(number)]
    assert len(addresses) >= 2
    for address in (*addresses, *_PAGES):
        for method in ("get", "post"):
            headers = getattr(Client(), method)(address).headers
            policy = dict(
                (part.strip().partition(" ")[::2]) for part in headers["Content-Security-Policy"].split(";") if part
            )
            assert policy["default-src"] == "'none'", address
            assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
            assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert "http" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff", address
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), address
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
            for feature in ("camera", "microphone", "geolocation", "payment"):
                assert f"{feature}=()" in headers["Permissions-Policy"], address
            assert "Access-Control-Allow-Origin" not in headers


def test_https_is_kept_to_where_it_is_spoken(database: str, settings_of: Callable[..., Any]) -> None:
    with settings_of(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_SSL_REDIRECT=True):
        told = Client().get("/en/", secure=True)
        assert told["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        moved = Client().get("/en/?page=2")
        assert (moved.status_code, moved["Location"]) == (301, "https://testserver/en/?page=2")
    assert "Strict-Transport-Security" not in Client().get("/en/").headers


@pytest.fixture
def settings_of() -> Any:
    """Return what sets Django's settings for a while; the handler of a new client reads them."""
    from django.test import override_settings

    return override_settings


def test_a_page_that_is_not_for_everybody_may_not_be_kept(stage: Any, visitor: Callable[..., Any]) -> None:
    listed(stage.study.id)
    for address in ("/en/", f"/en/studies/{stage.study.id.upper()}/"):
        stranger = Client().get(address)
        assert stranger.status_code == 200, address
        assert stranger["Cache-Control"] in ("private, no-cache", "no-store"), address
        assert (stranger["Cache-Control"] == "no-store") >= bool(stranger.cookies)
        assert visitor(stage.account("monitor", name=f"m{len(address)}")).get(address)["Cache-Control"] == "no-store"
    assert Client().post("/en/")["Cache-Control"] == "no-store"
    assert Client().get("/en/nothing/")["Cache-Control"] == "no-store"


def test_a_public_page_that_has_not_changed_is_not_sent_again(stage: Any) -> None:
    first = Client().get("/en/")
    again = Client().get("/en/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content
    assert again["Cache-Control"] == "private, no-cache"
    other = Client().get("/zh-hans/", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
    assert "ETag" not in Client().get("/en/nothing/").headers


def test_a_private_page_has_no_fingerprint(stage: Any, visitor: Callable[..., Any]) -> None:
    client = visitor(stage.account("coordinator"))
    assert "ETag" not in client.get(f"/en/studies/{stage.study.id}/participants/").headers


# --- search engines --------------------------------------------------------------------------------------------------


def allowed(robots: str, path: str) -> bool:
    """Say whether a robot may read a path: the longest pattern that matches wins (RFC 9309, section 2.2.2)."""
    rules = []
    for line in robots.splitlines():
        kind, _, pattern = line.partition(": ")
        if kind in ("Allow", "Disallow"):
            end = "$" if pattern.endswith("$") else ""
            expression = re.escape(pattern.removesuffix("$")).replace(r"\*", ".*") + end
            if re.match(expression, path):
                rules.append((len(pattern), kind == "Allow"))
    return max(rules)[1] if rules else True


def test_a_search_engine_reads_the_pages_that_strangers_look_for_and_no_other(stage: Any) -> None:
    number = listed(stage.study.id)
    told = Client().get("/robots.txt")
    assert told["Content-Type"].startswith("text/plain")
    robots = told.content.decode()
    assert number not in robots
    for path in ("/", "/en/", "/zh-hans/", f"/en/studies/{number}/", "/static/look.css"):
        assert allowed(robots, path), path
    for path in (
        "/en/studies/",
        "/en/account/login/",
        f"/en/studies/{stage.study.id}/participants/",
        f"/en/studies/{stage.study.id}/participants/01-0001/",
        "/health",
        "/en/anything/",
    ):
        assert not allowed(robots, path), path
    for route in ROUTES:
        with override("zh-hans"):
            path = reverse(route.name, kwargs=dict.fromkeys(_NAMED.findall(route.address), "x7"))
        assert allowed(robots, path) == (route.name in LISTED_BY_SEARCH_ENGINES), path


def test_what_may_not_be_listed_says_so_itself(stage: Any, visitor: Callable[..., Any]) -> None:
    number = listed(stage.study.id)
    for name, address in public_addresses(number):
        assert ("X-Robots-Tag" in Client().get(address).headers) == (name not in LISTED_BY_SEARCH_ENGINES), name
    assert Client().get("/en/account/login/")["X-Robots-Tag"] == "noindex, nofollow"
    team = visitor(stage.account("monitor")).get(f"/en/studies/{stage.study.id}/verification/")
    assert team["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" in Client().get("/en/nothing/").headers


def test_only_pages_for_anybody_without_a_secret_in_their_address_may_be_listed() -> None:
    for route in ROUTES:
        if route.name in LISTED_BY_SEARCH_ENGINES:
            assert isinstance(route.rule, Public | OfShown), route.name
            assert set(_NAMED.findall(route.address)) <= {"number"}, route.name


def test_the_sites_mark_is_found_under_its_old_name(database: str) -> None:
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 301
    assert re.fullmatch(r"/static/mark(\.\w+)?\.svg", answer["Location"])


# --- the way for patients --------------------------------------------------------------------------------------------


def test_the_frame_leads_patients_and_says_where_they_are(stage: Any, visitor: Callable[..., Any]) -> None:
    names = {route.name for route in PUBLIC} & {"find", "notes", "notify"}
    for name in names:
        with override("en"):
            address = reverse(name)
        page = Client().get(address).content.decode()
        nav = page.split('<nav class="public"')[1].split("</nav>")[0]
        assert nav.count("<a ") == len(names)
        assert f'href="{address}" aria-current="page"' in nav, name
    assert 'aria-label="For patients and families"' in Client().get("/en/").content.decode()
    inside = visitor(stage.account("monitor")).get(f"/en/studies/{stage.study.id}/verification/").content.decode()
    assert 'class="public"' not in inside


def test_every_page_has_its_landmarks_once(stage: Any) -> None:
    number = listed(stage.study.id)
    for name, address in public_addresses(number):
        response = Client().get(address)
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        page = response.content.decode()
        for landmark in ('<main id="main"', '<header class="top"', '<footer class="foot"', "<h1", 'class="skip"'):
            assert page.count(landmark) == 1, f"{name}: {landmark}"
        navigations = re.findall(r"<nav [^>]*>", page)
        assert all("aria-label" in each for each in navigations), name


# --- what is a demonstration -----------------------------------------------------------------------------------------


def keep(number: str, **facts: Any) -> None:
    """Keep a study of somebody else's, shown to anybody."""
    from equipoise.server.recruit.actions.keep_listing import keep_listing

    keep_listing({"en": Listing(number=number, title="T", status=Status.RECRUITING, **facts)}, shown=True)


@pytest.mark.parametrize("facts", [{"demonstration": "Invented."}, {"simulated": True}])
def test_a_site_that_shows_what_is_invented_says_so_on_every_page_of_no_study(
    database: str, facts: dict[str, Any]
) -> None:
    assert not looked_up()
    keep("NCT00000001", **facts)
    assert looked_up()
    for language, said in (("en", "This site is a demonstration"), ("zh-hans", "本站是演示")):
        assert said in Client().get(f"/{language}/").content.decode()
        assert said not in Client().get(f"/{language}/account/login/").content.decode()


def test_a_site_of_real_studies_says_nothing_of_the_kind(database: str) -> None:
    keep("NCT00000001")
    assert not looked_up()
    assert "This site is a demonstration" not in Client().get("/en/").content.decode()


def test_it_is_looked_up_once_a_minute_and_no_oftener(database: str) -> None:
    assert not demonstrates(lambda: 1000.0)
    keep("NCT00000001", simulated=True)
    assert not demonstrates(lambda: 1060.0)
    assert demonstrates(lambda: 1061.0)


def test_a_played_trial_says_on_its_own_page_whose_it_is_not(stage: Any) -> None:
    page = Client().get(f"/en/studies/{listed(stage.study.id)}/").content.decode()
    notices = re.findall(r'<div class="notice" role="note"><p>(.*?)</p></div>', page)
    assert len(notices) == 1
    assert "Simulated data" in notices[0]
    assert "demonstration" in notices[0]
