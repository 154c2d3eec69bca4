"""How long a log-in lasts, and whether it was made with a second factor: both are kept in the session itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from equipoise.server import clock

IDLE = 30 * 60  # seconds without a request
WHOLE = 12 * 60 * 60  # seconds since the log-in
FRESH = 10 * 60  # seconds for which the password of the log-in need not be typed again
_STEP = 60  # seconds between two notes of the last request: not every page writes
_BEGAN, _SEEN, _FACTOR = "equipoise_began", "equipoise_seen", "equipoise_second_factor"


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    WHOLE = "whole"
    FACTOR = "factor"  # it was begun before the account had a second factor, and has none itself


def begin(request: HttpRequest, **_rest: Any) -> None:
    """Note when somebody logged in."""
    now = int(clock.now().timestamp())
    request.session[_BEGAN] = request.session[_SEEN] = now


def ended(session: SessionBase, now: datetime) -> Ended | None:
    """Return why a session is over, or None. One that does not say when it began is over."""
    began, seen = session.get(_BEGAN), session.get(_SEEN)
    if began is None or seen is None or now.timestamp() - began >= WHOLE:
        return Ended.WHOLE
    return Ended.IDLE if now.timestamp() - seen >= IDLE else None


def note_request(session: SessionBase, now: datetime) -> None:
    """Note a request, at most once a minute."""
    if now.timestamp() - session[_SEEN] >= _STEP:
        session[_SEEN] = int(now.timestamp())


def is_fresh(session: SessionBase) -> bool:
    """Whether the password was given so lately that it need not be given again."""
    return clock.now().timestamp() - session.get(_BEGAN, 0) < FRESH


def mark_second_factor(request: HttpRequest, user: Any, **_rest: Any) -> None:
    """Note that a second factor was given, or set up, in this session, and whose it was."""
    request.session[_FACTOR] = user.pk


def unmark_second_factor(request: HttpRequest, **_rest: Any) -> None:
    """Note that the second factor was taken away in this session."""
    request.session.pop(_FACTOR, None)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether a second factor of whoever is logged in was given in this session."""
    return request.session.get(_FACTOR) == request.user.pk
