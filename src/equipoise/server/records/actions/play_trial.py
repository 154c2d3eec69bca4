"""Play a simulated trial into the database, up to now: every command through the door that pages use."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from equipoise.conduct.commands import Command
from equipoise.conduct.context import Context
from equipoise.conduct.events import Event
from equipoise.core.problem import Problem
from equipoise.randomise.stream import SECRET_BYTES
from equipoise.server import clock
from equipoise.server.records.actions.open_study import prepare_study
from equipoise.server.records.writing import Asker, Writing, writing
from equipoise.simulate.trial import Running, simulate_running
from equipoise.study.model.study import Study as Declared


class _Played:
    """A history in the database as play writes to it: one visit a transaction."""

    def __init__(self, study: str) -> None:
        self._study = study
        self._opened: Writing | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        with writing(self._study) as self._opened:
            yield
        self._opened = None

    def do(self, command: Command, context: Context) -> tuple[Event, ...] | Problem:
        if self._opened is None:
            raise RuntimeError("a command is done at a visit")
        asker = Asker(by=context.by, role=context.role, site=context.site)
        return self._opened.do(command, asker, context.key, at=context.at, publishes=context.study)


def play_trial(declared: Declared, truth: str, participants: int, seed: int, days: int) -> Iterator[float]:
    """Play the days of a trial that end an hour ago, and yield the share that has been played.

    The secret is the system's own, so that the next allocation of the running trial cannot be derived from the seed.
    """
    played, secret = _Played(declared.id), secrets.token_bytes(SECRET_BYTES)
    now = clock.now()
    running = Running(
        history=played,
        together=played.together,
        secret=secret,
        start=(now - timedelta(days=days)).date(),
        until=now - timedelta(hours=1),
    )
    with transaction.atomic():
        prepare_study(declared.id, secret)
    yield from simulate_running(declared, truth, participants, seed, running)
