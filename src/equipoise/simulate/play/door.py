"""The way into the history: every command with its moment, its key and its asker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from equipoise.conduct.commands import Command
from equipoise.conduct.context import Context
from equipoise.conduct.events import Event
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.sealed import Sealed
from equipoise.study.model.study import Study

BY = "simulator"
ROLE = "simulator"
_DAY = 86_400
_MORNING = 9 * 3600  # local time at which a centre's day begins


class History(Protocol):
    """What play writes to: a ledger in memory, or a database."""

    def do(self, command: Command, context: Context) -> tuple[Event, ...] | Problem:
        """Decide a command and append its events, or say why it is refused."""


class Days:
    """The trial's calendar: day 0 is the start of recruitment."""

    def __init__(self, start: date, study: Study) -> None:
        self.start = start
        self._zones = {site.id: ZoneInfo(site.time_zone) for site in study.identity.sites}
        self.text = cache(self._text)
        self.morning = cache(self._morning)

    def _text(self, day: int) -> str:
        return (self.start + timedelta(days=day)).isoformat()

    def _morning(self, site: str, day: int) -> int:
        """Return the seconds from the start (midnight UTC) to a centre's morning."""
        local = datetime.combine(self.start + timedelta(days=day), datetime.min.time(), self._zones[site])
        offset = local.utcoffset()
        return day * _DAY + _MORNING - int(offset.total_seconds() if offset else 0)


class Door:
    """Does commands in the order in which they come; time never runs backwards.

    Parameters
    ----------
    history : History
        What is written to.
    secret : bytes
        The allocation secret of this simulated trial.
    start : date
        The day from which seconds count.
    together : callable, optional
        A context in which what is done at one visit happens as one.
    """

    def __init__(
        self,
        history: History,
        secret: bytes,
        start: date,
        together: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.history = history
        self.together = together
        self.secret, self._sealed = secret, Sealed(secret)
        self.start = start
        self._day, self._date = 0, start.isoformat()
        self._second = -(10**9)
        self._count = 0

    def try_(self, second: int, command: Command, study: Study | None = None) -> tuple[Event, ...] | Problem:
        """Do a command at (or, if something else happened since, just after) a moment.

        Parameters
        ----------
        second : int
            Seconds since midnight UTC of the start.
        command : Command
            What is asked for.
        study : Study, optional
            The version to publish.

        Returns
        -------
        tuple of Event, or Problem
            What happened, or why not.
        """
        self._second = max(self._second + 1, second)
        self._count += 1
        at = self._at(self._second)
        context = Context(by=BY, role=ROLE, at=at, key=f"s{self._count}", secret=self._sealed, study=study)
        return self.history.do(command, context)

    def _at(self, second: int) -> str:
        day, rest = divmod(second, _DAY)
        if day != self._day:
            self._day, self._date = day, (self.start + timedelta(days=day)).isoformat()
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{self._date}T{hours:02d}:{minutes:02d}:{seconds:02d}.000000Z"

    def do(self, second: int, command: Command, study: Study | None = None) -> tuple[Event, ...]:
        """Do a command that must not be refused.

        Parameters
        ----------
        second : int
            Seconds since midnight UTC of the start.
        command : Command
            What is asked for.
        study : Study, optional
            The version to publish.

        Returns
        -------
        tuple of Event
            What happened.

        Raises
        ------
        ProblemsError
            If conduct refuses: then the scenarios do not fit the study.
        """
        found = self.try_(second, command, study)
        if isinstance(found, Problem):
            params = {
                "command": type(command).__name__,
                "participant": getattr(command, "participant", "") or "–",
                "code": found.code,
                "at": self._at(self._second),
            }
            raise ProblemsError([Problem("simulate.refused", params), found])
        return found


class Dice:
    """Uniform numbers for the small decisions of play, drawn by the thousand."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self._drawn: list[float] = []

    def roll(self) -> float:
        """Return the next number in [0, 1)."""
        if not self._drawn:
            self._drawn = self.rng.random(4096).tolist()
        return self._drawn.pop()

    def pick(self, names: Sequence[str], edges: Sequence[float]) -> str:
        """Return a name; `edges` are the cumulated shares, the last of them the whole."""
        at = self.roll() * edges[-1]
        return next((name for name, edge in zip(names, edges, strict=True) if at < edge), names[-1])

    def between(self, low: int, high: int) -> int:
        """Return an integer from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))
