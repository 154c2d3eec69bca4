"""Follow an enquiry up: read, contacted, prescreened, closed; what its sender adds."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.core.problem import Problem
from equipoise.server import clock
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.models import Enquiry, EnquiryState
from equipoise.server.recruit.said import said_of

_S = EnquiryState
# From where one may go where. What is referred goes on in the history.
STEPS: Mapping[EnquiryState, tuple[EnquiryState, ...]] = {
    _S.NEW: (_S.READ,),
    _S.READ: (_S.CONTACTED, _S.CLOSED),
    _S.CONTACTED: (_S.PRESCREENED, _S.REFERRED, _S.CLOSED),
    _S.PRESCREENED: (_S.REFERRED, _S.CLOSED),
    _S.REFERRED: (),
    _S.CLOSED: (),
}
REASONS = ("does-not-fit", "does-not-want", "not-reached", "other")
WITHDRAWN, ERASED = "withdrawn", "erased"
MOST_ADDED = 5  # messages that a sender may add


def follow_enquiry(enquiry: Enquiry, to: EnquiryState, *, why: str = "", participant: str = "") -> Enquiry | Problem:
    """Let an enquiry take a step, now. The step that it has just taken again is no problem."""
    at = clock.instant()
    with turn_to_write():
        row = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
        if row.state == to:
            return row
        if row.erased_at or to not in STEPS[EnquiryState(row.state)]:
            return Problem("server.recruit.no-such-step", {"receipt": row.receipt})
        row.state = to.value
        setattr(row, f"{to}_at", at)
        row.closed_why, row.participant = why, participant
        row.save()
        return row


def close_by_sender(enquiry: Enquiry) -> Enquiry | Problem:
    """Let its sender take an enquiry back: nobody shall contact them any more."""
    with turn_to_write():
        row = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
        if row.state in (EnquiryState.REFERRED, EnquiryState.CLOSED):
            return Problem("server.recruit.no-such-step", {"receipt": row.receipt})
        row.state, row.closed_at, row.closed_why = EnquiryState.CLOSED.value, clock.instant(), WITHDRAWN
        row.save(update_fields=["state", "closed_at", "closed_why"])
        return row


def add_to_enquiry(enquiry: Enquiry, text: str) -> Problem | None:
    """Let its sender add a message."""
    with turn_to_write():
        row = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
        if row.erased_at or row.state == EnquiryState.CLOSED:
            return Problem("server.recruit.no-such-step", {"receipt": row.receipt})
        said = said_of(row)
        if text in said.added:
            return None  # the same form again
        if len(said.added) >= MOST_ADDED:
            return Problem("server.recruit.enough-added", {"most": MOST_ADDED})
        row.content = said.adding(text).kept()
        row.save(update_fields=["content"])
    return None
