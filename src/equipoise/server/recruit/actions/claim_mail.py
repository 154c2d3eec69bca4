"""Claim a mail before its server is talked to, and say that its end is about to be said: each committed at once.

Two workers never have one mail: whoever takes it writes their own mark, and only whose mark stands may end it.
"""

from __future__ import annotations

from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.models import Mail, MailState


def claim_mail(claim: str, at: str) -> Mail | None:
    """Take the mail that has waited longest; None if none is due."""
    if not Mail.objects.filter(state=MailState.WAITING, due__lte=at).exists():
        return None  # asked without a lock: this is what a worker does all day
    with turn_to_write():
        due = Mail.objects.select_for_update(skip_locked=True).filter(state=MailState.WAITING, due__lte=at)
        mail = due.order_by("due", "id").first()
        if mail is None:
            return None
        mail.state, mail.claim, mail.claimed_at = MailState.TALKING.value, claim, at
        mail.attempts += 1
        mail.save(update_fields=["state", "claim", "claimed_at", "attempts"])
        return mail


def mark_ending(mail: Mail, at: str) -> bool:
    """Say that a mail's end is about to be said; False if the claim has lapsed and another may have the mail."""
    with turn_to_write():
        mine = Mail.objects.filter(pk=mail.pk, claim=mail.claim, state=MailState.TALKING)
        return mine.update(state=MailState.ENDING, ended_at=at) == 1


def release_lapsed(before: str, *, is_repeatable: bool) -> int:
    """Settle what a worker that died has left: what was not ended waits again, what may have arrived is uncertain."""
    lapsed = Mail.objects.filter(claimed_at__lt=before)
    if not lapsed.filter(state__in=(MailState.TALKING, MailState.ENDING)).exists():
        return 0
    again = [MailState.TALKING, MailState.ENDING] if is_repeatable else [MailState.TALKING]
    with turn_to_write():
        waiting = lapsed.filter(state__in=again).update(state=MailState.WAITING, claim="")
        # The claim stays: a worker that lives on after all may still say how it ended.
        uncertain = lapsed.filter(state=MailState.ENDING).update(
            state=MailState.UNCERTAIN, problem="server.recruit.worker-died"
        )
    return waiting + uncertain
