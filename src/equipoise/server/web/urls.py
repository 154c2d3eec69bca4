"""Every address of the site below its language, with the rule of who may open it."""

from __future__ import annotations

from equipoise.server.web.front import front
from equipoise.server.web.routes import LoggedIn, Public, Route, pattern
from equipoise.server.web.studies import studies

ROUTES: tuple[Route, ...] = (
    Route("front", "", front, Public()),
    Route("studies", "studies/", studies, LoggedIn()),
)

urlpatterns = [pattern(route) for route in ROUTES]
