"""The addresses of these pages."""

from __future__ import annotations

from equipoise.server.web.prescreening.check import check
from equipoise.server.web.prescreening.paper import paper
from equipoise.server.web.prescreening.slips import slip
from equipoise.server.web.routes import OfShown, Route

_CHECK = "studies/<str:number>/check/"

ROUTES: tuple[Route, ...] = (
    Route("check", _CHECK, check, OfShown()),
    Route("slip", f"{_CHECK}slip/", slip, OfShown()),
    Route("check-print", f"{_CHECK}print/", paper, OfShown()),
)
