"""The rows of the tables that follow from the record alone, in the order of `columns.TABLES`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from equipoise.core.decimals import parse_decimal
from equipoise.core.quantity import Comparator, Quantity
from equipoise.dataset.record import Entry, Record, full_date
from equipoise.dataset.rulebook import Rulebook
from equipoise.dataset.samples import Sample

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]


def number(text: str) -> float | None:
    """Return the number that a text states, as tables hold it."""
    value = parse_decimal(text)
    return float(value) if value is not None else None


def add_rows(rows: Rows, record: Record, book: Rulebook, samples: Mapping[str, list[Sample]]) -> None:
    """Add a participant's rows to the tables."""
    add_visits(rows, record, book)
    add_labs(rows, record, book, samples)
    add_items(rows, record, book)
    add_doses(rows, record)
    add_specimens(rows, record)
    add_safety(rows, record)
    add_course(rows, record)


def add_visits(rows: Rows, record: Record, book: Rulebook) -> None:
    """Add the visits that took place, and those that were missed."""
    who = record.participant
    for name, entry in record.visits.items():
        done = entry.kind == "visit_recorded"
        day = record.day(entry.on)
        declared = book.study.visits.get(name)
        in_window = None
        if done and day is not None and declared is not None:
            in_window = declared.day - declared.before <= day <= declared.day + declared.after
        reason = entry.data.get("reason", "")
        rows["visits"].append((who, name, entry.on, day, "done" if done else "missed", in_window, reason, entry.seq))


def result(sample: Sample) -> tuple[str | None, float | None, str]:
    """Return comparator, value and text of a sample."""
    value, text = sample.value, sample.item.data["value"]
    if isinstance(value, Quantity):
        return value.comparator.value, (float(value.value) if value.value is not None else None), text
    return (Comparator.EQUAL.value, float(value), text) if isinstance(value, Decimal) else (None, None, text)


def add_labs(rows: Rows, record: Record, book: Rulebook, samples: Mapping[str, list[Sample]]) -> None:
    """Add the laboratory results: comparator, value and limit in the codebook's unit, the text as it was written."""
    who, table = record.participant, rows["labs"]
    for name, series in samples.items():
        for sample in series if name in book.laboratory else ():
            quantity, mask, item = sample.quantity, sample.mask, sample.item
            data = item.data
            comparator, value, text = result(sample)
            limit = quantity.limit if quantity is not None else None
            table.append(
                (
                    who,
                    item.visit,
                    name,
                    item.on,
                    sample.day,
                    comparator,
                    value,
                    text,
                    quantity.unit if quantity is not None else None,
                    float(limit) if limit is not None else None,
                    data["assay"],
                    data["laboratory"],
                    mask is not None,
                    mask.product if mask is not None else None,
                    mask.seq if mask is not None else None,
                    item.seq,
                )
            )


def add_items(rows: Rows, record: Record, book: Rulebook) -> None:
    """Add the items that are no laboratory results."""
    who, table, variables = record.participant, rows["items"], book.study.variables
    for item in record.items.values():
        if item.name in book.laboratory:
            continue
        kind, text = variables[item.name].kind, item.data["value"]
        value = book.number_of(item, record.site) if kind == "number" else None
        table.append((who, item.visit, item.form, item.name, kind, item.on, record.day(item.on), text, value, item.seq))


def add_doses(rows: Rows, record: Record) -> None:
    """Add the doses, given and withheld."""
    for entry in record.doses:
        data = entry.data
        get = data.get
        given = entry.kind == "dose_given"
        rows["doses"].append(
            (
                record.participant,
                data["visit"],
                data["schedule"],
                get("product", ""),
                get("batch", ""),
                get("expiry", ""),
                number(get("amount", "")),
                get("unit", ""),
                get("body_site", ""),
                get("given_by", ""),
                get("observation", ""),
                entry.on,
                record.day(entry.on),
                "given" if given else "withheld",
                get("despite", "") if given else get("reason", ""),
                entry.seq,
            )
        )


def add_specimens(rows: Rows, record: Record) -> None:
    """Add the specimens with how far each has come."""
    for name, entries in record.specimens.items():
        first = entries[0].data
        on: dict[str, date | None] = {entry.kind: entry.on for entry in entries}
        last = entries[-1]
        rows["specimens"].append(
            (
                record.participant,
                name,
                first.get("kind", ""),
                first.get("visit", ""),
                last.kind.removeprefix("specimen_"),
                on.get("specimen_collected"),
                on.get("specimen_stored"),
                on.get("specimen_shipped"),
                last.data.get("batch", ""),
                last.seq,
            )
        )


def add_safety(rows: Rows, record: Record) -> None:
    """Add adverse events and medication, each as last reported."""
    who = record.participant
    for name, entry in record.adverse_events.items():
        data = entry.data
        rows["adverse_events"].append(
            (
                who,
                name,
                data["term"],
                data.get("category", ""),
                entry.on,
                record.day(entry.on),
                data["severity"],
                data["serious"],
                data["related"],
                data["outcome"],
                data.get("ended", ""),
                entry.seq,
            )
        )
    for name, entry in record.medication.items():
        data = entry.data
        started = data["started"]
        rows["medication"].append(
            (
                who,
                name,
                data["name"],
                data["category"],
                started,
                data.get("ended", ""),
                record.day(full_date(started)),
                entry.seq,
            )
        )


def add_course(rows: Rows, record: Record) -> None:
    """Add deviations, and what ended treatment, visits or consent, or kept a person out at screening."""
    who = record.participant
    for name, entry in record.deviations.items():
        data = entry.data
        rows["deviations"].append(
            (who, name, data["category"], entry.on, data["words"], data.get("major", False), entry.seq)
        )
    decision = record.decision
    if decision is not None:
        for criterion, status in _statuses(decision):
            rows["criteria"].append((who, criterion, status, decision.on, decision.seq))
        if decision.data["verdict"] == "not eligible" and record.allocation is None:
            rows["dispositions"].append((who, "screen_failure", decision.on, None, "not eligible", "", decision.seq))
    for entry in record.dispositions:
        data = entry.data
        rows["dispositions"].append(
            (
                who,
                entry.kind,
                entry.on,
                record.day(entry.on),
                data.get("reason", ""),
                data.get("data_use", ""),
                entry.seq,
            )
        )


def _statuses(decision: Entry) -> list[tuple[str, str]]:
    # Sorted, because canonical JSON sorts keys: a history gives the same rows before and after it was written.
    found = decision.data.get("criteria", {})
    return [(criterion, str(status)) for criterion, status in sorted(found.items())]
