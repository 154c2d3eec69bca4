"""What every request of somebody who is logged in must pass: the session's end, and the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from equipoise.server import clock
from equipoise.server.accounts import sessions
from equipoise.server.accounts.second_factor import is_required
from equipoise.server.accounts.urls import WITHOUT_SECOND_FACTOR

Answer = Callable[[HttpRequest], HttpResponseBase]


class SessionsEnd:
    """A session ends half an hour after the last request, and twelve hours after the log-in."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or end the session and say why."""
        if request.user.is_authenticated:
            now = clock.now()
            why = sessions.ended(request.session, now)
            if why is not None:
                return log_out(request, why)
            sessions.note_request(request.session, now)
        return self._answer(request)


class SecondFactor:
    """Whoever has no second factor is sent to set one up, before anything else."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._required = is_required()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self._answer(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Let pass, or send to where a second factor is set up."""
        if not self._required or not request.user.is_authenticated or sessions.has_second_factor(request):
            return None
        if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            # Somebody logged in here with the password alone, and the second factor was set up elsewhere: that this
            # session is the owner's is not known.
            return log_out(request, sessions.Ended.FACTOR)
        match = request.resolver_match
        if match is not None and match.view_name in WITHOUT_SECOND_FACTOR:
            return None
        return _goto(request, reverse("mfa_activate_totp"))


def log_out(request: HttpRequest, why: sessions.Ended) -> HttpResponse:
    """End the session and go to the log-in, which says why; from there the way leads back."""
    logout(request)
    asked = {"ended": why.value}
    if request.method in ("GET", "HEAD"):
        asked["next"] = request.get_full_path()
    return _goto(request, f"{reverse('account_login')}?{urlencode(asked)}")


def _goto(request: HttpRequest, address: str) -> HttpResponse:
    # A part of a page cannot hold a log-in: the whole page goes there.
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
