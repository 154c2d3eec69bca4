"""One page for a doctor: the criteria, what the person said, and what is open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from equipoise.recruit.prescreening import outcome_of
from equipoise.server.languages import language
from equipoise.server.web.prescreening.carried import carried, kept_nowhere, page


@require_http_methods(["GET", "HEAD", "POST"])
@kept_nowhere
def paper(request: HttpRequest) -> HttpResponse:
    """Show the page to be printed. Opened without answers it leads to the check."""
    if request.method != "POST":
        return redirect("check", number=request.shown.number)
    of = carried(request)
    outcome = outcome_of(of.sheet, of.answers, of.today, language())
    return page(request, "paper", of, {"outcome": outcome, "today": of.today, "step": "paper"})
