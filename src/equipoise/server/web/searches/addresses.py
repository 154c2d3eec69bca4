"""The addresses of these pages. What a link ends with is not written into any log: lines name the route alone."""

from __future__ import annotations

from equipoise.server.web.routes import Public, Route
from equipoise.server.web.searches.views import change, confirm, links, links_sent, notify, sent, unsubscribe

ROUTES: tuple[Route, ...] = (
    Route("notify", "notify/", notify, Public()),
    Route("notify-sent", "notify/sent/", sent, Public()),
    Route("notify-links", "notify/links/", links, Public()),
    Route("notify-links-sent", "notify/links/sent/", links_sent, Public()),
    Route("notify-confirm", "notify/confirm/<str:token>/", confirm, Public()),
    Route("notify-change", "notify/change/<str:token>/", change, Public()),
    Route("notify-unsubscribe", "notify/stop/<str:token>/", unsubscribe, Public()),
)
