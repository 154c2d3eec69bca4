"""Every address has its rule, and nobody gets in where they do not belong: each route tried, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

from equipoise.server.web.routes import Holds, LoggedIn, May, OfShown, Public, Route, Sees, rule_of
from equipoise.server.web.urls import ROUTES

LANGUAGES = ("en", "zh-hans")
OF_STUDIES = tuple(route for route in ROUTES if isinstance(route.rule, Sees | May | Holds))
OPEN = Public | OfShown
OF_PARTICIPANTS = tuple(route for route in OF_STUDIES if "<str:number>" in route.address)
# Whoever could see most, and whoever is of a centre.
ROLES = ("monitor", "investigator")


def patterns(of: Any = None) -> Iterator[URLPattern]:
    """Yield every address that the site answers, accounts' too."""
    for each in (of or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


def addressed(route: Route, study: str, number: str, language: str) -> str:
    """Return a route's address. What else it names stands for something that is not there."""
    filled = dict.fromkeys(route_parts(route), "0")
    filled |= {name: value for name, value in (("study", study), ("number", number)) if name in filled}
    with override(language):
        return reverse(route.name, kwargs=filled)


def route_parts(route: Route) -> tuple[str, ...]:
    """Return the names of what a route's address names."""
    return tuple(part.split(">")[0].rpartition(":")[2] for part in route.address.split("<")[1:])


@pytest.mark.parametrize("pattern", list(patterns()), ids=lambda pattern: str(pattern.name or pattern.pattern))
def test_every_route_has_a_rule(pattern: URLPattern) -> None:
    match = ResolverMatch(pattern.callback, (), {}, url_name=pattern.name)
    assert rule_of(match) is not None, f"{pattern.name or pattern.pattern} has no rule"


def test_an_address_without_a_rule_is_no_address(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    from equipoise.server.web import middleware

    assert Client().get("/en/").status_code == 200
    monkeypatch.setattr(middleware, "rule_of", lambda _match: None)
    assert Client().get("/en/").status_code == 404


def test_only_these_routes_are_open_to_anybody() -> None:
    assert {route.name for route in ROUTES if isinstance(route.rule, OPEN)} == {
        "check",
        "check-print",
        "contact",
        "enquiry",
        "enquiry-by-receipt",
        "find",
        "front",
        "notes",
        "notes-open",
        "notes-revoke",
        "notes-share",
        "notes-shared",
        "notify",
        "notify-change",
        "notify-confirm",
        "notify-links",
        "notify-links-sent",
        "notify-sent",
        "notify-unsubscribe",
        "slip",
        "study",
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_logged_in_is_sent_to_the_login_and_learns_nothing(stage: Any, method: str) -> None:
    number = stage.registered()
    for language in LANGUAGES:
        for route in (route for route in ROUTES if not isinstance(route.rule, OPEN)):
            answers = set()
            for study, who in ((stage.study.id, number), (stage.study.id, "99-9999"), ("elsewhere", number)):
                address = addressed(route, study, who, language)
                response = getattr(Client(), method)(address)
                assert response.status_code == 302, address
                login = response["Location"]
                assert login.startswith(f"/{language}/account/login/?next=/{language}/"), login
                answers.add(login.replace(address, ""))
            assert len(answers) == 1, "the answer tells what exists"


def test_a_part_of_a_page_sends_the_whole_page_to_the_login(stage: Any) -> None:
    response = Client().get("/en/studies/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/en/account/login/")


def refused_everywhere(client: Any, routes: tuple[Route, ...], study: str, number: str) -> None:
    """Assert that each route is no page for a client, however it asks."""
    assert routes
    for language in LANGUAGES:
        for route in routes:
            address = addressed(route, study, number, language)
            for method in ("get", "post"):
                status = getattr(client, method)(address).status_code
                assert status == 404, f"{method} {address}: {status}"


def test_an_account_without_a_role_finds_no_page(stage: Any, visitor: Callable[..., Any]) -> None:
    from equipoise.server.accounts.models import User

    number = stage.registered()
    nobody = visitor(User.objects.create_user("nobody", "nobody@example.org"))
    refused_everywhere(nobody, OF_STUDIES, stage.study.id, number)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_in_another_study_opens_no_page_of_this_one(stage: Any, visitor: Callable[..., Any], role: str) -> None:
    number = stage.registered()
    elsewhere = visitor(stage.account(role, study="elsewhere"))
    refused_everywhere(elsewhere, OF_STUDIES, stage.study.id, number)
    refused_everywhere(elsewhere, OF_STUDIES, "elsewhere", number)  # which is not here at all


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_has_ended_opens_no_page(stage: Any, visitor: Callable[..., Any], role: str) -> None:
    number = stage.registered()
    account = stage.account(role)
    client = visitor(account)
    account.memberships.update(until=datetime(2026, 6, 1, tzinfo=UTC))
    refused_everywhere(client, OF_STUDIES, stage.study.id, number)


def test_an_account_that_was_switched_off_is_logged_out_at_once(stage: Any, visitor: Callable[..., Any]) -> None:
    account = stage.account("monitor")
    client = visitor(account)
    account.is_active = False
    account.save()
    assert client.get("/en/studies/").status_code == 302
    assert "/account/login/" in client.get("/en/studies/")["Location"]


def test_another_centres_participant_is_no_page(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.registered()  # of centre 01
    for role in ("coordinator", "investigator", "pharmacist"):
        other = visitor(stage.account(role, "02"))
        refused_everywhere(other, OF_PARTICIPANTS, stage.study.id, number)


@pytest.mark.parametrize("role", ROLES)
def test_a_forged_number_is_no_page(stage: Any, visitor: Callable[..., Any], role: str) -> None:
    number = stage.registered()
    client = visitor(stage.account(role))
    for forged in ("01-9999", number.lower() + "x", "..", "%00", "01-0001' OR '1'='1", "study"):
        refused_everywhere(client, OF_PARTICIPANTS, stage.study.id, forged)
    refused_everywhere(client, OF_STUDIES, stage.study.id.upper(), number)


def test_whoever_sees_no_clinical_data_finds_no_page_of_a_participant(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.registered()
    for role in ("sponsor", "administrator"):
        refused_everywhere(visitor(stage.account(role)), OF_PARTICIPANTS, stage.study.id, number)


def test_every_rule_lets_in_whom_it_names_and_nobody_else(stage: Any, visitor: Callable[..., Any]) -> None:
    from equipoise.conduct.context import Context
    from equipoise.conduct.permissions import ALLOWED, OF_A_CENTRE, ORIGIN_OF, Role
    from equipoise.conduct.visibility import Fact, may_see
    from equipoise.server.records.reading import reading_of
    from equipoise.server.records.writing import Asker

    number = stage.registered()
    state = reading_of(stage.study.id, Asker(by="", role="")).state
    for role in (role for role in Role if role not in ORIGIN_OF):
        account = stage.account(role.value)
        client = visitor(account)
        site = "01" if role in OF_A_CENTRE else None
        context = Context(by=account.username, role=role.value, site=site, at="", key="")
        for route in OF_STUDIES:
            answer = client.get(addressed(route, stage.study.id, number, "en"))
            seen = may_see(state, context, Fact.CLINICAL_DATA) or route not in OF_PARTICIPANTS
            if isinstance(route.rule, Sees):
                seen = seen and all(may_see(state, context, fact) for fact in route.rule.facts)
            if isinstance(route.rule, Holds):
                seen = role in route.rule.roles
            if not seen:
                assert answer.status_code == 404, f"{role} {route.name}"
            elif isinstance(route.rule, May) and role not in ALLOWED[route.rule.command]:
                assert answer.status_code == 403, f"{role} {route.name}"
            else:
                # A page may still be about something that is not there, or say that it is not the time for it.
                assert answer.status_code in (200, 302, 404, 405, 409), f"{role} {route.name}: {answer.status_code}"
                assert "/account/" not in answer.get("Location", ""), f"{role} {route.name}"


def test_logging_in_alone_opens_only_ones_own(stage: Any, visitor: Callable[..., Any]) -> None:
    from equipoise.server.accounts.models import User

    nobody = visitor(User.objects.create_user("nobody", "nobody@example.org"))
    assert [route.name for route in ROUTES if isinstance(route.rule, LoggedIn)] == ["studies"]
    page = nobody.get("/en/studies/")
    assert page.status_code == 200
    assert "You have no role in a study yet" in page.content.decode()
    assert stage.study.id not in page.content.decode()
