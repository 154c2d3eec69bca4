"""Offer an enquiry that its centre has not answered to the next one, if its sender has agreed; tell who oversees."""

from __future__ import annotations

from datetime import datetime

from equipoise.recruit.routing import nearest
from equipoise.server import clock
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.due import due_at
from equipoise.server.recruit.enquiry_mails import write_overdue, write_passed_on, write_to_centre
from equipoise.server.recruit.models import Enquiry, EnquiryState, Offer
from equipoise.server.recruit.people import who_oversees
from equipoise.server.recruit.said import Said, said_of
from equipoise.server.recruit.shown import shown

WAITING = (EnquiryState.NEW.value, EnquiryState.READ.value)


def offer_next(enquiry: int, moment: datetime) -> str | None:
    """Offer an enquiry to the next centre; return which, "" if there is none, None if nothing was due."""
    at = clock.written(moment)
    with turn_to_write():
        row = Enquiry.objects.select_for_update().filter(pk=enquiry, state__in=WAITING, due__lt=at).first()
        offer = None if row is None else row.offers.filter(site=row.site, overdue_at="").first()
        if row is None or offer is None:
            return None  # answered, passed on or seen to in the meantime
        offer.overdue_at = at
        offer.save(update_fields=["overdue_at"])
        write_overdue(row, row.site, who_oversees(row.study))
        said = said_of(row)
        site = _next_centre(row, said) if said.pass_on else ""
        if site:
            row.site, row.due = site, clock.written(due_at(row.study, site, moment))
            row.state, row.read_at = EnquiryState.NEW.value, ""
            row.save(update_fields=["site", "due", "state", "read_at"])
            Offer.objects.create(enquiry=row, site=site, at=at, due=row.due)
            write_to_centre(row)
            write_passed_on(row, said)
        return site


def _next_centre(row: Enquiry, said: Said) -> str:
    """Return the nearest centre that takes people in and has not had it; "" if there is none."""
    found = shown(row.listed)
    if found is None:
        return ""
    listing = found.listing(row.language)
    had = set(row.offers.values_list("site", flat=True))
    first = next((centre for centre in listing.centres if centre.site == row.offers.earliest("id").site), None)
    if said.latitude:
        at = (float(said.latitude), float(said.longitude))
    elif first is not None and first.latitude is not None and first.longitude is not None:
        at = (float(first.latitude), float(first.longitude))  # of whom no place is known: near what they chose
    else:
        at = (0.0, 0.0)
    for reached in nearest(listing, *at):
        if reached.recruiting and reached.centre.site and reached.centre.site not in had:
            return reached.centre.site
    return ""
