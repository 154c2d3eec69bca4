"""The site as a whole: the processes that answer and the worker, started together and ended together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException
from types import FrameType

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment, schema
from equipoise.server.serving import refusals
from equipoise.server.serving.use import in_use

_LOG = logging.getLogger("equipoise.serving")
_TICK = 0.2  # seconds between two looks at the processes
_START = 60.0  # seconds until the site must answer
_GRACE = 30.0  # seconds that the processes have to end by themselves
_BETWEEN = 5.0  # seconds at least between two starts of a worker that ended
_WEB = (sys.executable, "-m", "equipoise.server.serving.web")
_WORKER = (sys.executable, "-m", "equipoise.server.working")


def prepare(host: str) -> None:
    """Make the site ready to be served. Raises ProblemsError if something must be mended first."""
    problems = refusals.incoherent(host)
    if problems:
        raise ProblemsError(problems)
    schema.refuse_absent()
    found = schema.schema()
    schema.refuse_newer(found)
    if found.missing and connection.vendor == "sqlite":
        schema.migrate()
    elif found.missing:
        raise ProblemsError([Problem("server.not-migrated", {"count": len(found.missing)})])
    call_command("collectstatic", interactive=False, verbosity=0)
    get_wsgi_application()  # what is broken shows here, once, and not in every process
    connections.close_all()


class Site:
    """The processes of a site."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._stop = threading.Event()
        self._worker_began = 0.0

    @property
    def address(self) -> str:
        """The address at which the site answers."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"http://{host}:{self.port}"

    def serve(self, ready: Callable[[str], None]) -> None:
        """Serve until a signal ends it; `ready` is told the address as soon as the site answers there.

        Raises ProblemsError if the site does not come up, or ends by itself.
        """
        with in_use():
            self._serve(ready)

    def _serve(self, ready: Callable[[str], None]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        if not environment.is_set("EQUIPOISE_URL"):
            os.environ["EQUIPOISE_URL"] = self.address
        web = _started([*_WEB, self.host, str(self.port)])
        worker = self._start_worker()
        try:
            if self._comes_up(web):
                ready(self.address)
            while not self._stop.wait(_TICK) and web.poll() is None:
                if worker.poll() is not None and time.monotonic() - self._worker_began > _BETWEEN:
                    _LOG.warning("the worker ended with %s and is started again", worker.returncode)
                    worker = self._start_worker()
            if not self._stop.is_set():
                raise ProblemsError([Problem("server.site-ended", {"code": web.returncode or 0})])
        finally:
            _end([web, worker])

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        self._worker_began = time.monotonic()
        return _started(_WORKER)

    def _comes_up(self, web: subprocess.Popen[bytes]) -> bool:
        until = time.monotonic() + _START
        while web.poll() is None and time.monotonic() < until and not self._stop.wait(_TICK / 4):
            if self._answers():
                return True
        if self._stop.is_set():
            return False
        raise ProblemsError([Problem("server.site-ended", {"code": web.returncode or 0})])

    def _answers(self) -> bool:
        host = self.host.strip("[]")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened at
        asked = HTTPConnection(host, self.port, timeout=_START)
        try:
            asked.request("GET", "/health", headers={"Host": environment.hosts()[0]})
            asked.getresponse()
        except (OSError, HTTPException):
            return False
        finally:
            asked.close()
        return True


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C in a terminal reaches us alone, and we end the others in order.
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603 - our own programs


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + _GRACE
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
