"""What a person reads when something is refused or broken: what it was, that nothing was lost, what to do next."""

from __future__ import annotations

import errno
import logging
import sys
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import override

from equipoise.conduct.permissions import who_may
from equipoise.core.languages import language_of
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server.languages import asked_for

_LOG = logging.getLogger("equipoise.server")
# The fields that are never sent back, and those that a form carries and nobody types.
_SECRET = ("password", "code", "token", "secret", "otp")
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
_CARRIED = ("key", "version", "next")
# Problems of the machine and not of what was asked: the same request may well pass later.
_LATER = frozenset({"server.clock-jumped", "server.records.clock-behind"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A field of a form that was sent."""

    name: str
    value: str

    @property
    def shown(self) -> bool:
        """Whether a person had filled it in."""
        return bool(self.value) and self.name not in _CARRIED


def is_out_of_reach(error: BaseException | None) -> bool:
    """Whether an error says that the database or the disk cannot be used now."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, OperationalError | InterfaceError)


def refused(request: HttpRequest, problems: tuple[Problem, ...]) -> HttpResponse:
    """Return the page that says why something was not done."""
    later = any(problem.code in _LATER for problem in problems)
    return _page(request, "refused", 503 if later else 409, problems=problems, typed=typed(request))


def out_of_reach(request: HttpRequest, error: BaseException | None = None) -> HttpResponse:
    """Return the page that says that nothing can be written or read now. It reads no database itself."""
    _LOG.error("out of reach", extra={"error": type(error).__name__})
    filled = typed(request)
    response = _page(request, "away", 503, alone=True, typed=filled, again=_token_to_send_again(request))
    response["Retry-After"] = "10"
    return response


def typed(request: HttpRequest) -> list[Typed]:
    """Return what was typed into the form that was sent; never a password or a code."""
    if request.method != "POST":
        return []
    return [
        Typed(name, value)
        for name, values in request.POST.lists()
        if name != _TOKEN and not _is_secret(name)
        for value in values
    ]


def _is_secret(name: str) -> bool:
    return any(part in name.lower() for part in _SECRET)


def _token_to_send_again(request: HttpRequest) -> str:
    """Return the token with which the form can be sent again as it was; "" if it held a secret or a file."""
    whole = (
        request.method == "POST"
        and not request.FILES
        and not any(_is_secret(name) for name in request.POST if name != _TOKEN)
    )
    return get_token(request) if whole else ""


def not_permitted(request: HttpRequest, command: type) -> HttpResponse:
    """Return the page for whoever sees a thing, but whose role may not do an act."""
    roles = [role.value for role in who_may(command)]
    return _page(request, "not-permitted", 403, command=command.__name__, roles=roles)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that did not come from a page of ours, or came too late."""
    _LOG.warning("csrf", extra={"reason": reason})
    return _page(request, "csrf", 403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's
    """Return the page for a request that makes no sense."""
    return _page(request, "bad", 400, alone=True)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - as above
    """Return the page for something that one may not do."""
    return _page(request, "denied", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - as above
    """Return the page for an address at which there is nothing for whoever asks."""
    return _page(request, "missing", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of ours; if the database has gone away, say that instead."""
    error = sys.exc_info()[1]
    if is_out_of_reach(error):
        return out_of_reach(request, error)
    if isinstance(error, ProblemsError):
        return _page(request, "refused", 503, alone=True, problems=error.problems, typed=typed(request))
    return _page(request, "fault", 500, alone=True)


def _page(request: HttpRequest, kind: str, status: int, *, alone: bool = False, **shown: object) -> HttpResponse:
    """Draw the page of a refusal. `alone`: without asking the database who reads it."""
    language = language_of(getattr(request, "LANGUAGE_CODE", "") or asked_for(request)).code
    address = request.get_full_path()
    context = {"kind": kind, "status": status, "alone": alone, "address": address, "page_address": address, **shown}
    context["language"] = language
    with override(language):
        try:
            content = render_to_string("refused.html", context, None if alone else request)
        except (OperationalError, InterfaceError):
            content = render_to_string("refused.html", {**context, "alone": True})
    return HttpResponse(content, status=status)
