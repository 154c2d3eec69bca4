"""The outbox: mails are rows, written with what they tell of, and delivered by a worker.

A mail is never lost: its row is committed with its enquiry and stays until a server has taken it. It is never sent
twice: its row is claimed and committed before the server is talked to, marked before its last line is said, and after
that line nothing but an answer, or a person, lets it go out again.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from equipoise.core.problem import ProblemsError
from equipoise.server import clock
from equipoise.server.recruit.actions.claim_mail import claim_mail, mark_ending, release_lapsed
from equipoise.server.recruit.actions.settle_mail import postpone_mail, settle_mail
from equipoise.server.recruit.message import message_of
from equipoise.server.recruit.models import Mail, MailState
from equipoise.server.recruit.ways import AwayError, NotTakenError, UnknownError, Way, way_now

_LOG = logging.getLogger("equipoise.outbox")
_PATIENCE = 20.0  # seconds for each answer of a server
_LAPSED = timedelta(minutes=10)  # after which a worker that said nothing is taken for dead
_FIRST, _LONGEST = 30.0, 3600.0  # seconds until a mail that was put off is tried again
_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds until a server that is away is called again
_ANY = secrets.SystemRandom().random
_AT_ONCE = 100  # mails of one call: a worker has other things to do


class Outbox:
    """A worker's way of delivering; it remembers for how long to leave a server alone that is away."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = clock.now,
        jitter: Callable[[], float] = _ANY,
        patience: float = _PATIENCE,
    ) -> None:
        self._now, self._jitter, self._patience = now, jitter, patience
        self._claim = secrets.token_hex(16)
        self._calls_in_vain = 0
        self._not_before = ""

    def deliver_due(self, until: Callable[[], bool] = lambda: False) -> int:
        """Deliver what is due, or until told to stop; return how many mails a server has taken."""
        moment = self._now()
        way = way_now(self._patience)
        lapsed = release_lapsed(clock.written(moment - _LAPSED), is_repeatable=way.is_repeatable)
        if lapsed:
            _LOG.warning("mails were left by a worker that died", extra={"count": lapsed})
        if clock.written(moment) < self._not_before:
            return 0
        sent = 0
        try:
            for _ in range(_AT_ONCE):
                mail = None if until() else claim_mail(self._claim, self._at())
                if mail is None:
                    break
                state = self._deliver(way, mail)
                sent += state is MailState.SENT
                if clock.written(moment) < self._not_before:
                    break
        finally:
            way.close()
        return sent

    def _deliver(self, way: Way, mail: Mail) -> MailState:
        """Deliver one mail, and write down what became of it."""
        if not mail.content:  # erased while a worker had it that could not end it
            settle_mail(mail, MailState.STOPPED, self._at(), problem="server.recruit.erased")
            return MailState.STOPPED
        try:
            way.offer(message_of(mail, readable=way.is_repeatable))
        except ProblemsError as error:
            return self._put_off(mail, error.problems[0].code)
        except AwayError as error:
            return self._leave_alone(mail, error.code)
        except NotTakenError as error:
            return self._not_taken(mail, error.code)
        if not mark_ending(mail, self._at()):
            way.close()  # another worker has taken it for lapsed: it is not ended here
            return MailState.WAITING
        try:
            code = way.finish()
        except UnknownError:
            self._wait_for_the_server()
            settle_mail(mail, MailState.UNCERTAIN, self._at(), problem="server.recruit.no-answer-at-the-end")
            _LOG.error("a mail may or may not have arrived", extra={"mail": mail.pk, "purpose": mail.purpose})
            return MailState.UNCERTAIN
        if 200 <= code < 300:
            self._calls_in_vain, self._not_before = 0, ""
            settle_mail(mail, MailState.SENT, self._at(), answer=code)
            return MailState.SENT
        return self._not_taken(mail, code)

    def _not_taken(self, mail: Mail, code: int) -> MailState:
        """A server that says 5 will never take this mail; one that says 4 may take it later."""
        if 500 <= code < 600:
            settle_mail(mail, MailState.REFUSED, self._at(), problem="server.recruit.mail-refused", answer=code)
            _LOG.error("a mail was refused", extra={"mail": mail.pk, "purpose": mail.purpose, "answer": code})
            return MailState.REFUSED
        return self._put_off(mail, "server.recruit.mail-put-off", code)

    def _put_off(self, mail: Mail, problem: str, code: int = 0) -> MailState:
        wait = min(_FIRST * 2 ** min(mail.attempts - 1, 20), _LONGEST) * self._spread()
        postpone_mail(mail, self._at(wait), problem=problem, answer=code)
        _LOG.warning("a mail was put off", extra={"mail": mail.pk, "purpose": mail.purpose, "problem": problem})
        return MailState.WAITING

    def _leave_alone(self, mail: Mail, code: int) -> MailState:
        """The server is away: this mail waits with all others, none of them for longer than the server is away."""
        self._wait_for_the_server()
        postpone_mail(mail, self._not_before, problem="server.recruit.mail-server-away", answer=code)
        _LOG.warning("the mail server does not answer", extra={"answer": code, "calls": self._calls_in_vain})
        return MailState.WAITING

    def _wait_for_the_server(self) -> None:
        self._calls_in_vain += 1
        pause = min(_PAUSE * 2 ** min(self._calls_in_vain - 1, 20), _LONGEST_PAUSE)
        self._not_before = self._at(pause * self._spread())

    def _spread(self) -> float:
        """Return by what a wait is stretched, so that many who wait do not all call at once."""
        return 0.75 + 0.5 * self._jitter()

    def _at(self, seconds: float = 0.0) -> str:
        return clock.written(self._now() + timedelta(seconds=seconds))


_OF_THIS_PROCESS = Outbox()


def deliver_due(until: Callable[[], bool] = lambda: False) -> int:
    """Deliver what is due."""
    return _OF_THIS_PROCESS.deliver_due(until)
