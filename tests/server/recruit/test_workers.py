"""Real worker processes: killed at each step of a mail, and two at once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from equipoise.server import clock
from equipoise.server.recruit.actions.write_mail import write_mail
from equipoise.server.recruit.models import Mail
from equipoise.server.recruit.outbox import Outbox

_WORKER = Path(__file__).parent / "worker.py"
_PATIENCE = 40.0


@pytest.fixture
def worker(database: str, office: Any) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Return what starts a worker."""
    started = []

    def start() -> subprocess.Popen[str]:
        begun = subprocess.Popen(
            [sys.executable, _WORKER, database, "30"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(begun)
        return begun

    yield start
    for each in started:
        each.kill()
        each.wait()
        each.stdout.close()


def write(count: int) -> None:
    body = "x" * 70 + "\n"
    for number in range(count):
        write_mail(
            key=str(number), purpose="test", to="a@example.org", subject="s", body=body * 60_000 if count == 1 else body,
            language="en",
        )  # fmt: skip


def until(done: Callable[[], bool], of: Any = None) -> None:
    last = time.monotonic() + _PATIENCE
    while not done():
        assert time.monotonic() < last, of and of.stdout.read()
        time.sleep(0.02)


def states() -> set[str]:
    return set(Mail.objects.values_list("state", flat=True))


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "body", "end"])
def test_a_worker_killed_at_any_step_loses_no_mail_and_doubles_none(database, office, worker, step):
    office.does[step] = "hang"
    write(1)
    killed = worker()
    assert office.reached.wait(_PATIENCE), killed.poll()
    if step != "end":
        assert states() == {"talking"}
    killed.kill()
    killed.wait()
    assert states() == {"ending"} if step == "end" else {"talking"}
    office.does.clear()
    office.in_body = False
    # Another finds it when the first is taken for dead.
    later = Outbox(now=lambda: clock.now() + timedelta(minutes=11), patience=20)
    later.deliver_due()
    if step == "end":
        # It had arrived, which nobody here can know: it is left to a person.
        assert states() == {"uncertain"}
    else:
        assert states() == {"sent"}
    assert len(office.mails) == 1
    later.deliver_due()
    assert len(office.mails) == 1


def test_workers_at_once_deliver_every_mail_once(database, office, worker):
    write(200)
    workers = [worker() for _ in range(3)]
    until(lambda: states() == {"sent"}, workers[0])
    assert all(each.poll() is None for each in workers)
    assert len(office.ids()) == len(set(office.ids())) == 200
    assert set(Mail.objects.values_list("attempts", flat=True)) == {1}


def test_workers_killed_again_and_again_lose_nothing_and_double_nothing(database, office, worker):
    write(150)
    for round_ in range(4):
        begun = worker()
        already = len(office.mails)
        until(lambda already=already: len(office.mails) > already + 10, begun)
        begun.kill()
        begun.wait()
        assert round_ >= 0
    last = Outbox(now=lambda: clock.now() + timedelta(minutes=11), patience=20)
    until(lambda: last.deliver_due() == 0)
    assert len(office.ids()) == len(set(office.ids()))
    arrived = set(office.ids())
    uncertain = set(Mail.objects.filter(state="uncertain").values_list("message_id", flat=True))
    sent = set(Mail.objects.filter(state="sent").values_list("message_id", flat=True))
    assert sent <= arrived
    assert len(sent | uncertain) == 150, "every mail has arrived, or is shown to a person"
    assert len(uncertain) <= 4
