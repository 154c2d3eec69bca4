"""The participants of a study as a list: who needs something first. The number of database queries is fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, Max, QuerySet, TextField, Value
from django.http import QueryDict

from equipoise.conduct.permissions import OF_A_CENTRE
from equipoise.conduct.states import NOBODY, PARTICIPANT
from equipoise.conduct.visibility import Fact
from equipoise.plan.calendar import days_by_arm
from equipoise.server.records.models import Participant, Query, Visit
from equipoise.server.records.reading import Reading
from equipoise.server.web.participants import sight
from equipoise.server.web.participants.course import FOLLOWED, Standing, Step, next_visit
from equipoise.server.web.participants.days import parsed
from equipoise.server.web.today import today_at

A_PAGE = 50
SHOWS = ("overdue", "waiting", "queries")
STATES = tuple(state for state in PARTICIPANT.states if state != NOBODY)
_BETWEEN = "\n"
_UNDER_WAY = frozenset({"referred", "registered", "consented", "cannot_tell_yet", "needs_judgement"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; all of it stands in the address."""

    number: str = ""
    state: str = ""
    site: str = ""
    show: str = ""
    sort: str = "first"
    page: int = 1

    def address(self, **changes: Any) -> str:
        """Return the query of the address, with some changes."""
        made = replace(self, **changes)
        query = QueryDict(mutable=True)
        for name, value in (("q", made.number), ("state", made.state), ("site", made.site), ("show", made.show)):
            if value:
                query[name] = value
        if made.sort != "first":
            query["sort"] = made.sort
        if made.page > 1:
            query["page"] = str(made.page)
        return f"?{query.urlencode()}"


def wanted_of(asked: Mapping[str, str], reading: Reading) -> Wanted:
    """Return what an address asks for; what makes no sense in it is left out."""

    def one_of(name: str, allowed: Iterable[str]) -> str:
        value = asked.get(name, "")
        return value if value in allowed else ""

    page = asked.get("page", "1")
    return Wanted(
        asked.get("q", "").strip()[:16],
        one_of("state", STATES),
        one_of("site", reading.declared.sites) if sees_several_sites(reading) else "",
        one_of("show", SHOWS if reading.sees(Fact.QUERIES) else SHOWS[:2]),
        one_of("sort", ("number",)) or "first",
        int(page) if page.isascii() and page.isdigit() and len(page) < 7 and int(page) else 1,
    )


def sees_several_sites(reading: Reading) -> bool:
    """Whether somebody sees the participants of more than one centre."""
    return reading.asker.role not in OF_A_CENTRE and len(reading.declared.sites) > 1


@dataclass(slots=True)
class Row:
    """A participant in the list."""

    number: str
    site: str
    state: str
    slot: int | None
    sealed: str  # the arm as the event has it
    allocated_on: date | None
    queries: int
    next: Step | None = None
    last_on: date | None = None
    arm: sight.ShownArm | None = None
    is_withheld: bool = False

    @property
    def is_late(self) -> bool:
        """Whether a visit is overdue."""
        return self.next is not None and self.next.standing is Standing.LATE

    @property
    def is_waiting(self) -> bool:
        """Whether the person waits for allocation."""
        return self.state == "eligible"

    def urgency(self) -> tuple[int, int, str]:
        """Return what the list is sorted by: the longest overdue first, then due, waiting, asked, ahead, the rest."""
        step = self.next
        if step is not None and step.standing is Standing.LATE:
            return 0, -step.late_by, self.number
        if step is not None and step.standing is Standing.DUE and step.closes is not None:
            return 1, step.closes.toordinal(), self.number
        if self.is_waiting:
            return 2, 0, self.number
        if self.queries:
            return 3, -self.queries, self.number
        if self.state in _UNDER_WAY:
            return 4, 0, self.number
        if step is not None and step.opens is not None:
            return 5, step.opens.toordinal(), self.number
        return 6, 0, self.number


@dataclass(frozen=True, slots=True)
class Roster:
    """A page of the list. `counts` says how many of those found are overdue, waiting, asked about."""

    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    found: int
    everybody: int  # whether there is anybody at all
    page: int
    pages: int


class _Together(Aggregate):
    """The values of a group as one text, in SQLite and in PostgreSQL."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def __init__(self, column: str, **extra: Any) -> None:
        super().__init__(column, Value(_BETWEEN), **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


def roster(reading: Reading, wanted: Wanted) -> Roster:
    """Return the participants whom somebody may see and looks for."""
    visible = reading.participants()
    rows = _rows(reading, _narrowed(visible, wanted))
    everybody = len(rows) if rows else visible[:1].count()
    _count_queries(reading, rows)
    _add_visits(reading, rows)
    counts = {
        "overdue": sum(row.is_late for row in rows),
        "waiting": sum(row.is_waiting for row in rows),
        "queries": sum(row.queries > 0 for row in rows),
        "all": len(rows),
    }
    rows = [row for row in rows if _is_shown(row, wanted.show)]
    rows.sort(key=(lambda row: row.number) if wanted.sort == "number" else Row.urgency)
    pages = max(1, -(-len(rows) // A_PAGE))
    page = min(wanted.page, pages)
    shown = rows[(page - 1) * A_PAGE : page * A_PAGE]
    _open_arms(reading, shown)
    return Roster(tuple(shown), counts, len(rows), everybody, page, pages)


def _narrowed(visible: QuerySet[Participant], wanted: Wanted) -> QuerySet[Participant]:
    if wanted.number:
        visible = visible.filter(participant__contains=wanted.number)
    if wanted.state:
        visible = visible.filter(state=wanted.state)
    return visible.filter(site=wanted.site) if wanted.site else visible


def _rows(reading: Reading, people: QuerySet[Participant]) -> list[Row]:
    sees = reading.sees(Fact.QUERIES)
    fields = ("participant", "site", "state", "slot", "arm", "allocated_on", "open_queries")
    return [
        Row(number, site, state, slot, arm, parsed(allocated_on), queries if sees else 0)
        for number, site, state, slot, arm, allocated_on, queries in people.values_list(*fields)
    ]


def _count_queries(reading: Reading, rows: list[Row]) -> None:
    """Leave out of the counts the queries on what only one arm has, where that would tell the arm."""
    gone = sight.hidden(reading, arm_is_sealed=not reading.sees(Fact.ARM))
    if not rows or not (gone.variables or gone.visits):
        return
    asked = Query.objects.filter(study=reading.row.study).exclude(state="closed")
    told = asked.exclude(item__in=gone.variables).exclude(visit__in=gone.visits)
    counted = dict(told.values_list("participant").annotate(open=Count("query")))
    for row in rows:
        if row.queries:
            row.queries = counted.get(row.number, 0)


def _add_visits(reading: Reading, rows: list[Row]) -> None:
    """Add to each row the last visit, and to who is followed the next one."""
    if not rows:
        return
    study, sees_arm = reading.declared, reading.sees(Fact.ARM)
    calendars = days_by_arm(study)
    visits = Visit.objects.filter(study=study.id)
    sites = {row.site for row in rows}
    if len(rows) <= A_PAGE:
        visits = visits.filter(participant__in=[row.number for row in rows])
    elif reading.asker.role in OF_A_CENTRE:
        visits = visits.filter(participant__startswith=f"{reading.asker.site}-")
    gone = sight.hidden(reading, arm_is_sealed=not sees_arm).visits
    if gone:
        visits = visits.exclude(visit__in=gone)
    found = {
        number: (frozenset(known.split(_BETWEEN)), last)
        for number, known, last in visits.values_list("participant").annotate(known=_Together("visit"), last=Max("on"))
    }
    today = {site: today_at(study, site) for site in sites}
    nothing: tuple[frozenset[str], str] = (frozenset(), "")
    for row in rows:
        known, last = found.get(row.number, nothing)
        row.last_on = parsed(last)
        if row.state in FOLLOWED and row.allocated_on is not None:
            arm = row.sealed if sees_arm and row.sealed in study.arms else None
            row.next = next_visit(calendars[arm], row.allocated_on, known, today[row.site])


def _is_shown(row: Row, show: str) -> bool:
    return {"": True, "overdue": row.is_late, "waiting": row.is_waiting, "queries": row.queries > 0}[show]


def _open_arms(reading: Reading, rows: list[Row]) -> None:
    arms = sight.arms_of(reading, [(row.number, row.site, row.slot or 0, row.sealed) for row in rows])
    refused = sight.withheld(reading.row.study, [row.number for row in rows if row.state == "withdrawn"])
    for row in rows:
        row.arm = arms[row.number]
        if row.number in refused:
            row.is_withheld, row.last_on, row.arm = True, None, None
