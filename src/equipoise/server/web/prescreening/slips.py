"""Copy your slip: paste or type its lines, see what was read from which words, and confirm it before it counts."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from equipoise.core.problem import Problem
from equipoise.criteria.verdict import Status
from equipoise.recruit.prescreening.answers import in_words
from equipoise.recruit.prescreening.sheet import statuses_of
from equipoise.recruit.prescreening.slip import Reading, Slip, State, read_slip
from equipoise.server.languages import language
from equipoise.server.web.prescreening.carried import Carried, carried, kept_nowhere, page, reads_slips


@dataclass(frozen=True, slots=True)
class Row:
    """A reading with its words: what the test is called, the result, and the criteria that it settles or bears on."""

    reading: Reading
    label: str
    answer: str
    settles: tuple[tuple[str, str], ...]  # a criterion in plain words, and how it stands with this result


@require_http_methods(["GET", "HEAD", "POST"])
@kept_nowhere
def slip(request: HttpRequest) -> HttpResponse:
    """Ask for the lines; show what was read of them."""
    of = carried(request)
    text = request.POST.get("slip", "")
    if not reads_slips(of.sheet):
        return page(request, "no_slip", of)
    if request.POST.get("go") != "read":
        return page(request, "slip", of, {"text": text, "step": "open"})
    read = read_slip(of.sheet, text, of.today)
    if isinstance(read, Problem):
        return page(request, "slip", of, {"text": text, "wrong": read, "step": "open"}, status=400)
    return page(request, "slip_read", of, {"text": text, "step": "read", **_read(of, read)})


def _read(of: Carried, read: Slip) -> dict[str, object]:
    rows = [_row(of, one) for one in read.readings]
    clashes = [
        (of.sheet.label(name, language()), name, [_row(of, one) for one in found])
        for name, found in read.conflicts.items()
    ]
    shown = {
        "used": [row for row in rows if row.reading.state is State.READ],
        "clashes": clashes,
        "unusable": [row for row in rows if row.reading.state is State.UNUSABLE],
        "set_aside": [row for row in rows if row.reading.state in (State.OLDER, State.AGAIN, State.NOT_NEEDED)],
        "days": [row for row in rows if row.reading.state is State.DAY],
        "unknown": [row for row in rows if row.reading.state is State.NOT_RECOGNISED],
    }
    return {**shown, "any": bool(shown["used"] or clashes)}


def _row(of: Carried, one: Reading) -> Row:
    spoken = language()
    label = of.sheet.label(one.variable, spoken) if one.variable else ""
    answer = in_words(of.sheet, one.variable, one.value, spoken) if one.value else ""
    return Row(one, label, answer, _settled(of, one, spoken) if one.value else ())


def _settled(of: Carried, one: Reading, spoken: str) -> tuple[tuple[str, str], ...]:
    """Return the criteria that a result bears on, with how they stand once it counts."""
    then = statuses_of(of.sheet, of.answers.saying(one.variable, one.value).facts(of.sheet, of.today))
    said = {Status.PASS: "fits", Status.FAIL: "does_not_fit"}
    return tuple(
        (of.sheet.plain(rule.id, spoken), said.get(then[rule.id], "open"))
        for rule in of.sheet.criteria
        if one.variable in rule.rule.variables
    )
