"""Words for patients in one language: written with the reading level live, checked, approved, taken back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from equipoise.core.languages import language_of
from equipoise.core.problem import Problem
from equipoise.core.words import text
from equipoise.recruit.plain.sources import Sources, sources_of
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.actions.decide_words import approve_words, withdraw_words
from equipoise.server.recruit.actions.keep_words import keep_words
from equipoise.server.recruit.models import WordsDecision, WordsVersion
from equipoise.server.recruit.wording import newest_version, overview_in, overview_of, standing_of
from equipoise.server.web.publishing.editor import (
    SPARE,
    Findings,
    Row,
    findings_of,
    name_in,
    overview_from,
    rows_in,
    rows_of,
)
from equipoise.server.web.publishing.page import ROOM, called
from equipoise.server.web.publishing.rights import APPROVING
from equipoise.server.web.study_page.overview import byline
from equipoise.study.model.study import Study


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, and what is wrong with it, by the field's name; `refused` is about all of it."""

    rows: list[Row]
    base: int
    findings: Findings
    name: str = ""
    wrong: dict[str, Problem] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, spoken: str) -> HttpResponse:
    """Show the words of a language, and do what was asked with them."""
    study = _study(request, spoken)
    sources = sources_of(study, spoken)
    newest = newest_version(study.id, spoken)
    if request.method != "POST":
        rows, findings = findings_of(rows_of(overview_in(newest) if newest else None, sources), spoken, sources)
        return _page(request, spoken, Form(rows, newest.number if newest else 0, findings))
    act = {"save": _save, "approve": _approve, "withdraw": _withdraw}.get(request.POST.get("act", ""), _check)
    return act(request, study, spoken)


@require_POST
def check(request: HttpRequest, spoken: str) -> HttpResponse:
    """Return what the check finds in words while they are being typed."""
    study = _study(request, spoken)
    _, findings = findings_of(rows_in(request.POST), spoken, sources_of(study, spoken))
    return render(request, "publishing/_findings.html", {"findings": findings, "spoken": spoken})


def _study(request: HttpRequest, spoken: str) -> Study:
    study: Study = request.acting.reading.declared
    if spoken not in study.identity.languages:
        raise Http404
    return study


def _sent(request: HttpRequest, study: Study, spoken: str) -> Form:
    base = request.POST.get("base", "")
    sources = sources_of(study, spoken)
    rows, findings = findings_of(_with_spare(rows_in(request.POST)), spoken, sources)
    number = int(base) if base.isascii() and base.isdecimal() and len(base) < 7 else 0
    return Form(rows, number, findings, " ".join(request.POST.get("name", "").split())[:200])


def _with_spare(rows: list[Row]) -> list[Row]:
    """Return rows with empty ones at the end, for what comes to mind next."""
    empty = sum(1 for row in rows[-SPARE:] if not row.text)
    part = rows[-1].part if rows else "1"
    return [*rows, *(Row(len(rows) + number, part=part) for number in range(1, SPARE - empty + 1))]


def _check(request: HttpRequest, study: Study, spoken: str) -> HttpResponse:
    return _page(request, spoken, _sent(request, study, spoken))


def _save(request: HttpRequest, study: Study, spoken: str) -> HttpResponse:
    form = _sent(request, study, spoken)
    name = name_in(request.POST)
    wrong = {"name": name} if isinstance(name, Problem) else {}
    if form.findings.empty:
        wrong["text-1"] = Problem(f"{ROOM}.nothing-written")
    if isinstance(name, Problem) or wrong:
        return _page(request, spoken, replace(form, wrong=wrong), status=400)
    newest = newest_version(study.id, spoken)
    before = overview_in(newest) if newest else None
    made = overview_from(form.rows, before, spoken, writer=name, day=clock.instant()[:10])
    if before is not None and made.paragraphs == before.paragraphs:
        return _page(request, spoken, replace(form, refused=(Problem(f"{ROOM}.nothing-changed"),)), status=400)
    kept = keep_words(study.id, made, request.acting.asker.by, base=form.base)
    if isinstance(kept, Problem):
        # What was typed is kept, on top of the version that came in between.
        form = replace(form, base=int(kept.params["number"]), refused=(kept,))
        return _page(request, spoken, form, status=409)
    return _done(request, spoken, "saved", number=kept.number)


def _approve(request: HttpRequest, study: Study, spoken: str) -> HttpResponse:
    form = _as_kept(study, spoken)
    if request.acting.asker.role not in APPROVING:
        return _page(request, spoken, replace(form, refused=(Problem(f"{ROOM}.may-not-approve"),)), status=403)
    name = name_in(request.POST)
    wrong = {"approver": name} if isinstance(name, Problem) else {}
    if request.POST.get("confirmed") != "yes":
        wrong["confirmed"] = Problem(f"{ROOM}.not-read")
    if isinstance(name, Problem) or wrong:
        typed = " ".join(request.POST.get("name", "").split())[:200]
        return _page(request, spoken, replace(form, wrong=wrong, name=typed), status=400)
    sent = request.POST.get("base", "")
    number = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 7 else 0
    problems = approve_words(study, spoken, number, name=name, by=request.acting.asker.by)
    if problems:
        return _page(request, spoken, replace(form, refused=problems, name=name), status=409)
    return _done(request, spoken, "approved", name=name)


def _withdraw(request: HttpRequest, study: Study, spoken: str) -> HttpResponse:
    form = _as_kept(study, spoken)
    if request.acting.asker.role not in APPROVING:
        return _page(request, spoken, replace(form, refused=(Problem(f"{ROOM}.may-not-approve"),)), status=403)
    refused = withdraw_words(study.id, spoken, by=request.acting.asker.by)
    if refused is not None:
        return _page(request, spoken, replace(form, refused=(refused,)), status=409)
    return _done(request, spoken, "withdrawn")


def _as_kept(study: Study, spoken: str) -> Form:
    sources: Sources = sources_of(study, spoken)
    newest = newest_version(study.id, spoken)
    rows, findings = findings_of(rows_of(overview_in(newest) if newest else None, sources), spoken, sources)
    return Form(rows, newest.number if newest else 0, findings)


def _done(request: HttpRequest, spoken: str, key: str, **params: object) -> HttpResponse:
    messages.success(request, text(ROOM, f"words.{key}", language(), language=called(spoken), **params))
    return redirect("public-page-words", study=request.acting.reading.row.study, spoken=spoken)


def _page(request: HttpRequest, spoken: str, form: Form, *, status: int = 200) -> HttpResponse:
    study = request.acting.reading.declared
    overview = overview_of(study.id, study, spoken)
    shown: dict[str, Any] = {
        "spoken": spoken,
        "tag": language_of(spoken).tag,
        "called": called(spoken),
        "standing": standing_of(study.id, study, spoken),
        "overview": overview,
        "byline": byline(overview, language()) if overview else "",
        "form": form,
        "findings": form.findings,
        "count": len(form.rows),
        "may_approve": request.acting.asker.role in APPROVING,
        "versions": _versions(study.id, spoken),
        "suggested": request.user.get_full_name(),
    }
    return render(request, "publishing/words.html", shown, status=status)


def _versions(study: str, spoken: str) -> list[tuple[WordsVersion, list[WordsDecision]]]:
    """Return the last versions, the newest first, each with what was decided about it."""
    found = WordsVersion.objects.filter(study=study, language=spoken).order_by("-number")[:20]
    return [(each, list(each.decisions.order_by("id"))) for each in found.prefetch_related("decisions")]
