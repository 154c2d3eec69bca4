"""Verify what the database holds: the chain, the replay, every projection against the replay, and the access log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from equipoise.conduct.events import GENESIS
from equipoise.conduct.events import Event as Happened
from equipoise.conduct.state import State
from equipoise.conduct.verify import Allocations, Verification, verify_events
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server.records import history
from equipoise.server.records.access import verify_access
from equipoise.server.records.models import AccessHead, Event, Projection, Study
from equipoise.server.records.projections import PROJECTIONS, Projected, study_values
from equipoise.server.records.statements import columns_of


@dataclass(frozen=True, slots=True)
class Verified:
    """What the verification of one study's records found; `rows` of projections were compared."""

    found: Verification
    rows: int
    accesses: int


def studies() -> list[str]:
    """Return the studies that the database knows, by their rows or by their events."""
    known = set(Study.objects.values_list("study", flat=True)) | set(
        Event.objects.values_list("study", flat=True).distinct()
    )
    return sorted(known)


def verify_study(study: str, *, head: str = "") -> Verified:
    """Verify one study's records as they are at one moment."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        replay = _Replay()
        try:
            found = verify_events(history.history(study), head=head, watch=replay.fold)
        except ProblemsError as error:  # an event that cannot even be read
            found = Verification(study, "", 0, GENESIS, 0, Allocations.FAILED, error.problems)
        rows = sum(table.objects.filter(study=study).count() for table in PROJECTIONS)
        logged = AccessHead.objects.filter(study=study).first()
        problems = list(found.problems)
        if not problems:
            problems += _differences(study, replay)
        broken = verify_access(study)
        if broken is not None:
            problems.append(broken)
    return Verified(replace(found, problems=tuple(problems)), rows, logged.number if logged else 0)


class _Replay:
    """What the tables should hold, gathered while the history is replayed."""

    def __init__(self) -> None:
        self.projected = Projected()
        self.last: tuple[Happened, State] | None = None
        self.published_seq = 0

    def fold(self, state: State, event: Happened) -> None:
        if event.type == "version_published":
            self.published_seq = event.seq
        self.projected.add(event, state)
        self.last = (event, state)


def _differences(study: str, replay: _Replay) -> list[Problem]:
    """Return the first difference of each table."""
    found = []
    if replay.last is not None:
        event, state = replay.last
        wanted = study_values(state.study, event, replay.published_seq)
        row = Study.objects.filter(study=study).values(*wanted).first()
        found += _compared("study", {(): wanted}, {(): row} if row else {})
    for table in PROJECTIONS:
        found += _compared(
            table._meta.model_name or "", replay.projected.by_table().get(table, {}), _kept(study, table)
        )
    return found


def _kept(study: str, table: type[Projection]) -> dict[tuple[str, ...], dict[str, Any]]:
    columns = columns_of(table)
    rows = table.objects.filter(study=study).values_list(*table.KEY, *columns)
    count = len(table.KEY)
    return {row[:count]: dict(zip(columns, row[count:], strict=True)) for row in rows.iterator()}


def _compared(
    table: str, wanted: dict[tuple[str, ...], dict[str, Any]], kept: dict[tuple[str, ...], dict[str, Any]]
) -> list[Problem]:
    if wanted == kept:
        return []
    for key in sorted(wanted.keys() | kept.keys()):
        where = {"table": table, "key": " ".join(key) or "–"}
        if key not in kept:
            return [Problem("server.records.row-missing", where)]
        if key not in wanted:
            return [Problem("server.records.row-unknown", where)]
        for column, value in wanted[key].items():
            if kept[key][column] != value:
                return [Problem("server.records.row-differs", {**where, "column": column})]
    return []
