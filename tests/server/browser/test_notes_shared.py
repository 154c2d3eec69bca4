"""Private notes that are shared: sealed, opened in another browser, guessed, tampered with, taken back.

Oracles: what a second browser shows; the database's bytes; AES-GCM, PBKDF2 and HKDF of the `cryptography` package.
"""

from __future__ import annotations

import base64
import json
import re
import runpy
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_HAND = runpy.run_path(str(Path(__file__).parent / "notes_by_hand.py"))
WRITTEN = _HAND["WRITTEN"]
study_page = _HAND["study_page"]
words_of = _HAND["words_of"]
note = _HAND["note"]
listed = _HAND["listed"]
share = _HAND["share"]
unlock = _HAND["unlock"]
told = _HAND["told"]
visit = _HAND["visit"]
LANGUAGES = ("en", "zh-hans")
PHONE, NARROWEST = 390, 320


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_are_shared_opened_in_another_browser_and_kept_there(
    site: Any, visit: Callable[..., Any], language: str
) -> None:
    page = visit(width=PHONE, language=language)
    page.goto(study_page(language))
    words = words_of(page)[:40].strip()
    note(page, words)
    link, passcode = share(page, language=language)
    assert re.fullmatch(rf"{site.address}/{language}/notes/shared/[\w-]{{22}}/", link)
    assert re.fullmatch(r"([2-9a-hjkmnp-z]{4}-){2}[2-9a-hjkmnp-z]{4}", passcode)
    assert page.evaluate("document.activeElement.tagName") == "H3"

    other = visit(language=language)
    other.goto(link)
    # However it is typed.
    unlock(other, f" {passcode.upper().replace('-', ' ')} ")
    other.locator("[data-part=opened]").wait_for()
    assert other.evaluate("document.activeElement.dataset.part") == "title"
    assert listed(other) == [WRITTEN]
    assert other.locator("blockquote").inner_text().strip() == words
    other.locator("[data-part=keep]").click()
    other.wait_for_function("() => document.querySelector('[data-part=keep]').disabled")
    other.goto(study_page(language))
    other.locator("mark.noted").wait_for()
    assert listed(other) == [WRITTEN]
    # Nothing on the server's disk has a word of it.
    home = Path(site.log).parent
    for file in (each for each in home.rglob("*") if each.is_file()):
        content = file.read_bytes()
        for secret in (WRITTEN, passcode, passcode.replace("-", ""), link.rstrip("/").rpartition("/")[2]):
            assert secret.encode() not in content, file


def test_five_wrong_passcodes_and_then_everybody_waits(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    note(page, words_of(page)[:40])
    link, passcode = share(page, own="滕王高阁临江渚佩玉鸣鸾罢歌舞")
    assert passcode == "滕王高阁临江渚佩玉鸣鸾罢歌舞"
    other = visit()
    other.goto(link)
    for said in ("4 tries", "3 tries", "2 tries", "One try", "Wait 60 seconds"):
        unlock(other, "not the passcode")
        assert said in told(other)
    assert other.evaluate("document.activeElement.id") == "passcode"
    unlock(other, passcode)
    assert "was not looked at" in told(other)
    # The wait is over: the site's own clock is let be, its row is not.
    with sqlite3.connect(Path(site.log).parent / "equipoise.sqlite3", timeout=20) as database:
        database.execute("UPDATE recruit_shared_notes SET wait_until = '2026-01-01T00:00:00.000000Z' WHERE failed = 5")
    unlock(other, passcode)
    other.locator("[data-part=opened]").wait_for()
    assert listed(other) == [WRITTEN]


def test_what_is_taken_back_or_over_is_there_for_nobody(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    note(page, words_of(page)[:40])
    link, passcode = share(page)
    second, _ = share(page, days=30)
    other = visit()
    other.goto(link)  # opened before it is taken back
    page.goto("/en/notes/")
    page.get_by_role("button", name="Stop sharing").first.wait_for()
    assert page.get_by_role("button", name="Stop sharing").count() == 2
    for left in (1, 0):
        page.get_by_role("button", name="Stop sharing").first.click()
        page.wait_for_function(
            "left => document.querySelectorAll('[data-part=shares] button').length === left", arg=left
        )
    unlock(other, passcode)
    assert "no notes behind this link" in told(other)
    for address in (link, second):
        assert other.goto(address).status == 404
        assert other.locator("h1").inner_text() == "There are no notes here"
    link, _ = share(page, days=1)
    with sqlite3.connect(Path(site.log).parent / "equipoise.sqlite3", timeout=20) as database:
        database.execute("UPDATE recruit_shared_notes SET expires_at = '2026-01-01T00:00:00.000000Z' WHERE failed = 0")
    assert other.goto(link).status == 404


def test_notes_that_were_tampered_with_are_not_shown(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    note(page, words_of(page)[:40])
    link, passcode = share(page)

    def changed(route: Any) -> None:
        response = route.fetch()
        content = response.json()
        content["ciphertext"] = ("B" if content["ciphertext"][0] == "A" else "A") + content["ciphertext"][1:]
        route.fulfill(response=response, body=json.dumps(content))

    other = visit()
    other.goto(link)
    other.route("**/open/", changed)
    unlock(other, passcode)
    assert "changed or damaged" in told(other)
    assert other.locator("[data-part=opened]").is_hidden()
    other.unroute_all()
    other.route("**/open/", lambda route: route.abort())
    unlock(other, passcode)
    assert "no answer" in told(other)


def test_an_independent_hand_opens_what_the_browser_sealed(site: Any, visit: Callable[..., Any]) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    page = visit()
    page.goto(study_page())
    note(page, words_of(page)[:40])
    with page.expect_request("**/notes/share/") as asked:
        _, passcode = share(page)
    sent = {
        name: base64.urlsafe_b64decode(value + "==") if isinstance(value, str) else value
        for name, value in asked.value.post_data_json.items()
    }
    master = PBKDF2HMAC(SHA256(), 32, sent["salt"], 600_000).derive(passcode.replace("-", "").encode())
    key, proof = (
        HKDF(SHA256(), 32, b"", f"equipoise notes 1 {name}".encode()).derive(master) for name in ("key", "proof")
    )
    assert proof == sent["proof"]
    opened = AESGCM(key).decrypt(sent["iv"], sent["ciphertext"], b"equipoise notes 1")
    assert len(opened) % 1024 == 0
    content = json.loads(opened)
    annotation = content["notes"][0]
    assert annotation["body"]["value"] == WRITTEN
    assert [each["type"] for each in annotation["target"]["selector"]] == ["TextQuoteSelector", "TextPositionSelector"]
    assert {len(sent[name]) for name in ("salt", "iv", "proof", "revocation")} == {16, 12, 32}


def test_a_weak_passcode_and_no_note_at_all_are_refused_in_words(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    note(page, words_of(page)[:40])
    page.goto("/en/notes/")
    page.locator("input[name=kind][value=own]").check()
    wrong = page.locator("[data-part=share] [data-part=wrong]")
    for weak in ("", "short", "aaaaaaaaaaaaaaaa", "12341234123412"):
        page.locator("#own").fill(weak)
        page.locator("[data-part=share-button]").click()
        assert "too easy to guess" in wrong.inner_text()
        assert page.evaluate("document.activeElement.id") == "own"
    page.get_by_label("Take along when sharing: note 1").uncheck()
    page.locator("[data-part=share-button]").click()
    assert "No note is ticked" in wrong.inner_text()


def test_passcodes_that_we_make_are_even(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto("/en/notes/")
    made = page.evaluate("Array.from({length: 2000}, equipoiseSealed.newPasscode)")
    assert len(set(made)) == 2000
    letters = "".join(made).replace("-", "")
    counts = [letters.count(each) for each in "23456789abcdefghjkmnpqrstuvwxyz"]
    assert sum(counts) == len(letters) == 24_000
    expected = 24_000 / 31
    # Chi-squared with 30 degrees of freedom: beyond 76 once in a hundred thousand.
    assert sum((count - expected) ** 2 / expected for count in counts) < 76
