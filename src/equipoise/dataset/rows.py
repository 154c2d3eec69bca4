"""The rows of the tables that follow from the record alone, in the order of `columns.TABLES`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from equipoise.core.decimals import parse_decimal
from equipoise.core.quantity import Comparator, Quantity
from equipoise.dataset.derive.subject import Subject
from equipoise.dataset.record import Entry, full_date
from equipoise.dataset.samples import Sample

Row = tuple[Any, ...]
Table = list[Row]
Rows = dict[str, Table]  # of the tables that are wanted


def number(text: str) -> float | None:
    """Return the number that a text states, as tables hold it."""
    value = parse_decimal(text)
    return float(value) if value is not None else None


def add_rows(rows: Rows, subject: Subject, results: Collection[str]) -> None:
    """Add a participant's rows to those of the tables that are wanted; laboratory results of these variables."""
    if "labs" in rows:
        _labs(rows["labs"], subject, results)
    for name, add in _TABLES.items():
        if name in rows:
            add(rows[name], subject)


def _visits(table: Table, subject: Subject) -> None:
    """Add the visits that took place, and those that were missed."""
    record = subject.record
    for name, entry in record.visits.items():
        done = entry.kind == "visit_recorded"
        day = record.day(entry.on)
        declared = subject.book.study.visits.get(name)
        in_window = None
        if done and day is not None and declared is not None:
            in_window = declared.day - declared.before <= day <= declared.day + declared.after
        reason = entry.data.get("reason", "")
        status = "done" if done else "missed"
        table.append((record.participant, name, entry.on, day, status, in_window, reason, entry.seq))


def result(sample: Sample) -> tuple[str | None, float | None, str]:
    """Return comparator, value and text of a sample."""
    value, text = sample.value, sample.item.data["value"]
    if isinstance(value, Quantity):
        return value.comparator.value, (float(value.value) if value.value is not None else None), text
    return (Comparator.EQUAL.value, float(value), text) if isinstance(value, Decimal) else (None, None, text)


def _labs(table: Table, subject: Subject, results: Collection[str]) -> None:
    """Add the laboratory results: comparator, value and limit in the codebook's unit, the text as it was written."""
    who = subject.record.participant
    for name in subject.samples:
        for sample in subject.samples[name] if name in results else ():
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


def _items(table: Table, subject: Subject) -> None:
    """Add the items that are no laboratory results."""
    record, book = subject.record, subject.book
    who, variables = record.participant, book.study.variables
    for item in record.items.values():
        if item.name in book.laboratory:
            continue
        kind, text = variables[item.name].kind, item.data["value"]
        value = book.number_of(item, record.site) if kind == "number" else None
        table.append((who, item.visit, item.form, item.name, kind, item.on, record.day(item.on), text, value, item.seq))


def _doses(table: Table, subject: Subject) -> None:
    """Add the doses, given and withheld."""
    record = subject.record
    for entry in record.doses:
        data = entry.data
        get = data.get
        given = entry.kind == "dose_given"
        table.append(
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


def _specimens(table: Table, subject: Subject) -> None:
    """Add the specimens with how far each has come."""
    record = subject.record
    for name, entries in record.specimens.items():
        first = entries[0].data
        on: dict[str, date | None] = {entry.kind: entry.on for entry in entries}
        last = entries[-1]
        table.append(
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


def _adverse_events(table: Table, subject: Subject) -> None:
    """Add the adverse events, each as last reported."""
    record = subject.record
    for name, entry in record.adverse_events.items():
        data = entry.data
        table.append(
            (
                record.participant,
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


def _medication(table: Table, subject: Subject) -> None:
    """Add the medication, each as last reported."""
    record = subject.record
    for name, entry in record.medication.items():
        data = entry.data
        started = data["started"]
        table.append(
            (
                record.participant,
                name,
                data["name"],
                data["category"],
                started,
                data.get("ended", ""),
                record.day(full_date(started)),
                entry.seq,
            )
        )


def _deviations(table: Table, subject: Subject) -> None:
    """Add the deviations."""
    who = subject.record.participant
    for name, entry in subject.record.deviations.items():
        data = entry.data
        major = data.get("major", False)
        table.append((who, name, data["category"], entry.on, data["words"], major, entry.seq))


def _criteria(table: Table, subject: Subject) -> None:
    """Add how the person stood to each criterion at the last decision."""
    decision = subject.record.decision
    if decision is not None:
        for criterion, status in _statuses(decision):
            table.append((subject.record.participant, criterion, status, decision.on, decision.seq))


def _dispositions(table: Table, subject: Subject) -> None:
    """Add what ended treatment, visits or consent, or kept a person out at screening."""
    record = subject.record
    who, decision = record.participant, record.decision
    if decision is not None and decision.data["verdict"] == "not eligible" and record.allocation is None:
        table.append((who, "screen_failure", decision.on, None, "not eligible", "", decision.seq))
    for entry in record.dispositions:
        data = entry.data
        table.append(
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


_TABLES: Mapping[str, Callable[[Table, Subject], None]] = {
    "visits": _visits,
    "items": _items,
    "doses": _doses,
    "specimens": _specimens,
    "adverse_events": _adverse_events,
    "medication": _medication,
    "deviations": _deviations,
    "criteria": _criteria,
    "dispositions": _dispositions,
}
