"""A process or a database that is killed at any point: what was acknowledged is there, nothing is half there."""

from __future__ import annotations

import os
import signal

import pytest
from django.db import connections

from equipoise.server.records import memory
from equipoise.server.records.history import history
from equipoise.server.records.models import Event
from equipoise.server.records.verification import verify_study

KILLED = -int(signal.SIGKILL)
STUDY = "demo-migraine"


@pytest.mark.parametrize(("act", "events"), [("allocate", 1), ("enter", 2)])
def test_a_process_killed_at_any_point_leaves_all_or_nothing(database, crowd, act, events):
    told = crowd("killed_everywhere", act)
    found = told["found"]
    assert [one["exit"] for one in found] == [KILLED] * (len(found) - 1) + [0]
    assert len(found) > 6, "there are fewer points than statements"
    assert {one["kept"] for one in found} == {0, events}
    # Nothing is kept before the commit, everything after it.
    assert [one["kept"] for one in found] == sorted(one["kept"] for one in found)
    assert all(one["again"] == one["then"] == events for one in found)
    assert verify_study(told["study"]).found.problems == ()


def _acknowledged(running, wanted: int) -> list[str]:
    keys: list[str] = []
    while len(keys) < wanted:
        line = running.stdout.readline()
        assert line, "the writers ended by themselves"
        keys.append(line.strip())
    return keys


def _all_there(keys: list[str]) -> None:
    memory.forget()
    counts = {}
    for event in history(STUDY):
        if event.key.startswith("load "):
            counts.setdefault(event.key.rpartition("/")[0], []).append(event.type)
    assert set(keys) <= counts.keys(), sorted(set(keys) - counts.keys())[:3]
    assert {tuple(types) for types in counts.values()} == {("visit_recorded", "item_entered")}
    assert verify_study(STUDY).found.problems == ()


def test_processes_killed_under_load_lose_nothing(database, loaded):
    running = loaded(4)
    keys = _acknowledged(running, 60)
    os.killpg(running.pid, signal.SIGKILL)
    rest, _ = running.communicate()
    _all_there([*keys, *(line for line in rest.splitlines() if line.startswith("load ") and line.count(" ") == 2)])
    before = Event.objects.count()
    assert before > 120


def test_a_database_killed_under_load_loses_nothing(durable_cluster, loaded_on):
    for wanted in (40, 90):
        running = loaded_on(6, durable_cluster)
        keys = _acknowledged(running, wanted)
        durable_cluster.stop("immediate")
        rest, _ = running.communicate(timeout=60)
        assert running.returncode == 0
        connections.close_all()
        durable_cluster.start()
        _all_there([*keys, *rest.split("\n")[:-1]])
