"""Erase what somebody wrote, and keep for their certificate what was erased: kinds and numbers, nothing of them."""

from __future__ import annotations

from equipoise.core import canonical
from equipoise.server import clock
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.actions.follow_enquiry import ERASED
from equipoise.server.recruit.models import Enquiry, EnquiryState, Mail, MailState
from equipoise.server.recruit.said import said_of


def erase_enquiry(enquiry: Enquiry) -> Enquiry:
    """Erase an enquiry, now; once. What stays tells nobody: the receipt number, the centre, and how long it took."""
    at = clock.instant()
    with turn_to_write():
        row = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
        if row.erased_at:
            return row
        said = said_of(row)
        # A mail that is on its way at this moment keeps its row, so that what becomes of it can be written down.
        mails = Mail.objects.filter(key__startswith=f"enquiry:{row.pk}:")
        unsent = mails.exclude(state__in=(MailState.SENT, MailState.TALKING, MailState.ENDING)).count()
        mails.update(content="")
        mails.filter(state__in=(MailState.WAITING, MailState.UNCERTAIN, MailState.REFUSED)).update(
            state=MailState.STOPPED, problem="server.recruit.erased", settled_at=at
        )
        row.erased = canonical.dumps(
            {
                "name": int(bool(said.name)),
                "email": int(bool(said.email)),
                "phone": int(bool(said.phone)),
                "language": 1,
                "message": len(said.message),
                "added": len(said.added),
                "answers": len(said.answers),
                "place": int(bool(said.latitude)),
                "mails": unsent,
            }
        ).decode()
        row.content, row.of_email, row.code_hash, row.erased_at = "", "", "", at
        if row.state not in (EnquiryState.REFERRED, EnquiryState.CLOSED):
            row.state, row.closed_at, row.closed_why = EnquiryState.CLOSED.value, at, ERASED
        row.save()
        return row
