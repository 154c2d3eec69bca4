"""A site in real processes, started and ended as a person would."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection

LONGEST = 90.0  # seconds that anything awaited may take on a machine under load
COMMAND = (sys.executable, "-c", "from equipoise.cli.main import app; app()", "--language", "en")


def until(holds: Callable[[], Any], what: str) -> Any:
    """Ask until something holds, and fail when it has not for too long."""
    end = time.monotonic() + LONGEST
    waiting = threading.Event()
    while not (found := holds()):
        assert time.monotonic() < end, f"never: {what}"
        waiting.wait(0.05)
    return found


def descendants(pid: int) -> list[int]:
    """Return the processes below one, the nearest first."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *descendants(int(child))]
    return found


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


class Answer(NamedTuple):
    """What a page answered."""

    status: int
    text: str
    headers: dict[str, str]


class Running:
    """`equipoise serve` in a process of its own."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.log = folder / "log"
        self._lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", *arguments],
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()
        self.address = ""

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def up(self) -> str:
        """Wait for the address and return it."""
        while not self.address:
            try:
                line = self._lines.get(timeout=LONGEST)
            except queue.Empty:
                pytest.fail(f"it never said its address: {self.log.read_text()[-2000:]}")
            self.said.append(line)
            if "http://" in line:
                self.address = line.split("http://")[1].split()[0]
        return self.address

    def get(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """Ask for a page."""
        with closing(HTTPConnection(self.up(), timeout=LONGEST)) as asked:
            asked.request(method, path, body=body, headers=headers)
            answer = asked.getresponse()
            return Answer(answer.status, answer.read().decode(), dict(answer.getheaders()))

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(LONGEST)

    def below(self) -> list[int]:
        """Return every process below it."""
        return descendants(self.process.pid)

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of its log; every one is JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start sites; whatever is left of them ends with the test."""
    started: list[Running] = []

    def start(*arguments: str, **environment: str) -> Running:
        connection.close()
        started.append(Running(tmp_path, *arguments, **environment))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            below = each.below()
            each.process.kill()
            each.process.wait()
            until(lambda ours=below: not any(map(is_alive, ours)), "its processes end")


@pytest.fixture
def proc() -> Any:
    """Waiting, and looking at processes."""
    return type("Proc", (), {"until": staticmethod(until), "alive": staticmethod(is_alive)})
