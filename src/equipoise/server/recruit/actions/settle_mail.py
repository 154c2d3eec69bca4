"""Write down what became of a mail."""

from __future__ import annotations

from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.models import Mail, MailState

_HELD = (MailState.TALKING, MailState.ENDING, MailState.UNCERTAIN)
_FOR_A_PERSON = (MailState.REFUSED, MailState.UNCERTAIN)


def settle_mail(mail: Mail, state: MailState, at: str, *, problem: str = "", answer: int = 0) -> bool:
    """Say that a mail was sent, refused or is uncertain; False if it is no longer this worker's."""
    changed = {"state": state, "problem": problem, "answer": answer, "settled_at": at}
    if state is MailState.SENT:
        changed["content"] = ""  # nobody needs it any more
    with turn_to_write():
        return Mail.objects.filter(pk=mail.pk, claim=mail.claim, state__in=_HELD).update(**changed) == 1


def postpone_mail(mail: Mail, due: str, *, problem: str, answer: int = 0) -> bool:
    """Say that a mail was not taken and is to be tried again, not before `due`."""
    with turn_to_write():
        mine = Mail.objects.filter(pk=mail.pk, claim=mail.claim, state__in=_HELD)
        return mine.update(state=MailState.WAITING, claim="", due=due, problem=problem, answer=answer) == 1


def send_mail_again(mail: int, at: str) -> bool:
    """Let a mail go out that was refused or is uncertain: a person has decided it."""
    with turn_to_write():
        there = Mail.objects.filter(pk=mail, state__in=_FOR_A_PERSON).exclude(content="")
        changed = {"state": MailState.WAITING, "claim": "", "due": at, "attempts": 0, "settled_at": "", "ended_at": ""}
        return there.update(**changed) == 1
