"""The last verification of a study's records, a new one, and whether a printed page is genuine."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from equipoise.core.problem import Problem
from equipoise.core.words import text
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.actions.note_verification import note_verification
from equipoise.server.records.actions.prepare_results import ASKED, VERIFICATION, ask, is_overdue
from equipoise.server.records.kept_problems import problems_of
from equipoise.server.records.models import Prepared, Verification
from equipoise.server.records.reading import Reading
from equipoise.server.records.standing import SHORTEST, Standing, as_hash, standing
from equipoise.server.web.acts.grouped import in_groups
from equipoise.server.web.templatetags.say import language

AT_ONCE = 20_000  # events that are verified while the page waits; a longer history is the worker's


@dataclass(frozen=True, slots=True)
class Last:
    """The last verification as it is shown."""

    row: Verification
    head: list[str]
    problems: tuple[Problem, ...]
    since: int  # events after it
    still_stands: bool  # whether the head of that day stands where it stood
    allocations: str  # a key of its words

    @property
    def holds(self) -> bool:
        """Whether the records held, and what held then is still there."""
        return not self.problems and self.still_stands

    @property
    def events(self) -> str:
        """How many events were verified."""
        return f"{self.row.seq:,}"

    @property
    def since_said(self) -> str:
        """How many events came since."""
        return f"{self.since:,}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A hash that somebody typed and where it stands: `answer` is a key of its words."""

    typed: str
    answer: str
    found: Standing | None = None
    head: list[str] | None = None
    verified: bool = False

    @property
    def seq(self) -> str:
        """The number of the event that was found."""
        return f"{self.found.seq:,}" if self.found else ""

    @property
    def since(self) -> str:
        """How many events came after it; empty for none."""
        return f"{self.found.since:,}" if self.found and self.found.since else ""


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """Show the last verification, and check the hash of a printed page; verify anew if that is asked for."""
    reading = request.acting.reading
    if request.method == "POST":
        return _verify(request, reading)
    last = _last(reading)
    shown = {
        "last": last,
        "row": reading.row,
        "head_groups": in_groups(reading.row.head),
        "under_way": _under_way(reading),
        "asked": _asked(reading, request.GET["head"], last) if request.GET.get("head", "").strip() else None,
        "shortest": SHORTEST,
        "events": f"{reading.row.seq:,}",
        "worker_does": reading.row.seq >= AT_ONCE,
    }
    if request.htmx and request.GET.get("part") == "last":
        return render(request, "acts/last_verification.html", shown)
    return render(request, "acts/verification.html", shown)


def _verify(request: HttpRequest, reading: Reading) -> HttpResponse:
    study = reading.row.study
    log_access(study, reading.asker, "verified", f"up to event {reading.row.seq}")
    if reading.row.seq < AT_ONCE:
        note_verification(study, reading.asker.by)
        messages.info(request, text("server.web.acts", "verify.just-now", language()))
    else:
        ask(study, VERIFICATION, reading.asker.by)
    return redirect("verification", study=study)


def _last(reading: Reading) -> Last | None:
    row = Verification.objects.filter(study=reading.row.study).order_by("-id").first()
    if row is None:
        return None
    stands = any(found.seq == row.seq for found in standing(row.study, row.head))
    allocations = row.allocations.replace(",", "").replace(" ", "-")
    return Last(
        row,
        in_groups(row.head),
        problems_of(row.problems),
        reading.row.seq - row.seq,
        stands,
        allocations,
    )


def _under_way(reading: Reading) -> bool:
    asked = Prepared.objects.filter(study=reading.row.study, kind=VERIFICATION, state=ASKED).order_by("-id").first()
    return asked is not None and not is_overdue(asked)


def _asked(reading: Reading, typed: str, last: Last | None) -> Asked:
    beginning = as_hash(typed)
    if beginning is None:
        return Asked(typed[:200], "no-hash")
    found = standing(reading.row.study, beginning)
    if not found:
        return Asked(typed, "not-here")
    if len(found) > 1:
        return Asked(typed, "too-short")
    verified = last is not None and not last.problems and last.still_stands and last.row.seq >= found[0].seq
    return Asked(typed, "here", found[0], in_groups(found[0].hash), verified)
