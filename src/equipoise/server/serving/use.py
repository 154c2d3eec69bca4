"""Who uses the installation's database now: a site and its worker say so, a restore waits for nobody."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment

_FILE = "in-use"


@contextmanager
def in_use() -> Iterator[None]:
    """Say that the database is in use. Raises ProblemsError while a backup is being restored."""
    with _locked(fcntl.LOCK_SH, "server.being-restored"):
        yield


@contextmanager
def refuse_in_use() -> Iterator[None]:
    """Have the database alone. Raises ProblemsError if a site or a worker of this home is running."""
    with _locked(fcntl.LOCK_EX, "server.site-running"):
        yield


@contextmanager
def _locked(kind: int, code: str) -> Iterator[None]:
    home = environment.home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / _FILE).open("a") as opened:
        try:
            fcntl.flock(opened, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProblemsError([Problem(code, {"home": str(home)})]) from None
        yield
