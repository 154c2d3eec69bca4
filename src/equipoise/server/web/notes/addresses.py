"""The addresses of private notes: a reader's own, and those that somebody shared."""

from __future__ import annotations

from equipoise.server.web.notes.pages import notes, shared_notes
from equipoise.server.web.notes.sharing import open_shared, share, take_back
from equipoise.server.web.routes import Public, Route

ROUTES: tuple[Route, ...] = (
    Route("notes", "notes/", notes, Public()),
    Route("notes-share", "notes/share/", share, Public()),
    Route("notes-shared", "notes/shared/<str:link>/", shared_notes, Public()),
    Route("notes-open", "notes/shared/<str:link>/open/", open_shared, Public()),
    Route("notes-revoke", "notes/shared/<str:link>/revoke/", take_back, Public()),
)
