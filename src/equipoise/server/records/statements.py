"""The few statements that every write needs, written out once: Django would put them together anew each time.

Both databases understand them. `benchmarks/records.py` shows what that is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models

from equipoise.conduct.events import Event as Happened
from equipoise.core import canonical
from equipoise.server.records.models import Access, AccessHead, AllocationSecret, Event, Projection, Study

EVENT = ("study", "seq", "stream", "version", "type", "at", "by", "role", "key", "data", "previous", "hash")
_DATA = EVENT.index("data")
_ROWS = 400  # of one statement: SQLite takes some thousands of values
Key = tuple[str, ...]


@cache
def columns_of(table: type[Projection]) -> tuple[str, ...]:
    """Return the columns of a projection beyond its key."""
    return tuple(field.name for field in table._meta.concrete_fields if field.name not in ("study", *table.KEY))


def _name(text: str) -> str:
    return f'"{text}"'  # both databases quote a name so, and none of ours holds a quotation mark


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(_name, names))


Statement = tuple[str, list[Any]]
Row = tuple[Any, ...]


def _values(table: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Statement:
    marks = f"({', '.join(['%s'] * len(columns))})"
    said = f"INSERT INTO {_name(table._meta.db_table)} ({_names(columns)}) VALUES {', '.join([marks] * len(rows))}"
    return said, [value for row in rows for value in row]


@cache
def _in_place(table: type[Projection]) -> str:
    changes = ", ".join(f"{_name(column)} = EXCLUDED.{_name(column)}" for column in columns_of(table))
    return f" ON CONFLICT ({_names(('study', *table.KEY))}) DO UPDATE SET {changes}"


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[first : first + _ROWS] for first in range(0, len(rows), _ROWS))


def insert_events(events: Iterable[Happened]) -> Iterator[Statement]:
    """Append events; the database refuses what does not go on where its history ends."""
    rows = []
    for event in events:
        row = list(event)
        row[_DATA] = canonical.dumps(event.data).decode()
        rows.append(row)
    for part in _parts(rows):
        yield _values(Event, EVENT, part)


def upsert(table: type[Projection], study: str, rows: Mapping[Key, Mapping[str, Any]]) -> Iterator[Statement]:
    """Write rows of a projection: whole ones new or in place of what stood there, others where they stand."""
    columns = columns_of(table)
    whole = []
    for key, values in rows.items():
        if len(values) == len(columns):
            whole.append((study, *key, *(values[name] for name in columns)))
        else:  # a query's later events do not repeat what it is about
            yield _update(table, dict(zip(("study", *table.KEY), (study, *key), strict=True)), values)
    for part in _parts(whole):
        said, values = _values(table, ("study", *table.KEY, *columns), part)
        yield said + _in_place(table), values


def _update(table: type[models.Model], named: Mapping[str, str], values: Mapping[str, Any]) -> Statement:
    changes = ", ".join(f"{_name(column)} = %s" for column in values)
    where = " AND ".join(f"{_name(column)} = %s" for column in named)
    return f"UPDATE {_name(table._meta.db_table)} SET {changes} WHERE {where}", [*values.values(), *named.values()]


def update_study(study: str, values: Mapping[str, Any]) -> Statement:
    """Write where a study stands now."""
    return _update(Study, {"study": study}, values)


def run(statements: Sequence[Statement]) -> None:
    """Run statements in their order; PostgreSQL takes them at one asking, while everybody else waits for the row."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "; ".join(said for said, _ in statements), [one for _, values in statements for one in values]
            )
            return
        for said, values in statements:
            cursor.execute(said, values)


def ask(questions: Sequence[Statement]) -> list[list[Row]]:
    """Return the rows of several questions; PostgreSQL answers them at one asking, each as of its own moment."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return [cursor.execute(said, values).fetchall() for said, values in questions]
        cursor.execute("; ".join(said for said, _ in questions), [one for _, values in questions for one in values])
        answers = [cursor.fetchall()]
        while cursor.nextset():
            answers.append(cursor.fetchall())
    return answers


def _for_update(of: str) -> str:
    return f" FOR UPDATE OF {of}" if connection.features.has_select_for_update else ""


@cache
def _columns(table: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in table._meta.concrete_fields)


def select(table: type[models.Model], columns: Sequence[str], **named: str | int) -> Statement:
    """Return the question for some columns of the rows that have these values."""
    where = " AND ".join(f"{_name(column)} = %s" for column in named)
    return f"SELECT {_names(columns)} FROM {_name(table._meta.db_table)} WHERE {where}", list(named.values())


class Locked(NamedTuple):
    """A study's locked row, its secret as it is kept, and the events that were asked for with it."""

    row: Study
    secret: str | None
    events: list[Row]


def lock_study(study: str, key: str = "", stream: str = "", seq: int = 0) -> Locked | None:
    """Lock a study's row until the transaction ends, and return what stands there then.

    With a key, the events that it has given come along, and those of a stream after a number: at the same asking, but
    by a statement of its own, which sees what was committed while this one waited for the row.
    """
    columns = ", ".join(f"held.{_name(column)}" for column in _columns(Study))
    said = (
        f"SELECT {columns}, apart.sealed FROM records_study held LEFT JOIN records_allocation_secret apart "
        f"ON apart.study = held.study WHERE held.study = %s{_for_update('held')}"
    )
    questions: list[Statement] = [(said, [study])]
    if key:
        questions.append(_events(study, key, stream, seq))
    answers = ask(questions)
    if not answers[0]:
        return None
    row = answers[0][0]
    return Locked(Study(*row[:-1]), row[-1], answers[1] if key else [])


def select_study(study: str) -> Statement:
    """Return the question for a study's row."""
    return select(Study, _columns(Study), study=study)


def lock_access_head(study: str) -> tuple[int, str] | None:
    """Lock the end of a study's access log until the transaction ends: the number and the hash of its last line."""
    said, values = select(AccessHead, ("number", "hash"), study=study)
    found = ask([(f"{said}{_for_update('records_access_head')}", values)])[0]
    return (found[0][0], found[0][1]) if found else None


def append_access(line: Mapping[str, Any], hashed: str) -> None:
    """Add a line to an access log, and let its head be that line."""
    row = {**line, "hash": hashed}
    added = _values(Access, tuple(row), [tuple(row.values())])
    moved = _update(AccessHead, {"study": line["study"]}, {"number": line["number"], "hash": hashed})
    run([added, moved])


def select_secret(study: str) -> str | None:
    """Return a study's allocation secret as it is kept, encrypted."""
    found = ask([select(AllocationSecret, ("sealed",), study=study)])[0]
    return str(found[0][0]) if found else None


def _events(study: str, key: str, stream: str, seq: int) -> Statement:
    """Return the events of a key, and those of a stream after a number, in order."""
    wanted = f"SELECT {_names(EVENT)} FROM records_event WHERE study = %s AND"
    if not stream:
        return f"{wanted} key = %s ORDER BY seq", [study, key]
    said = f"{wanted} key = %s UNION {wanted} stream = %s AND seq > %s ORDER BY seq"
    return said, [study, key, study, stream, seq]


def select_events(study: str, key: str, stream: str, seq: int) -> list[Row]:
    """Return the rows of a key, and those of a stream after a number, in order."""
    return ask([_events(study, key, stream, seq)])[0]
