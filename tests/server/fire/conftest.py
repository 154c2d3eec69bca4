"""Programs that write from many processes, started on the test's own database."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_CROWD = Path(__file__).parent / "crowd.py"
_CLUSTER = runpy.run_path(str(Path(__file__).parents[1] / "cluster.py"))


def _environment(address: str) -> dict[str, str]:
    # On two cores the threads of a numerical library would only be in each other's way.
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "equipoise.server.settings",
        "EQUIPOISE_DATABASE": address,
        "OPENBLAS_NUM_THREADS": "1",
    }


@pytest.fixture
def crowd(database: str) -> Callable[..., Any]:
    """Run a task to its end and return what it tells."""

    def run(task: str, *arguments: object) -> Any:
        done = subprocess.run(
            [sys.executable, str(_CROWD), task, *map(str, arguments)],
            env=_environment(database), capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return run


def _load(address: str, processes: int) -> subprocess.Popen[str]:
    running = subprocess.Popen(
        [sys.executable, str(_CROWD), "load", str(processes)],
        env=_environment(address), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n", running.communicate()[1][-3000:]
    return running


@pytest.fixture
def loaded(database: str) -> Callable[[int], subprocess.Popen[str]]:
    """Start processes that write until they are killed."""
    return lambda processes: _load(database, processes)


@pytest.fixture
def durable_cluster() -> Iterator[Any]:
    """Start a PostgreSQL of this test's own that keeps what it acknowledges, as production does."""
    with _CLUSTER["durable_cluster"]() as cluster:
        if cluster is None:
            pytest.skip(_CLUSTER["MISSING"])
        yield cluster


@pytest.fixture
def loaded_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, Any], subprocess.Popen[str]]]:
    """Start processes that write to a new database of a cluster; the test's own connection is to it too."""
    opened: list[Any] = []

    def start(processes: int, cluster: Any) -> subprocess.Popen[str]:
        from django.core.management import call_command

        name = f"load_{len(opened)}"
        cluster.sql(f"CREATE DATABASE {name}")
        manager = _CLUSTER["connected"](cluster.address(name))
        manager.__enter__()
        opened.append(manager)
        call_command("migrate", verbosity=0)
        return _load(cluster.address(name), processes)

    yield start
    for manager in reversed(opened):
        manager.__exit__(None, None, None)
