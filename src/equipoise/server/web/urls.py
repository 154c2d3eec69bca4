"""Every address of the site below its language, with the rule of who may open it."""

from __future__ import annotations

from equipoise.server.web.routes import Route, pattern

ROUTES: tuple[Route, ...] = ()

urlpatterns = [pattern(route) for route in ROUTES]
