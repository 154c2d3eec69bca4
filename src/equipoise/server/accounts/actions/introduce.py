"""Introduce somebody to a site: an account, a role, or both at once and then neither without the other."""

from __future__ import annotations

from django.db import transaction

from equipoise.core.problem import Problem
from equipoise.server.accounts.actions.grant_role import grant_role
from equipoise.server.accounts.actions.open_account import open_account


def introduce(
    username: str, *, email: str = "", language: str = "en", study: str = "", role: str = "", site: str = "", by: str
) -> str | Problem:
    """Open an account if an address is given, grant a role if a study is; return the link, empty if there is none."""
    if bool(study) != bool(role) or (site and not study):
        return Problem("server.accounts.study-and-role")
    link = ""
    with transaction.atomic():
        if email or not study:
            opened = open_account(username, email, language, by=by)
            if isinstance(opened, Problem):
                return opened
            link = opened.link
        if study:
            granted = grant_role(username, study, role, site, by=by)
            if isinstance(granted, Problem):
                transaction.set_rollback(True)
                return granted
    return link
