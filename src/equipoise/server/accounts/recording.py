"""A record of what an administrator did about accounts: a line in the access log, which nobody can change.

What concerns a study stands in that study's log; what concerns an account alone, in the log of the whole site.
"""

from __future__ import annotations

from equipoise.conduct.permissions import Role
from equipoise.server.records.access import WHOLE_SITE
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.writing import Asker


def record(by: str, act: str, what: str, study: str = WHOLE_SITE) -> None:
    """Add a line to the log of a study, or of the whole site."""
    log_access(study, Asker(by=by, role=Role.ADMINISTRATOR.value), act, what[:200])
