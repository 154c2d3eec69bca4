"""Open a study: publish its first version, keep a new allocation secret, commit to it and to the declarations."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.db import transaction

from equipoise.conduct.commands import CommitAllocation, CommitDeclarations, PublishVersion
from equipoise.conduct.permissions import Role
from equipoise.core.problem import Problem, ProblemsError
from equipoise.randomise.stream import SECRET_BYTES
from equipoise.server import clock
from equipoise.server.records.models import AllocationSecret, Study
from equipoise.server.records.secrets import encrypted
from equipoise.server.records.writing import Asker, writing
from equipoise.study.model.study import Study as Declared


def open_study(declared: Declared, by: str, *, now: Callable[[], str] = clock.instant) -> None:
    """Open a study for conduct. Raises ProblemsError if it is here already, or is refused."""
    first = f"open {declared.id}"
    with transaction.atomic():
        prepare_study(declared.id, secrets.token_bytes(SECRET_BYTES))
        with writing(declared.id, now=now) as opened:
            for number, (command, role) in enumerate(
                (
                    (PublishVersion(), Role.ADMINISTRATOR),
                    (CommitAllocation(), Role.ADMINISTRATOR),
                    (CommitDeclarations(), Role.SPONSOR),
                )
            ):
                done = opened.do(command, Asker(by=by, role=role), f"{first} {number}", publishes=declared)
                if isinstance(done, Problem):
                    raise ProblemsError([done])


def prepare_study(study: str, secret: bytes) -> None:
    """Make the row that writers lock, and keep the secret. Raises ProblemsError if the study is here already."""
    _, made = Study.objects.get_or_create(study=study)
    if not made:
        raise ProblemsError([Problem("server.records.study-here", {"study": study})])
    AllocationSecret.objects.create(study=study, sealed=encrypted(secret))
