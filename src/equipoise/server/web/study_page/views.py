"""The page of a study, for anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def study(request: HttpRequest) -> HttpResponse:
    """Show a study's page."""
    return render(request, "study_page/study.html", {"declared": request.shown.study})
