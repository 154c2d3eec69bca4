"""Visitors of the site, each at an address of their own, with an app for codes in their pocket."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from equipoise.server import clock

PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts
HERE = "/en/account/"


class Visitor:
    """A browser at an address."""

    def __init__(self, address: str = "203.0.113.7", **client: Any) -> None:
        self.client = Client(REMOTE_ADDR=address, **client)
        self.secret = self.first = ""

    def get(self, path: str) -> Any:
        """Open a page."""
        return self.client.get(path)

    def log_in(self, name: str, password: str = PASSWORD, **more: str) -> Any:
        """Send the form of the log-in."""
        return self.client.post(f"{HERE}login/", {"login": name, "password": password, **more})

    def is_in(self) -> bool:
        """Whether a page that needs a log-in opens."""
        return self.client.get(f"{HERE}second-factor/").status_code == 200

    def set_up(self) -> Any:
        """Set up a second factor, as somebody with a telephone does."""
        page = self.client.get(f"{HERE}second-factor/set-up/")
        self.secret = re.search(r"<code>([A-Z2-7]{32})</code>", page.content.decode())[1]
        self.first = self.code()
        return self.client.post(f"{HERE}second-factor/set-up/", {"code": self.first})

    def code(self, ahead: int = 0) -> str:
        """Return the code that the app shows now, or some steps of 30 seconds later."""
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + ahead))

    def give(self, code: str) -> Any:
        """Send a code at the second step of the log-in."""
        return self.client.post(f"{HERE}second-factor/code/", {"code": code})


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little work: the tests of the hash itself look at what is set."""
    for cost, little in (("time_cost", 1), ("memory_cost", 16), ("parallelism", 1)):
        monkeypatch.setattr(Argon2PasswordHasher, cost, little)


@pytest.fixture
def visitor() -> Callable[..., Visitor]:
    """Return how a visitor comes."""
    return Visitor


@pytest.fixture
def anna(database: str) -> Any:
    """Open an account with a password."""
    from equipoise.server.accounts.actions.open_account import open_account

    return open_account("anna", "anna@example.org", "en", by="the tests", password=PASSWORD).account


@pytest.fixture
def one_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without second factors, as a demonstration on loopback does."""
    monkeypatch.setenv("EQUIPOISE_SECOND_FACTOR", "off")


class Time:
    """The server's clock in the tests' hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def go(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Give the server's clock into the test's hand."""
    held = Time()
    monkeypatch.setattr(clock, "now", lambda: held.now)
    return held


@pytest.fixture
def queue(database: str) -> Callable[[], None]:
    """Return how the worker does what is queued."""

    def work() -> None:
        from django_tasks_db.management.commands.db_worker import Worker

        Worker(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="tests",
            excluded_queue_names=[],
        ).run()

    return work
