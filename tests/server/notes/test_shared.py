"""Shared notes on the server: kept sealed, handed out for the proof alone, five tries, waits, ends."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from equipoise.server import clock
from equipoise.server.recruit.actions.erase_expired_notes import erase_expired_notes
from equipoise.server.recruit.actions.hand_out_notes import Refused, hand_out_notes
from equipoise.server.recruit.actions.share_notes import share_notes
from equipoise.server.recruit.actions.take_back_notes import take_back_notes
from equipoise.server.recruit.models import SharedNotes
from equipoise.server.recruit.shared_notes import DAYS, LARGEST, LONGEST_WAIT, Sealed, shared, wait_after

BEGAN = "2026-09-01T08:00:00.000000Z"
PROOF, WRONG, REVOCATION = b"\x01" * 32, b"\x02" * 32, b"\x03" * 32
MINUTE = timedelta(minutes=1)


def at(instant: str) -> Callable[[], str]:
    """Return a clock that stands still."""
    return lambda: instant


def put(days: int = 7, *, now: str = BEGAN) -> str:
    """Share something and return what its link ends with."""
    sealed = Sealed(b"s" * 16, b"i" * 12, b"c" * 1040, PROOF, REVOCATION, days)
    return share_notes(sealed, now=at(now))[0]


def text_of(data: bytes) -> str:
    """Return bytes as the scripts write them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def body(**changed: object) -> dict[str, object]:
    """Return what a browser sends to share notes."""
    fields: dict[str, object] = {
        "salt": "c" * 21 + "w", "iv": "a" * 16, "ciphertext": "b" * 1368, "proof": text_of(PROOF), "revocation": text_of(REVOCATION),
        "days": 7,
    }  # fmt: skip
    return {**fields, **changed}


def post(client: Client, address: str, content: object, **more: Any) -> Any:
    """Send JSON as the scripts do."""
    data = content if isinstance(content, bytes | str) else json.dumps(content)
    return client.post(address, data, content_type="application/json", **more)


# --- the passcode ----------------------------------------------------------------------------------------------------


def test_the_right_proof_is_handed_what_was_shared_and_nothing_of_a_secret_is_kept(database: str) -> None:
    link = put()
    found = hand_out_notes(link, PROOF, now=at(BEGAN))
    assert isinstance(found, SharedNotes)
    assert found.ciphertext == "Y2Nj" * 346 + "Y2M"
    kept = json.dumps(SharedNotes.objects.values().get())
    for secret in (link, PROOF.hex(), REVOCATION.hex(), "AQEBAQ", "AwMDAw"):
        assert secret not in kept


def test_five_tries_and_then_waits_that_double_and_end_at_a_day(database: str) -> None:
    link, now = put(30), BEGAN
    for left in (4, 3, 2, 1):
        assert hand_out_notes(link, WRONG, now=at(now)) == Refused(looked_at=True, left=left, seconds=0)
    waits = []
    for _ in range(13):
        refused = hand_out_notes(link, WRONG, now=at(now))
        assert isinstance(refused, Refused)
        assert refused.looked_at
        waits.append(refused.seconds)
        # Until the wait is over nothing is looked at, the right passcode neither.
        just_before = clock.later(now, timedelta(seconds=refused.seconds, microseconds=-1))
        for proof in (WRONG, PROOF):
            assert hand_out_notes(link, proof, now=at(just_before)) == Refused(looked_at=False, left=0, seconds=1)
        now = clock.later(now, timedelta(seconds=refused.seconds))
    assert waits == [60 * 2**n for n in range(11)] + [86_400, 86_400]
    assert isinstance(hand_out_notes(link, PROOF, now=at(now)), SharedNotes)
    # Whoever opens them gives nobody new tries.
    refused = hand_out_notes(link, WRONG, now=at(now))
    assert isinstance(refused, Refused)
    assert refused.seconds == 86_400


def test_a_wait_is_never_longer_than_a_day_however_often_somebody_was_wrong() -> None:
    assert [wait_after(n) for n in (0, 4, 5, 6)] == [timedelta(0), timedelta(0), MINUTE, 2 * MINUTE]
    assert wait_after(10_000_000) == LONGEST_WAIT


def test_a_thousand_guesses_from_a_thousand_places_are_five(database: str) -> None:
    link = put(now=clock.instant())
    client, looked_at, refused = Client(), 0, 0
    for guess in range(1000):
        proof = "A" * 40 + f"{guess:03}"[:2] + "A"
        place = f"10.{guess // 200}.{guess % 200}.7"
        answer = post(client, f"/en/notes/shared/{link}/open/", {"proof": proof}, REMOTE_ADDR=place)
        assert answer.status_code in (403, 429)
        assert "ciphertext" not in answer.content.decode()
        looked_at += answer.status_code == 403
        refused += answer.json()["problem"] == "must-wait"
    # The fifth begins a wait of a minute; a slow machine may outlast it, once or twice.
    assert 5 <= looked_at <= 7
    assert looked_at + refused == 1000
    assert SharedNotes.objects.get().failed == looked_at


def test_whoever_tries_from_one_place_too_often_is_refused_there(database: str) -> None:
    client, answers = Client(), []
    for _ in range(125):
        answers.append(post(client, "/en/notes/shared/nothing/open/", {"proof": "A" * 43}).status_code)
    assert answers[0] == 404
    assert answers[-1] == 429


# --- the end ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", DAYS)
def test_notes_are_there_until_their_day_and_then_for_nobody(database: str, days: int) -> None:
    link = put(days)
    end = clock.later(BEGAN, timedelta(days=days))
    before = clock.later(end, timedelta(microseconds=-1))
    assert shared(link, at(before)) is not None
    assert isinstance(hand_out_notes(link, PROOF, now=at(before)), SharedNotes)
    assert shared(link, at(end)) is None
    assert hand_out_notes(link, PROOF, now=at(end)) is None
    assert erase_expired_notes(now=at(before)) == 0
    assert erase_expired_notes(now=at(end)) == 1
    assert not SharedNotes.objects.exists()


def test_the_sharer_takes_them_back_and_nobody_else_does(database: str) -> None:
    link, other = put(), put()
    assert not take_back_notes(link, PROOF)
    assert not take_back_notes("x" + link, REVOCATION)
    assert take_back_notes(link, REVOCATION)
    assert not take_back_notes(link, REVOCATION)
    assert hand_out_notes(link, PROOF, now=at(BEGAN)) is None
    assert isinstance(hand_out_notes(other, PROOF, now=at(BEGAN)), SharedNotes)


def test_a_link_that_never_was_has_expired_or_was_taken_back_has_one_answer(database: str) -> None:
    expired, taken = put(1), put(30, now=clock.instant())
    client = Client()
    assert client.get(f"/en/notes/shared/{taken}/").status_code == 200
    assert post(client, f"/en/notes/shared/{taken}/revoke/", {"revocation": text_of(REVOCATION)}).status_code == 200
    pages, opens, revokes = set(), set(), set()
    for link in (expired, taken, secrets.token_urlsafe(16), "..", "%00", "x" * 4000, "'--"):
        page = client.get(f"/en/notes/shared/{link}/")
        assert page.status_code == 404
        pages.add(re.sub(r'href="/zh-hans/[^"]*"', "", page.content.decode()))
        for name, found in (("open", opens), ("revoke", revokes)):
            field = "proof" if name == "open" else "revocation"
            answer = post(client, f"/en/notes/shared/{link}/{name}/", {field: "A" * 42 + "E"})
            assert answer.status_code == 404
            found.add(answer.content)
    assert len(pages) == len(opens) == len(revokes) == 1


# --- the addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_notes_go_the_whole_way_by_the_addresses(database: str, language: str) -> None:
    client = Client()
    kept = post(client, f"/{language}/notes/share/", body())
    assert kept.status_code == 201
    link = kept.json()["link"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", link)
    page = client.get(f"/{language}/notes/shared/{link}/")
    assert page.status_code == 200
    assert f'data-salt="{body()["salt"]}"' in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"  # a study elsewhere does not learn the link
    wrong = post(client, f"/{language}/notes/shared/{link}/open/", {"proof": "A" * 42 + "E"})
    assert wrong.status_code == 403
    assert "4" in wrong.json()["said"]
    assert wrong.json()["left"] == 4
    right = post(client, f"/{language}/notes/shared/{link}/open/", {"proof": body()["proof"]})
    assert right.status_code == 200
    assert right.json() == {"iv": body()["iv"], "ciphertext": body()["ciphertext"]}
    assert right["Cache-Control"] == "no-store"


BAD: dict[str, object] = {
    "nothing": b"", "no JSON": b"salt=1", "cut off": b'{"salt": "', "no text": b"\xff\xfe\x00", "a list": [], "null": None,
    "a number": 7, "nothing in it": {}, "deep": b"[" * 100_000, "a huge number": b"9" * 5000,
    "a field too many": body(name="Li"), "one too few": {key: value for key, value in body().items() if key != "iv"},
    "a short salt": body(salt="c" * 20), "a long iv": body(iv="a" * 20), "an empty ciphertext": body(ciphertext=""),
    "no base64": body(salt="!" * 22), "base64 with padding": body(proof="A" * 42 + "=="), "five characters": body(ciphertext="aaaaa"),
    "half a surrogate": b'{"salt": "\\ud800"}', "a salt that is a list": body(salt=["c"]), "for ever": body(days=10**9),
    "no day": body(days=0), "true": body(days=True), "days in words": body(days="7"), "half days": body(days=7.5), "NaN": body(days=float("nan")),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_no_script_of_ours_sends_is_refused_in_words(database: str, name: str) -> None:
    client = Client()
    for address in ("/en/notes/share/", "/en/notes/shared/x/open/", "/zh-hans/notes/shared/x/revoke/"):
        answer = post(client, address, BAD[name])
        assert answer.status_code == 400, address
        assert len(answer.json()["said"]) > 10
    assert not SharedNotes.objects.exists()


def test_what_is_too_large_is_refused_before_and_after_it_is_read(database: str) -> None:
    client = Client()
    for length, status in ((LARGEST // 3 * 4, 201), (LARGEST // 3 * 4 + 4, 413), (10_000_000, 413)):
        answer = post(client, "/en/notes/share/", body(ciphertext="b" * length))
        assert answer.status_code == status, length
        assert status == 201 or "200 kB" in answer.json()["said"]


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"])
def test_a_form_of_another_page_is_refused(database: str, kind: str) -> None:
    address = "/en/notes/share/"
    assert Client().post(address, json.dumps(body()), content_type=kind).status_code == 400
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, json.dumps(body()), content_type=kind).status_code == 403
    assert post(strict, address, body()).status_code == 403
    page = strict.get("/en/notes/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    assert post(strict, address, body(), headers={"X-CSRFToken": token[1]}).status_code == 201


def test_an_address_that_changes_something_is_no_page(database: str) -> None:
    client = Client()
    for address in ("/en/notes/share/", "/en/notes/shared/x/open/", "/en/notes/shared/x/revoke/"):
        assert client.get(address).status_code == 405
    for address in ("/en/notes/", "/en/notes/shared/x/"):
        assert client.post(address).status_code == 405


def test_nothing_of_shared_notes_is_in_the_log(database: str, caplog: pytest.LogCaptureFixture) -> None:
    import logging

    client = Client()
    with caplog.at_level(logging.DEBUG):
        link = post(client, "/en/notes/share/", body()).json()["link"]
        client.get(f"/en/notes/shared/{link}/")
        post(client, f"/en/notes/shared/{link}/open/", {"proof": "A" * 42 + "E"})
        post(client, f"/en/notes/shared/{link}/open/", {"proof": body()["proof"]})
    # The statements of a database are at DEBUG, which no site logs.
    told = "\n".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name.startswith("equipoise")
    )
    assert "notes-open" in told
    for secret in (link, str(body()["proof"]), str(body()["ciphertext"])[:40], str(body()["salt"])):
        assert secret not in told


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_of_notes_are_safe_to_show(database: str, unsafe: Callable[[str], list[str]], language: str) -> None:
    link = put(30, now=clock.instant())
    client = Client()
    for address in ("notes/", f"notes/shared/{link}/", "notes/shared/x/"):
        page = client.get(f"/{language}/{address}").content.decode()
        assert unsafe(page) == [], address
        assert page.count("<noscript>") == (0 if address.endswith("/x/") else 1)
