"""The addresses of these pages."""

from __future__ import annotations

from equipoise.server.recruit.people import ANSWERING, OVERSEEING
from equipoise.server.web.enquiries.contact import contact
from equipoise.server.web.enquiries.inbox import enquirer, enquiries
from equipoise.server.web.enquiries.private import by_receipt, enquiry
from equipoise.server.web.routes import Holds, Public, Route

_TEAM = "studies/<str:study>/enquiries/"

ROUTES: tuple[Route, ...] = (
    # Not `OfShown`: whoever is writing while the study is taken away must get back what they typed.
    Route("contact", "studies/<str:number>/contact/", contact, Public()),
    Route("enquiry-by-receipt", "enquiries/", by_receipt, Public()),
    Route("enquiry", "enquiries/<str:token>/", enquiry, Public()),
    Route("enquiries", _TEAM, enquiries, Holds((*ANSWERING, *OVERSEEING))),
    Route("enquirer", f"{_TEAM}<str:receipt>/", enquirer, Holds(ANSWERING)),
)
