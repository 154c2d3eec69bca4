"""What can be taken of a study: its dataset, its tables, its history, its report; prepared first, then taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.core.problem import Problem
from equipoise.core.words import text
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.actions.prepare_results import ASKED, FAILED, READY, ask, folder_of, is_overdue, is_there
from equipoise.server.records.kept_problems import problems_of
from equipoise.server.records.models import Prepared
from equipoise.server.records.reading import Reading
from equipoise.server.records.results import KINDS
from equipoise.server.web.acts.grouped import in_groups
from equipoise.server.web.acts.rights import Right, right_to
from equipoise.server.web.templatetags.say import language

_ROOM = "server.web.acts"
_LOOKED_AT = 8  # rows of a kind: there are hardly ever more than two
# The order in which the files of a report stand: what is read first comes first.
_ORDER = ("report-html", "report-en-pdf", "report-zh-hans-pdf", "results-json")
_TYPES = {
    ".zip": "application/zip",
    ".jsonl": "application/jsonl",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file that lies ready."""

    name: str
    address: str
    bytes: int
    sha256: str
    what: str  # a key of its words


@dataclass(frozen=True, slots=True)
class Thing:
    """One kind of thing as the page shows it: who may take it, and how far it is."""

    kind: str
    right: Right
    state: str = "absent"  # absent, asked, late, ready, failed
    files: tuple[File, ...] = ()
    counts: str = ""  # in words
    head: tuple[str, ...] = ()
    seq: str = ""
    since: str = ""  # events that came after it was prepared; empty for none
    at: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def can_be_asked(self) -> bool:
        """Whether there is something to prepare that is not ready or under way."""
        return self.right.holds and self.state != ASKED and (self.state != READY or bool(self.since))


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what can be taken, by whom, and what is ready."""
    reading = request.acting.reading
    things = [thing(reading, kind) for kind in KINDS]
    return render(
        request,
        "acts/results.html",
        {"things": things, "row": reading.row, "events": f"{reading.row.seq:,}"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, kind: str) -> HttpResponse:
    """Have one thing prepared (POST), or show how far it is, as a part of the page (GET)."""
    reading = _known(request, kind)
    right = right_to(reading, kind)
    if not right.holds:
        return _may_not(request, kind, right)
    if request.method == "POST":
        ask(reading.row.study, kind, reading.asker.by, language=_spoken(kind))
        if not request.htmx:
            return redirect(f"{reverse('results', kwargs={'study': reading.row.study})}#{kind}")
    elif not request.htmx:
        return redirect("results", study=reading.row.study)
    return render(request, "acts/thing.html", {"thing": thing(reading, kind)})


@require_safe
def take(request: HttpRequest, kind: str, head: str, file: str) -> HttpResponseBase:
    """Send a file that lies ready; the log knows of it first."""
    reading = _known(request, kind)
    right = right_to(reading, kind)
    if not right.holds:
        return _may_not(request, kind, right)
    row = _rows(reading, kind).filter(head=head).first()
    if row is None or not is_there(row) or file not in {each["name"] for each in json.loads(row.files)}:
        raise Http404
    log_access(reading.row.study, reading.asker, "exported", f"{kind} {file.removeprefix(row.study)} {row.head}"[:200])
    path = folder_of(row) / file
    response = FileResponse(path.open("rb"), as_attachment=True, filename=file, content_type=_TYPES[path.suffix])
    # Packed already, or to arrive as it was hashed: nothing on the way is to pack it, and its length is told.
    response["Content-Encoding"] = "identity"
    response["X-Equipoise-Head"] = row.head
    return response


def thing(reading: Reading, kind: str) -> Thing:
    """Return how far a kind of thing is: as of the last event, or else the newest that lies ready."""
    right = right_to(reading, kind)
    if not right.holds:
        return Thing(kind, right)
    # The newest that is under way, ready, or has just failed; what a restored database knows and nobody has is passed.
    for row in _rows(reading, kind).order_by("-seq")[:_LOOKED_AT]:
        if row.state == ASKED:
            return Thing(kind, right, "late" if is_overdue(row) else ASKED, at=row.asked_at)
        if row.state == FAILED and row.head == reading.row.head:
            return Thing(kind, right, FAILED, at=row.ended_at, problems=problems_of(row.problems))
        if is_there(row):
            return _ready(reading, kind, right, row)
    return Thing(kind, right)


def _ready(reading: Reading, kind: str, right: Right, row: Prepared) -> Thing:
    since = reading.row.seq - row.seq
    files = [_file(row, each) for each in json.loads(row.files)]
    files.sort(key=lambda file: _ORDER.index(file.what) if file.what in _ORDER else len(_ORDER))
    return Thing(
        kind,
        right,
        READY,
        tuple(files),
        text(_ROOM, f"counts.{kind}", language(), **{name: f"{n:,}" for name, n in json.loads(row.counts).items()}),
        tuple(in_groups(row.head)),
        f"{row.seq:,}",
        f"{since:,}" if since else "",
        row.ended_at,
    )


def _file(row: Prepared, kept: dict[str, Any]) -> File:
    name = kept["name"]
    address = reverse("take", kwargs={"study": row.study, "kind": row.kind, "head": row.head, "file": name})
    # nct…-1a2b3c4d5e6f-report.en.pdf: what it is stands after the second dash.
    what = name.removeprefix(f"{row.study}-{row.head[:12]}-").replace(".", "-")
    return File(name, address, kept["bytes"], kept["sha256"], what)


def _known(request: HttpRequest, kind: str) -> Reading:
    if kind not in KINDS:
        raise Http404
    reading: Reading = request.acting.reading
    return reading


def _rows(reading: Reading, kind: str) -> Any:
    return Prepared.objects.filter(study=reading.row.study, kind=kind, language=_spoken(kind))


def _spoken(kind: str) -> str:
    # The dictionary beside the tables is in the words of the page; everything else has no words, or all.
    return language() if kind == "tables" else ""


def _may_not(request: HttpRequest, kind: str, right: Right) -> HttpResponse:
    return render(request, "acts/may_not_take.html", {"kind": kind, "right": right}, status=403)
