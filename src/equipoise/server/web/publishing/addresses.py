"""The addresses of these pages."""

from __future__ import annotations

from equipoise.server.web.publishing.page import preview, public_page, showing
from equipoise.server.web.publishing.rights import SHOWING, WRITING
from equipoise.server.web.publishing.wording import check, words
from equipoise.server.web.routes import Holds, Route

_PAGE = "studies/<str:study>/page/"

ROUTES: tuple[Route, ...] = (
    Route("public-page", _PAGE, public_page, Holds(WRITING)),
    Route("public-page-preview", f"{_PAGE}preview/", preview, Holds(WRITING)),
    Route("public-page-shown", f"{_PAGE}shown/", showing, Holds(SHOWING)),
    Route("public-page-words", f"{_PAGE}words/<str:spoken>/", words, Holds(WRITING)),
    Route("public-page-words-check", f"{_PAGE}words/<str:spoken>/findings/", check, Holds(WRITING)),
)
