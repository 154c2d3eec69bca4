"""What the tests of acts share: a day on which they all happen, and people in browsers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)  # when the stage acts too: four in the afternoon in China


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Let the server's clock say one moment, and return what sets it."""
    from equipoise.server import clock as of_the_server

    def at(moment: datetime) -> None:
        monkeypatch.setattr(of_the_server, "now", lambda: moment)

    at(NOW)
    return at


@pytest.fixture
def hidden() -> Callable[[Any], dict[str, str]]:
    """Return what reads the hidden fields of a page's form, as a browser would send them."""

    def fields(page: Any) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
        return {name: value for name, value in found if name != "csrfmiddlewaretoken"}

    return fields


@pytest.fixture
def another_key() -> str:
    """Return a key that no form has had."""
    return str(uuid.UUID(int=7))


_UNSAFE = re.compile(
    r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\ssrc=)|(?:src|action)=[\"'](?:https?:)?//|\{[{%]|[%}]\}",
    re.IGNORECASE,
)


@pytest.fixture
def unsafe_page() -> Callable[[str], list[str]]:
    """Return what finds in a page that which the browser would refuse to run, or a tag that was not drawn."""
    return _UNSAFE.findall


@pytest.fixture
def settings_of_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let mail go into a list."""
    from django.conf import settings
    from django.core import mail

    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    monkeypatch.setattr(mail, "outbox", [], raising=False)


@pytest.fixture
def broken_mail(settings_of_mail: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the mail server be down, and return what brings it up again."""
    from django.core.mail.backends import locmem

    works = locmem.EmailBackend.send_messages

    def refuses(*_: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", refuses)
    return lambda: monkeypatch.setattr(locmem.EmailBackend, "send_messages", works)
