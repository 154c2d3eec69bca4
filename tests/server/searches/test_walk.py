"""From the form to the last mail and its erasure: mails go through a real server, and their links are followed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from equipoise.server.recruit.digests import send_due
from equipoise.server.recruit.limits import LIMITS
from equipoise.server.recruit.matching import match_changed
from equipoise.server.recruit.models import Attempt, LinkAsked, Mail, SavedSearch, SearchKey
from equipoise.server.recruit.outbox import Outbox
from equipoise.server.recruit.searches import saved

FORM = {"condition": "hepatitis B", "place": "武汉", "km": "100", "age": "about 45", "sex": "female", "often": "at_once",
        "email": "li@example.org", "consent": "yes"}  # fmt: skip


def _began(page: Any) -> str:
    found = re.search(r'name="began" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1].replace("&amp;", "&")


def _send(client: Client, turn: Callable[..., str], language: str = "en", **changes: str) -> Any:
    began = _began(client.get(f"/{language}/notify/"))
    turn(seconds=20)
    return client.post(f"/{language}/notify/", {**FORM, "began": began} | changes)


def _links(mail: Any) -> dict[str, str]:
    """Return the paths of a mail's links to these pages, by what they are for."""
    body = mail.get_content()
    return {kind: urlsplit(whole).path for whole, kind in re.findall(r"(https?://\S+/notify/(\w+)/\S+)", body)}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_whole_way(office: Any, study: Callable[..., Any], turn: Callable[..., str], language: str) -> None:
    client = Client()
    answer = _send(client, turn, language)
    assert answer.status_code == 302
    assert answer["Location"] == f"/{language}/notify/sent/"
    assert client.get(answer["Location"]).status_code == 200
    Outbox().deliver_due()
    [asking] = office.mails
    assert asking["To"] == "li@example.org"
    assert "hepat" not in str(asking["Subject"]).lower() + str(asking["From"]).lower()
    confirm = _links(asking)["confirm"]

    # A scanner of mails looks at every link, with GET and HEAD, as often as it likes.
    for _ in range(3):
        page = Client().get(confirm)
        Client().head(confirm)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cache-Control"] == "no-store"
    assert ("Wuhan" in page.content.decode()) is (language == "en")
    study()
    match_changed()
    assert send_due() == 0
    assert SearchKey.objects.count() == 0

    assert Client().post(confirm).status_code == 200
    assert Client().get(confirm).status_code == 302
    study(title="Changed")
    match_changed()
    assert send_due() == 1
    Outbox().deliver_due()
    news = office.mails[-1]
    assert "Changed" in news.get_content()
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = urlsplit(str(news["List-Unsubscribe"]).strip("<>")).path
    assert stop == _links(news)["stop"]

    change = _links(news)["change"]
    page = Client().get(change)
    assert page.status_code == 200
    for kept in (
        "hepatitis B",
        'value="45"',
        'value="female" checked',
        'value="at_once" checked',
        'value="100" selected',
    ):
        assert kept in page.content.decode(), kept
    answer = Client().post(
        change, {"do": "change", **FORM, "condition": "diabetes", "place": "430070", "often": "weekly"}
    )
    assert answer.status_code == 302
    assert saved(SavedSearch.objects.get()).search.words == "diabetes"
    study(number="NCT00000002")
    match_changed()
    assert send_due() == 0

    assert Client().get(stop).status_code == 200
    assert SavedSearch.objects.count() == 1
    # As a mail program does it: no cookie, no token of a form, this body alone (RFC 8058, section 3.2).
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = strict.post(stop, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
        assert not answer.cookies
    assert SavedSearch.objects.count() == SearchKey.objects.count() == 0
    for gone in (confirm, change, stop):
        assert Client().get(gone).status_code == 404


def test_everything_is_erased_by_one_button(database: str, turn: Callable[..., str]) -> None:
    client = Client()
    for words in ("hepatitis B", "diabetes"):
        assert _send(client, turn, condition=words).status_code == 302
    tokens = [saved(row).token for row in SavedSearch.objects.all()]
    for token in tokens:
        assert client.post(f"/en/notify/confirm/{token}/").status_code == 200
    page = client.get(f"/en/notify/change/{tokens[0]}/")
    assert "Erase everything under this address (2)" in page.content.decode()
    answer = client.post(f"/en/notify/change/{tokens[0]}/", {"do": "erase-all"})
    assert "2" in answer.content.decode()
    assert SavedSearch.objects.count() == 0
    assert Mail.objects.count() == 0


def test_a_lost_link_is_sent_again_and_the_page_is_the_same_for_everybody(
    office: Any, database: str, turn: Callable[..., str]
) -> None:
    client = Client()
    assert _send(client, turn).status_code == 302
    token = saved(SavedSearch.objects.get()).token
    client.post(f"/en/notify/confirm/{token}/")
    answers = []
    for address in ("li@example.org", "nobody@example.org"):
        began = _began(client.get("/en/notify/links/"))
        turn(seconds=20)
        answer = client.post("/en/notify/links/", {"email": address, "began": began})
        answers.append((answer.status_code, answer["Location"], client.get(answer["Location"]).content))
    assert answers[0] == answers[1]
    assert LinkAsked.objects.count() == 2
    send_due()
    Outbox().deliver_due()
    assert [str(mail["To"]) for mail in office.mails] == ["li@example.org", "li@example.org"]
    assert _links(office.mails[-1])["change"] == f"/en/notify/change/{token}/"


_SLIPS: list[tuple[dict[str, str], str]] = [
    ({"condition": "  "}, "Nothing is said of what to look for"),
    ({"condition": "x" * 300}, "longer than 200"),
    ({"place": "Nowhereville"}, "do not know a place called “Nowhereville”"),
    ({"place": "Springfield"}, "several places called “Springfield”"),
    ({"age": "young"}, "no age in years"),
    ({"age": "121"}, "no age in years"),
    ({"age": "40-50"}, "no age in years"),
    ({"km": "7"}, "none of the choices"),
    ({"sex": "x"}, "none of the choices"),
    ({"often": ""}, "none of the choices"),
    ({"email": ""}, "e-mail address is missing"),
    ({"email": "li@"}, "no address of e-mail"),
    ({"email": "li@example.org\r\nBcc: all@example.org"}, "no address of e-mail"),
    ({"consent": ""}, "have not said that we may write"),
    ({"began": ""}, "open for more than a day"),
    ({"began": "forged:stamp"}, "open for more than a day"),
]


def test_each_slip_is_said_and_what_was_typed_is_kept(database: str, turn: Callable[..., str]) -> None:
    for changes, words in _SLIPS:
        answer = _send(Client(), turn, **changes)
        page = answer.content.decode()
        assert answer.status_code == 400, changes
        assert words in page
        assert "about 45" in page or "age" in changes
        assert 'role="alert"' in page
        for target in re.findall(r'<li><a href="#([\w-]+)"', page):
            assert f'id="{target}"' in page
        assert SavedSearch.objects.count() == Mail.objects.count() == 0


def test_all_slips_are_said_at_once(database: str, turn: Callable[..., str]) -> None:
    answer = _send(Client(), turn, condition="", age="old", email="", consent="")
    assert answer.content.decode().count('<p class="wrong"') >= 3
    assert "faster" not in answer.content.decode()


def test_which_springfield_is_chosen_and_another_name_asks_anew(database: str, turn: Callable[..., str]) -> None:
    client = Client()
    page = _send(client, turn, place="Springfield").content.decode()
    ids = re.findall(r'name="place-id" value="(\d+)"', page)
    assert len(ids) > 3
    assert "Springfield, Illinois, United States" in page
    chosen = re.search(r'value="(\d+)">Springfield, Illinois', page)
    assert chosen is not None
    assert _send(client, turn, place="Springfield", **{"place-id": chosen[1]}).status_code == 302
    assert saved(SavedSearch.objects.get()).search.place == chosen[1]
    answer = _send(client, turn, place="Birmingham", **{"place-id": chosen[1]})
    assert answer.status_code == 400


def test_machines_are_told_what_people_are_told_and_nothing_is_kept(database: str, turn: Callable[..., str]) -> None:
    client = Client()
    assert _send(client, turn, website="https://spam.example").status_code == 302
    assert SavedSearch.objects.count() == 0
    began = _began(client.get("/en/notify/"))
    hurried = client.post("/en/notify/", {**FORM, "began": began})
    assert hurried.status_code == 400
    assert "faster than a person" in hurried.content.decode()
    assert _began(hurried) == began
    turn(seconds=5)
    assert client.post("/en/notify/", {**FORM, "began": began}).status_code == 302
    assert client.post("/en/notify/", {**FORM, "began": began}).status_code == 302
    assert SavedSearch.objects.count() == Mail.objects.count() == 1


def test_a_form_of_another_site_is_refused(database: str, turn: Callable[..., str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    began = _began(strict.get("/en/notify/"))
    turn(seconds=20)
    assert strict.post("/en/notify/", {**FORM, "began": began}).status_code == 403
    assert strict.post("/en/notify/change/0/", {"do": "erase-all"}).status_code == 403


def test_one_address_is_not_flooded(database: str, turn: Callable[..., str]) -> None:
    client = Client()
    statuses = [_send(client, turn).status_code for _ in range(LIMITS["search"].by_key.times + 2)]
    assert statuses == [302] * LIMITS["search"].by_key.times + [429] * 2
    assert Mail.objects.count() == LIMITS["search"].by_key.times
    assert _send(client, turn, email="other@example.org").status_code == 302


def test_guessing_links_is_slowed_down(database: str, turn: Callable[..., str]) -> None:
    client = Client()
    most = LIMITS["search-page"].by_address.times
    statuses = {client.get(f"/en/notify/change/{number}/").status_code for number in range(most)}
    assert statuses == {404}
    assert client.get("/en/notify/change/x/").status_code == 429
    assert client.post("/en/notify/stop/x/").status_code == 429
    assert Attempt.objects.exists()


def test_a_page_knows_what_it_was_asked_about(study: Callable[..., Any]) -> None:
    study()
    page = Client().get("/en/notify/?number=NCT00000001").content.decode()
    assert 'value="Chronic Hepatitis B"' in page
    page = Client().get("/zh-hans/notify/?q=乙肝&place=武汉&km=250&age=45&sex=male&email=x@y.org").content.decode()
    for kept in ('value="乙肝"', 'value="武汉"', 'value="250" selected', 'value="45"', 'value="male" checked'):
        assert kept in page, kept
    assert re.search(r'<input id="email" name="email" type="email" value=""', page)
    for odd in (
        "?number=",
        "?number=none",
        "?number=" + "9" * 3000,
        "?km=x&age=<script>",
        "?condition=" + "乙" * 3000,
        "?number=%00",
    ):
        assert Client().get("/en/studies/%00/").status_code == 404
        page_ = Client().get(f"/en/notify/{odd}")
        assert page_.status_code == 200, odd
        assert "<script>" not in page_.content.decode().replace("<script src", "")
