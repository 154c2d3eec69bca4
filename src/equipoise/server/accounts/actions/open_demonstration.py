"""Open the accounts of a demonstration: one for each role, with passwords that are shown once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import transaction

from equipoise.conduct.permissions import OF_A_CENTRE
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment
from equipoise.server.accounts.actions.grant_role import grant_role
from equipoise.server.accounts.actions.open_account import open_account
from equipoise.server.accounts.models import ROLES
from equipoise.server.records.reading import reading_of
from equipoise.server.records.writing import Asker

_BY = "demonstration"


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demonstration as it is shown to who started it."""

    name: str
    role: str
    site: str
    password: str


def open_demonstration(studies: list[str], site: str) -> list[Login]:
    """Open an account for each role in some studies; a centre's people are of one centre.

    Raises ProblemsError where others than this machine could reach the site.
    """
    if not environment.is_loopback():
        raise ProblemsError([Problem("server.accounts.demonstration-exposed")])
    return [_open(role.value, site if role in OF_A_CENTRE else "", studies) for role in ROLES]


def _open(role: str, site: str, studies: list[str]) -> Login:
    name = f"{role.replace('_', '-')}{'-' + site if site else ''}"
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        _refused(open_account(name, f"{name}@example.org", "en", by=_BY, password=password))
        for study in studies:
            known = reading_of(study, Asker(by=_BY, role=role)).declared.sites
            if not site or site in known:
                _refused(grant_role(name, study, role, site, by=_BY))
    return Login(name, role, site, password)


def _refused(done: object) -> None:
    if isinstance(done, Problem):
        raise ProblemsError([done])
