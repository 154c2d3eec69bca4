"""The password again, before an act that cannot be taken back."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.http import HttpRequest

from equipoise.core.problem import Problem


def confirm_password(request: HttpRequest, password: str) -> Problem | None:
    """Return why the password is not the one of whoever is logged in, or None. Wrong ones count towards the lock-out.

    After too many the answer to the request is the page of the lock-out, whatever the view returns.
    """
    if not password:
        return Problem("server.accounts.no-password")
    # By `authenticate`, and not by comparing hashes, so that failures are counted.
    user = authenticate(request, username=request.user.get_username(), password=password)
    if user is not None and user.pk == request.user.pk:
        return None
    if getattr(request, "axes_locked_out", False):
        return Problem("server.accounts.locked-out")
    return Problem("server.accounts.wrong-password")
