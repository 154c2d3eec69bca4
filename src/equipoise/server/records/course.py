"""What is kept of one participant beyond their own row: visits, doses, some items, open queries, at one asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from equipoise.server.records.models import Dose, Item, Query, Visit
from equipoise.server.records.statements import Row, ask, select

VISIT = ("visit", "state", "on")
DOSE = ("schedule", "visit", "given", "product", "on", "amount", "unit", "batch", "reason")
ITEM = ("item", "visit", "form", "on", "value", "unit", "limit")
QUERY = ("state", "visit", "item", "words")


class Course(NamedTuple):
    """Rows of the projections, with the columns that are named above."""

    visits: list[Row]
    doses: list[Row]
    items: list[Row]
    queries: list[Row]


def course_of(study: str, participant: str, variables: Sequence[str]) -> Course:
    """Return a participant's visits, doses and open queries, and what was entered of some variables."""
    whose = {"study": study, "participant": participant}
    items, values = select(Item, ITEM, **whose)
    among = ", ".join(["%s"] * len(variables)) or "NULL"
    queries, about = select(Query, QUERY, **whose)
    answers = ask(
        [
            select(Visit, VISIT, **whose),
            select(Dose, DOSE, **whose),
            (f"{items} AND item IN ({among})", [*values, *variables]),
            (f"{queries} AND state <> %s ORDER BY opened_at, query", [*about, "closed"]),
        ]
    )
    return Course(*answers)
