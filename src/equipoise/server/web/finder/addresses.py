"""The addresses of these pages."""

from __future__ import annotations

from equipoise.server.web.finder.views import finder
from equipoise.server.web.routes import Public, Route

ROUTES: tuple[Route, ...] = (Route("find", "find/", finder, Public()),)
