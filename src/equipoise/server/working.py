"""The worker: tasks that were put off until after a page was answered, and what is done by night."""

from __future__ import annotations

import fcntl
import logging
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from equipoise.core.problem import ProblemsError
from equipoise.server import clock, environment
from equipoise.server.serving.use import in_use
from equipoise.server.setup import set_up

_LOG = logging.getLogger("equipoise.working")
BY = "worker"
_TICK = 1.0  # seconds between two looks at the tasks
_WAIT = 5.0  # seconds until a database that does not answer is asked again
_BETWEEN_CHORES = 60.0
_NIGHT = timedelta(hours=12)  # a study is verified once in a night
_LONGEST = timedelta(hours=36)  # and by day if it has not been for so long
_LETTER = timedelta(minutes=10)  # after which a letter that is not out is tried again
_LOCK = 0x45515550  # of PostgreSQL's advisory locks: one worker at a time does the chores


class Working:
    """One worker, until it is told to stop."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """End after the task in hand."""
        self._stop.set()

    def work(self) -> None:
        """Do tasks and chores until told to stop; a database that is away is waited for."""
        from django.db import DatabaseError, connections

        chores_at = 0.0
        waited = False
        while not self._stop.is_set():
            pause = _TICK
            try:
                deliver_due(self._stop.is_set)
                drain()
                if waited:
                    _LOG.info("the database answers again")
                    waited = False
                if chores_at <= 0:
                    do_chores()
                    chores_at = _BETWEEN_CHORES
                chores_at -= pause
            except DatabaseError as error:
                connections.close_all()
                pause = _WAIT
                if not waited:
                    _LOG.warning("the database does not answer", exc_info=error)
                    waited = True
            except ProblemsError as error:  # a clock that jumped
                _LOG.error("%s", error.problems[0].code)
                pause = _WAIT
            self._stop.wait(pause)
        connections.close_all()


def deliver_due(until: Callable[[], bool] = lambda: False) -> int:
    """Deliver the mails that are due."""
    from equipoise.server.recruit import outbox

    return outbox.deliver_due(until)


def drain() -> None:
    """Do the tasks that wait."""
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid.uuid4().hex,
        excluded_queue_names=[],
    ).run()


def do_chores() -> None:
    """Do what is due, unless another worker is at it."""
    from django.core.management import call_command

    with _alone() as alone:
        if not alone:
            return
        send_again()
        for chore in chores_of_the_public_side():
            try:
                chore()
            except ProblemsError as error:  # one that cannot be done keeps the others from nothing
                _LOG.error("a chore was not done", extra={"problems": _codes(error.problems)})
        verify_by_night()
        call_command("clearsessions")
        call_command("prune_db_task_results", min_age_days=14, verbosity=0)


def chores_of_the_public_side() -> tuple[Callable[[], object], ...]:
    """Return what is done each minute for those who look for a study: in this order, each by itself."""
    from equipoise.server.recruit import digests, enquiries, matching, publishing
    from equipoise.server.recruit.actions.count_attempt import forget_attempts
    from equipoise.server.recruit.actions.erase_expired_notes import erase_expired_notes

    return (
        publishing.refresh_listings,
        matching.match_changed,
        digests.send_due,
        enquiries.offer_overdue,
        erase_expired_notes,
        lambda: forget_attempts(int(clock.now().timestamp())),
    )


def verify_by_night(now: Callable[[], datetime] = clock.now) -> list[str]:
    """Verify each study whose night has come, and keep what was found; return the studies."""
    from equipoise.server.records.actions.note_verification import note_verification
    from equipoise.server.records.models import Verification
    from equipoise.server.records.verification import studies

    moment = now()
    night = (moment.hour - environment.number("EQUIPOISE_NIGHT")) % 24 < 6
    done = []
    for study in studies():
        last = Verification.objects.filter(study=study, by=BY).order_by("-id").values_list("at", flat=True).first()
        age = moment - datetime.fromisoformat(last) if last else _LONGEST
        if age >= (_NIGHT if night else _LONGEST):
            found = note_verification(study, BY).found
            done.append(study)
            report = _LOG.info if not found.problems else _LOG.error
            report("verified", extra={"study": study, "events": found.events, "problems": _codes(found.problems)})
    return done


def _codes(problems: object) -> list[str]:
    return [f"{problem.code} {dict(problem.params)}" for problem in problems]  # type: ignore[attr-defined]


def send_again() -> None:
    """Try again to send letters that are written and not out."""
    from equipoise.server.records.actions.send_letter import send_letter
    from equipoise.server.records.models import Letter

    before = clock.written(clock.now() - _LETTER)
    for letter in Letter.objects.filter(sent_at="", written_at__lt=before).order_by("id").values_list("pk", flat=True):
        try:
            send_letter.func(letter)
        except OSError as error:  # a mail server that is away or refuses (SMTPException is one)
            _LOG.warning("a letter is not out", extra={"letter": letter}, exc_info=error)
            return


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this is the only worker that does chores now: by PostgreSQL's lock, or by a file's."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            got = bool(cursor.fetchone()[0])
            try:
                yield got
            finally:
                if got and connection.connection is not None:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    file = environment.home() / "working.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def work() -> None:
    """Work until a signal ends it."""
    set_up()
    from equipoise.server import schema

    schema.refuse_absent()
    schema.schema()
    working = Working()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, working.stop)
    with in_use():
        working.work()


if __name__ == "__main__":
    from equipoise.server.serving.ending import end_with_parent

    end_with_parent()
    work()
