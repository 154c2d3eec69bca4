"""The addresses of these pages."""

from __future__ import annotations

from equipoise.server.web.routes import Route

ROUTES: tuple[Route, ...] = ()
