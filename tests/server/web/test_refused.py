"""A refusal is a page in words, in the language of the address; a fault shows no traceback; nothing typed is lost."""

from __future__ import annotations

import errno
import logging
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server.web import front

_CLUSTER = runpy.run_path(str(Path(__file__).parents[1] / "cluster.py"))
TYPED = {"value": "<80.92>", "reason": "read again", "password": "do not show", "csrfmiddlewaretoken": "x"}


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch, database: str) -> Callable[[BaseException], Any]:
    """Return what lets the front page raise, and a browser that sees what a person would."""

    def break_it(error: BaseException) -> Any:
        def own(_spoken: str) -> None:
            raise error

        monkeypatch.setattr(front, "own", own)
        return Client(raise_request_exception=False)

    return break_it


def test_every_problem_is_said_in_words(raising: Callable[..., Any]) -> None:
    problems = [Problem("server.records.no-such-study", {"study": "x1"}), Problem("server.bad-key", {"where": "y2"})]
    client = raising(ProblemsError(problems))
    english, chinese = client.get("/en/"), client.get("/zh-hans/")
    assert english.status_code == chinese.status_code == 409
    assert "There is no study x1 here." in english.content.decode()
    assert "y2 holds no key" in english.content.decode()
    assert "这里没有研究 x1。" in chinese.content.decode()
    assert english["Cache-Control"] == "no-store"


def test_a_clock_that_jumped_is_a_matter_of_waiting(raising: Callable[..., Any]) -> None:
    client = raising(ProblemsError([Problem("server.clock-jumped", {"seconds": 400})]))
    answer = client.post("/en/", TYPED)
    assert answer.status_code == 503
    assert "jumped by 400 seconds" in answer.content.decode()
    assert "read again" in answer.content.decode()


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        OperationalError("could not write to file: No space left on device"),
        InterfaceError("connection already closed"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
    ids=["locked", "full", "gone", "disk"],
)
def test_a_database_that_cannot_be_reached_is_said_in_words(raising: Callable[..., Any], error: BaseException) -> None:
    client = raising(error)
    for language, said in (("en", "The records cannot be reached now"), ("zh-hans", "目前无法访问记录")):
        answer = client.get(f"/{language}/")
        assert answer.status_code == 503
        assert answer["Retry-After"]
        page = answer.content.decode()
        assert said in page
        assert "Traceback" not in page
        assert str(error) not in page


def test_what_was_typed_is_kept_and_can_be_sent_again(raising: Callable[..., Any]) -> None:
    client = raising(OperationalError("database is locked"))
    kept = {name: value for name, value in TYPED.items() if name != "password"} | {"key": "k-0001"}
    page = client.post("/en/?step=2", kept).content.decode()
    assert "read again" in page
    assert "&lt;80.92&gt;" in page
    assert '<form method="post" action="/en/?step=2">' in page
    assert '<input type="hidden" name="reason" value="read again">' in page
    assert page.count("csrfmiddlewaretoken") == 1
    assert page.count("k-0001") == 1, "sent again, and shown to nobody"
    assert page.count("What you entered") == 1


def test_a_password_is_never_sent_back(raising: Callable[..., Any]) -> None:
    page = raising(OperationalError("database is locked")).post("/en/", TYPED).content.decode()
    assert "do not show" not in page
    assert '<form method="post"' not in page
    assert "read again" in page


def test_an_error_of_the_disk_that_is_ours_is_a_fault(raising: Callable[..., Any]) -> None:
    assert raising(FileNotFoundError(errno.ENOENT, "no such file")).get("/en/").status_code == 500


def test_a_fault_shows_neither_its_cause_nor_a_traceback(raising: Callable[..., Any]) -> None:
    client = raising(ValueError("arm of 01-0001 is hbig"))
    for language, said in (("en", "Something broke on our side"), ("zh-hans", "系统出现故障")):
        answer = client.get(f"/{language}/")
        assert answer.status_code == 500
        assert said in answer.content.decode()
        assert "hbig" not in answer.content.decode()
        assert answer["Content-Security-Policy"]


@pytest.fixture
def unreachable(stage: Any, visitor: Callable[..., Any], tmp_path: Path) -> Iterator[Any]:
    """Give the browser of somebody whose site has lost its database."""
    client = visitor(stage.account("coordinator"), raise_request_exception=False)
    with _CLUSTER["connected"](f"sqlite:///{tmp_path}/not/there/at/all.sqlite3"):
        yield client


def test_a_database_that_went_away_is_said_on_every_page(unreachable: Any, stage: Any) -> None:
    for address in ("/en/", "/en/studies/", f"/en/studies/{stage.study.id}/participants/", "/en/account/login/"):
        answer = unreachable.get(address)
        if address == "/en/account/login/" and answer.status_code == 200:
            continue  # a form can be shown without a database
        assert answer.status_code == 503, address
        assert "The records cannot be reached now" in answer.content.decode(), address
    told = Client().get("/health")
    assert told.status_code == 503
    assert told.json()["database"] is False


def test_an_address_with_nothing_is_said_in_its_language(database: str) -> None:
    for language, said in (("en", "There is no such page"), ("zh-hans", "没有这个页面")):
        answer = Client().get(f"/{language}/studies/x/y/z/")
        assert answer.status_code == 404
        assert said in answer.content.decode()
    assert Client().get("/nowhere").status_code == 404


def test_a_forged_form_is_refused_and_says_what_to_do(stage: Any, visitor: Callable[..., Any]) -> None:
    account = stage.account("coordinator")
    client = visitor(account, enforce_csrf_checks=True)
    for language, said in (("en", "This form is too old"), ("zh-hans", "此表单已失效")):
        answer = client.post(f"/{language}/studies/", {"x": "1"})
        assert answer.status_code == 403
        assert said in answer.content.decode()
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/en/account/login/", {"login": "a", "password": "b"}).status_code == 403


def test_an_unreadable_request_is_refused(database: str) -> None:
    answer = Client(headers={"host": "evil.example"}, raise_request_exception=False).get("/en/")
    assert answer.status_code == 400
    assert "This request makes no sense here" in answer.content.decode()
    assert "evil.example" not in answer.content.decode()


def test_an_act_that_is_not_for_a_role_names_the_roles_that_may(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.decided()
    client = visitor(stage.account("monitor"))
    english = client.get(f"/en/studies/{stage.study.id}/participants/{number}/allocate/")
    assert english.status_code == 403
    assert "coordinator" in english.content.decode()
    assert "investigator" in english.content.decode()
    chinese = client.get(f"/zh-hans/studies/{stage.study.id}/participants/{number}/allocate/")
    assert "研究协调员" in chinese.content.decode()


# --- the log ------------------------------------------------------------------------------------------------------


def lines_of(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return the lines that requests have left."""
    return [record for record in caplog.records if record.name == "equipoise.requests"]


def test_a_request_leaves_one_line_without_anything_personal(
    stage: Any, visitor: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    number = stage.registered()
    client = visitor(stage.account("coordinator"))
    caplog.set_level(logging.INFO, "equipoise")
    client.get(f"/en/studies/{stage.study.id}/participants/{number}/?q=Zhang+Wei")
    client.post("/en/studies/", {"reason": "a reason typed by hand"})
    client.get("/en/studies/unknown-study-of-somebody/participants/")
    lines = lines_of(caplog)
    assert len(lines) == 3
    first = lines[0].__dict__
    assert (first["method"], first["route"], first["study"]) == ("GET", "participant", stage.study.id)
    assert first["account"] == "coordinator-01"
    assert first["status"] == 200
    assert first["milliseconds"] >= 0
    everything = " ".join(str(record.__dict__) for record in caplog.records)
    for personal in (number, "Zhang", "a reason typed by hand", "unknown-study-of-somebody", "127.0.0.1"):
        assert personal not in everything, personal
