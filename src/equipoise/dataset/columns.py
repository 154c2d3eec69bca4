"""The tables of a dataset and their columns, in the order in which they stand: the one place that knows them.

`participants` and `allocation` have further columns, which come from the study: its variables and its factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars as pl

Type = Literal["text", "number", "whole", "date", "flag"]
Columns = Mapping[str, Type]

TABLES: Mapping[str, Columns] = {
    "participants": {
        "participant": "text",
        "site": "text",
        "state": "text",
        "referred_on": "date",
        "registered_on": "date",
        "consented_on": "date",
        "age": "whole",
        "verdict": "text",
        "allocated_on": "date",
        "seq": "whole",
    },
    "allocation": {"participant": "text", "slot": "whole", "arm": "text", "on": "date", "seq": "whole"},
    "criteria": {"participant": "text", "criterion": "text", "status": "text", "on": "date", "seq": "whole"},
    "visits": {
        "participant": "text",
        "visit": "text",
        "on": "date",
        "day": "whole",
        "status": "text",
        "in_window": "flag",
        "reason": "text",
        "seq": "whole",
    },
    "labs": {
        "participant": "text",
        "visit": "text",
        "variable": "text",
        "on": "date",
        "day": "whole",
        "comparator": "text",
        "value": "number",
        "text": "text",
        "unit": "text",
        "limit": "number",
        "assay": "text",
        "laboratory": "text",
        "masked": "flag",
        "masked_by": "text",
        "masked_seq": "whole",
        "seq": "whole",
    },
    "items": {
        "participant": "text",
        "visit": "text",
        "form": "text",
        "variable": "text",
        "kind": "text",
        "on": "date",
        "day": "whole",
        "text": "text",
        "number": "number",
        "seq": "whole",
    },
    "doses": {
        "participant": "text",
        "visit": "text",
        "schedule": "text",
        "product": "text",
        "batch": "text",
        "expiry": "text",
        "amount": "number",
        "unit": "text",
        "body_site": "text",
        "given_by": "text",
        "observation": "text",
        "on": "date",
        "day": "whole",
        "status": "text",
        "reason": "text",
        "seq": "whole",
    },
    "specimens": {
        "participant": "text",
        "specimen": "text",
        "kind": "text",
        "visit": "text",
        "status": "text",
        "collected_on": "date",
        "stored_on": "date",
        "shipped_on": "date",
        "batch": "text",
        "seq": "whole",
    },
    "adverse_events": {
        "participant": "text",
        "adverse_event": "text",
        "term": "text",
        "category": "text",
        "on": "date",
        "day": "whole",
        "severity": "text",
        "serious": "flag",
        "related": "text",
        "outcome": "text",
        "ended": "text",
        "seq": "whole",
    },
    "medication": {
        "participant": "text",
        "medication": "text",
        "name": "text",
        "category": "text",
        "started": "text",
        "ended": "text",
        "day": "whole",
        "seq": "whole",
    },
    "deviations": {
        "participant": "text",
        "deviation": "text",
        "category": "text",
        "on": "date",
        "words": "text",
        "major": "flag",
        "seq": "whole",
    },
    "dispositions": {
        "participant": "text",
        "kind": "text",
        "on": "date",
        "day": "whole",
        "reason": "text",
        "data_use": "text",
        "seq": "whole",
    },
    "decisive": {
        "participant": "text",
        "endpoint": "text",
        "visit": "text",
        "on": "date",
        "day": "whole",
        "comparator": "text",
        "value": "number",
        "text": "text",
        "masked": "flag",
        "stands_for": "text",
        "seq": "whole",
    },
    "unmasked": {
        "participant": "text",
        "variable": "text",
        "visit": "text",
        "on": "date",
        "day": "whole",
        "comparator": "text",
        "value": "number",
        "text": "text",
        "seq": "whole",
    },
    "reversions": {
        "participant": "text",
        "reversion": "text",
        "status": "text",
        "first_positive": "date",
        "left_day": "whole",
        "right_day": "whole",
        "left_on": "date",
        "right_on": "date",
        "decided_on": "date",
        "seq": "whole",
    },
    "intercurrent": {"participant": "text", "event": "text", "on": "date", "day": "whole", "seq": "whole"},
    "endpoints": {
        "participant": "text",
        "endpoint": "text",
        "reading": "text",
        "status": "text",
        "reason": "text",
        "time": "number",
        "value": "number",
        # The days between which an interval's event came, or what bounds a value that is not known.
        "left": "number",
        "right": "number",
        "seq": "whole",
        # What was measured before any intercurrent event counted, and up to which day one counts: other
        # estimands of the same endpoint start from here.
        "measured": "text",
        "measured_reason": "text",
        "measured_seq": "whole",
        "measured_day": "whole",
        "measured_time": "number",
        "measured_value": "number",
        "measured_left": "number",
        "measured_right": "number",
        "flagged": "flag",  # what decided is a sample that a dose may mask
        "until": "whole",
    },
}


def make_frame(columns: Columns, rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Return the rows as a table with exactly these columns and types: made at once, column by column."""
    import polars as pl

    types: dict[Type, Any] = {
        "text": pl.String(),
        "number": pl.Float64(),
        "whole": pl.Int64(),
        "date": pl.Date(),
        "flag": pl.Boolean(),
    }
    values: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else ([] for _ in columns)
    return pl.DataFrame(
        [
            pl.Series(name, column, dtype=types[kind], strict=True)
            for (name, kind), column in zip(columns.items(), values, strict=True)
        ]
    )
