"""Grant somebody a role in a study, of a centre where the role is of one."""

from __future__ import annotations

from django.db import transaction

from equipoise.conduct.permissions import OF_A_CENTRE, Role
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import clock
from equipoise.server.accounts.finding import locked
from equipoise.server.accounts.models import ROLES, Membership
from equipoise.server.accounts.recording import record
from equipoise.server.records.reading import reading_of
from equipoise.server.records.writing import Asker


def grant_role(username: str, study: str, role: str, site: str = "", *, by: str) -> Membership | Problem:
    """Grant a role from now on. Nobody has two roles in one study."""
    problem = _unfit(study, role, site, by)
    if problem is not None:
        return problem
    with transaction.atomic():
        account = locked(username)
        if isinstance(account, Problem):
            return account
        held = Membership.objects.filter(user=account, study=study, until=None).first()
        if held is not None:
            return Problem("server.accounts.has-a-role", {"name": username, "study": study, "role": held.role})
        granted = Membership.objects.create(user=account, study=study, role=role, site=site, since=clock.now())
        record(by, "role_granted", f"{username} {role} {site}".strip(), study)
    return granted


def _unfit(study: str, role: str, site: str, by: str) -> Problem | None:
    if role not in ROLES:
        return Problem("server.accounts.unknown-role", {"role": role[:40], "roles": ", ".join(ROLES)})
    try:
        sites = reading_of(study, Asker(by=by, role=Role.ADMINISTRATOR.value)).declared.sites
    except ProblemsError as error:
        return error.problems[0]
    known = ", ".join(sorted(sites))
    if role not in OF_A_CENTRE:
        return Problem("server.accounts.no-site-wanted", {"role": role}) if site else None
    if not site:
        return Problem("server.accounts.site-needed", {"role": role, "sites": known})
    if site not in sites:
        return Problem("server.accounts.no-such-site", {"study": study, "site": site[:20], "sites": known})
    return None
