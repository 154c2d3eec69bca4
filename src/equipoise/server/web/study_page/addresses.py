"""The addresses of these pages."""

from __future__ import annotations

from equipoise.server.web.routes import OfShown, Route
from equipoise.server.web.study_page.views import study

ROUTES: tuple[Route, ...] = (Route("study", "studies/<str:number>/", study, OfShown()),)
