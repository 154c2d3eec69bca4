"""Submit an enquiry: the row, the offer to its centre, and every mail about it, in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError

from equipoise.server import clock
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.contacts import fingerprint
from equipoise.server.recruit.due import due_at
from equipoise.server.recruit.enquiry_mails import write_copy, write_overdue, write_to_centre
from equipoise.server.recruit.links import hashed
from equipoise.server.recruit.models import Enquiry, Offer
from equipoise.server.recruit.people import who_oversees
from equipoise.server.recruit.said import Said

# Without the letters and digits that look alike on paper or sound alike on the telephone.
_LETTERS = "23456789ABCDEFGHJKMNPQRTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Submission:
    """An enquiry as a form sends it."""

    key: str
    listed: str
    study: str
    site: str
    language: str
    said: Said


def submit_enquiry(
    sent: Submission, *, admit: Callable[[], bool] = lambda: True, now: Callable[[], datetime] = clock.now
) -> Enquiry | None:
    """Submit an enquiry, once per key: the same form again is the same enquiry.

    `admit` counts the attempt and says whether it is within the limits, in the same transaction, because flushing a
    second one costs as much as all the rest; None if it is not.
    """
    there = Enquiry.objects.filter(key=sent.key).first()
    if there is not None:
        return there
    said = replace(sent.said, token=secrets.token_hex(32), code=_code(4, 4, 4))
    moment = now()
    try:
        with turn_to_write():
            return _submitted(sent, said, moment) if admit() else None
    except IntegrityError:
        there = Enquiry.objects.filter(key=sent.key).first()
        if there is None:
            raise
        return there  # the same form, sent twice at once


def _submitted(sent: Submission, said: Said, moment: datetime) -> Enquiry:
    at, due = clock.written(moment), clock.written(due_at(sent.study, sent.site, moment))
    enquiry = Enquiry.objects.create(
        receipt=_code(4, 4),
        key=sent.key,
        listed=sent.listed,
        study=sent.study,
        site=sent.site,
        language=sent.language,
        content=said.kept(),
        of_email=fingerprint(said.email) if said.email else "",
        token_hash=hashed(said.token),
        code_hash=fingerprint(said.code),
        received_at=at,
        due=due,
    )
    Offer.objects.create(enquiry=enquiry, site=sent.site, at=at, due=due)
    if said.email:
        write_copy(enquiry, said)
    if write_to_centre(enquiry) == 0:
        # Nobody at the centre has an account: whoever oversees the study learns of it at once.
        write_overdue(enquiry, sent.site, who_oversees(sent.study))
    return enquiry


def _code(*groups: int) -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(size)) for size in groups)
