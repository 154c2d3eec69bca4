"""Look at a database without changing it: verify what it holds, and say where its histories stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import clock, environment
from equipoise.server.setup import set_up_to_read

if TYPE_CHECKING:
    from equipoise.server.records.verification import Verified

_MAGIC = b"SQLite format 3\0"


def is_database(where: str) -> bool:
    """Whether something that a person named is a database: by its address, or by the first bytes of the file."""
    if where.startswith(environment.DATABASES):
        return True
    file = Path(where)
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC


@contextmanager
def looking_at(where: str = "") -> Iterator[None]:
    """Connect to a database, read-only; without a name to the installation's own. Problems say why not."""
    if not where:
        where = environment.database()
    elif not where.startswith(environment.DATABASES):
        where = f"sqlite:///{quote(str(Path(where).resolve()))}"
    set_up_to_read(where)
    from django.db import DatabaseError, connection

    from equipoise.server import schema

    with schema.connected(where, read_only=True):
        file = schema.file_of_database()
        if file is not None and not file.exists():
            raise ProblemsError([Problem("server.no-database", {"path": str(file)})])
        found = schema.schema()
        schema.refuse_newer(found)
        if found.is_empty:
            raise ProblemsError([Problem("server.not-equipoise")])
        try:
            yield
        except DatabaseError as error:
            connection.close()
            why = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise ProblemsError([Problem("server.cannot-read-database", {"why": why[:200]})]) from error


def verified(head: str = "") -> Iterator[Verified]:
    """Verify each study of the database that is looked at; `head` is a hash that somebody kept of one of them."""
    from equipoise.server.records.models import Event
    from equipoise.server.records.verification import studies, verify_study

    known = studies()
    of = known[0] if len(known) == 1 else ""
    if head and len(known) > 1:
        of = Event.objects.filter(hash=head).values_list("study", flat=True).first() or ""
        if not of:
            raise ProblemsError([Problem("server.head-nowhere")])
    for study in known:
        yield verify_study(study, head=head if study == of else "")


def broken_site_log() -> Problem | None:
    """Return what is wrong with the log of what was done to accounts, in the database that is looked at; or None."""
    from equipoise.server.records.access import WHOLE_SITE, verify_access

    return verify_access(WHOLE_SITE)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a study's history stood at a moment: kept elsewhere, it shows whether anything before it was changed."""

    at: str
    study: str
    version: str
    event: int
    head: str


def anchors() -> list[Anchor]:
    """Return where each history of the database that is looked at stands, by its last event."""
    from equipoise.server.records.models import Event
    from equipoise.server.records.verification import studies

    now = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    found = []
    for study in studies():
        last = Event.objects.filter(study=study).order_by("-seq").values_list("version", "seq", "hash").first()
        if last is not None:
            found.append(Anchor(now, study, *last))
    return found
