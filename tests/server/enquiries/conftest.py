"""What the tests of enquiries share: a clock, a study that is shown, a person who writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)  # a Tuesday; four in the afternoon in China


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let the server's clock say what the test says."""
    from equipoise.server import clock as of_the_server

    at = Clock()
    monkeypatch.setattr(of_the_server, "now", at)
    return at


@pytest.fixture
def listed(stage: Any) -> str:
    """Show the study of the stage to anybody; return the number under which it is listed."""
    from equipoise.server.recruit.actions.list_study import list_study

    list_study(stage.study.id, shown=True)
    return "NCT07328711"


@pytest.fixture
def deliver(moment: Clock) -> Callable[[], int]:
    """Return what delivers the outbox."""
    from equipoise.server.recruit.outbox import Outbox

    return lambda: Outbox(now=moment, jitter=lambda: 0.5, patience=2).deliver_due()


_HIDDEN = re.compile(r'<input type="hidden" name="([\w.-]+)" value="([^"]*)">')


class Patient:
    """Somebody who writes to a centre, in a browser of their own."""

    def __init__(self, clock: Clock, number: str, language: str = "en") -> None:
        from django.test import Client

        self.client = Client(REMOTE_ADDR="192.0.2.7")
        self.clock, self.language = clock, language
        self.address = f"/{language}/studies/{number}/contact/"
        self.page: Any = None

    def post(self, step: str, **fields: str) -> Any:
        """Send the form of the page that is open, as a browser does."""
        sent = {**self.hidden(), **fields, "step": step}
        self.page = self.client.post(self.address, {name: value for name, value in sent.items() if value is not None})
        return self.page

    def hidden(self) -> dict[str, str]:
        """Return the fields that the page carries."""
        if self.page is None:
            return {}
        # The first form of a page carries them all.
        form = self.page.content.decode().partition("</form>")[0]
        return {name: unescape(value) for name, value in _HIDDEN.findall(form) if name != "csrfmiddlewaretoken"}

    def open(self) -> Any:
        self.page = self.client.get(self.address)
        return self.page

    def form(self, place: str = "Wuhan", site: str = "05") -> Any:
        """Go as far as the form of a centre."""
        self.open()
        self.post("place", where=place)
        self.post("centre", site=site)
        self.clock.move(seconds=40)
        return self.page

    def send(self, **changed: str | None) -> Any:
        """Fill the form in and send it."""
        fields: dict[str, Any] = {
            "first_name": "Fang", "last_name": "Wang", "email": "wang.fang@example.org", "phone": "+86 139 0000 0000",
            "preferred": self.language, "message": "I saw your study. May I take part?", "consent": "yes",
        }  # fmt: skip
        return self.post("send", **(fields | changed))

    @property
    def text(self) -> str:
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page.content.decode())))


@pytest.fixture
def patient(listed: str, moment: Clock) -> Patient:
    return Patient(moment, listed)


@pytest.fixture
def somebody(listed: str, moment: Clock) -> Callable[..., Patient]:
    """Return what makes another person."""
    return lambda language="en": Patient(moment, listed, language)
