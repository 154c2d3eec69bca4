"""What happens around every page: one line in the log, no copy in a cache, refusals in words."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import patch_vary_headers

from equipoise.core.languages import language_of
from equipoise.core.problem import ProblemsError
from equipoise.server.languages import asked_for, in_address
from equipoise.server.web import refused
from equipoise.server.web.routes import LISTED_BY_SEARCH_ENGINES, OfShown, Public, rule_of

_LOG = logging.getLogger("equipoise.requests")
Answer = Callable[[HttpRequest], HttpResponseBase]
_FEATURES = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


class RequestLog:
    """One line a request: what was asked for and by whom, and nothing that a person typed or a participant's number."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and log it."""
        began = time.perf_counter()
        response = self._answer(request)
        match = request.resolver_match
        # Only whom the page has asked for: logging does not read the database.
        user = request.__dict__.get("_cached_user")
        line = {
            "method": request.method if request.method in _METHODS else "other",
            "route": match.view_name if match else "",
            "study": match.kwargs.get("study", "") if match and hasattr(request, "acting") else "",
            "status": response.status_code,
            "milliseconds": round(1000 * (time.perf_counter() - began), 1),
            "account": user.get_username() if user is not None else "",
        }
        _LOG.info("%(method)s %(route)s %(status)s", line, extra=line)
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Languages:
    """The language of a page is the one in its address; an address without one goes on to the browser's language."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language of the request."""
        spoken = asked_for(request)
        translation.activate(spoken)
        request.LANGUAGE_CODE = spoken
        response = self._answer(request)
        if in_address(request.path_info):
            response.headers.setdefault("Content-Language", language_of(spoken).tag)
            return response
        below = f"/{spoken}{request.path_info}"
        if response.status_code == 404 and (is_valid_path(below) or is_valid_path(f"{below}/")):
            response = HttpResponseRedirect(f"/{spoken}{request.get_full_path()}")
        patch_vary_headers(response, ("Accept-Language",))
        return response


class PrivatePages:
    """Nothing but public pages, read by nobody in particular, may be kept by a browser or a proxy."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say what may be kept and what the page may use of the device."""
        response = self._answer(request)
        response["Permissions-Policy"] = _FEATURES
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        user = request.__dict__.get("_cached_user")
        known = user is not None and user.is_authenticated
        match = request.resolver_match
        # A page of accounts is a form, and never the same twice.
        public = match is not None and isinstance(getattr(match.func, "rule", None), Public | OfShown)
        reads = request.method in ("GET", "HEAD") and response.status_code == 200
        if known or not public or not reads or response.cookies:
            response["Cache-Control"] = "no-store"
        elif not response.has_header("Cache-Control"):
            # Kept by the browser of whoever read it, and asked for again: a study may have closed since.
            response["Cache-Control"] = "private, no-cache"
        if match is None or match.url_name not in LISTED_BY_SEARCH_ENGINES:
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response


class Refusals:
    """An address without a rule is no address; a refusal is a page in words, and never a traceback."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self._answer(request)

    def process_view(self, request: HttpRequest, *_of_view: Any) -> None:
        """Refuse what has no rule."""
        match = request.resolver_match
        if match is None or rule_of(match) is None:
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Put a refusal into words."""
        if isinstance(error, ProblemsError):
            return refused.refused(request, error.problems)
        if refused.is_out_of_reach(error):
            return refused.out_of_reach(request, error)
        return None
