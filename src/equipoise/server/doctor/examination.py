"""The whole examination, in the order in which things stand on one another."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import ProblemsError
from equipoise.server import schema
from equipoise.server.doctor import database, machine, running
from equipoise.server.doctor.finding import Finding, mend


def examine() -> Iterator[Finding]:
    """Yield what was found; nothing is changed, and one thing amiss does not hide the next."""
    for look in (machine.python, machine.home, machine.key_file, machine.time_zones, machine.fonts, machine.static):
        yield look()
    yield from machine.settings()
    yield machine.mail()
    try:
        schema.refuse_absent()
        found = schema.schema()
    except ProblemsError as error:
        yield mend("database", error.problems[0].code.rpartition(".")[2], **error.problems[0].params)
        return
    yield database.version()
    yield database.migrations(found)
    if found.is_empty or found.newer or found.missing:
        return  # the rest reads tables of this version
    yield from database.triggers()
    yield from database.rights()
    yield from database.programs()
    yield database.clock_of()
    yield database.key_opens()
    yield running.worker()
    yield running.outbox()
    yield from running.verifications()
    yield running.backup()
