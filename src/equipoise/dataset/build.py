"""From a history to a dataset: conducted, simulated and imported trials alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from equipoise.conduct.events import Event
from equipoise.core.collector import collector_at_rest
from equipoise.core.problem import Problem, ProblemsError
from equipoise.dataset.baseline import (
    age_of,
    asks_age,
    baseline_columns,
    baseline_values,
    factor_columns,
    factor_levels,
)
from equipoise.dataset.columns import TABLES, Columns, make_frame
from equipoise.dataset.consent import LeftOut, apply_withdrawal
from equipoise.dataset.derive.subject import Subject
from equipoise.dataset.fold import Folded, fold
from equipoise.dataset.model import Dataset, Declarations, Header
from equipoise.dataset.outcomes import DERIVED, add_outcomes
from equipoise.dataset.record import Record
from equipoise.dataset.rows import Rows, add_rows
from equipoise.dataset.rulebook import Rulebook, rulebook_of, study_from
from equipoise.randomise.blinding import open_arm
from equipoise.study.model.study import Study

SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Part:
    """What of a dataset is wanted: tables, of the derived ones the endpoints, of laboratory results the variables.

    None stands for all. An analysis of two thousand simulated trials looks at a few tables of seventeen.
    """

    tables: Collection[str] = tuple(TABLES)
    endpoints: Collection[str] | None = None
    variables: Collection[str] | None = None


def build(events: Iterable[Event], part: Part | None = None) -> Dataset:
    """Return the dataset of a history, or a part of it, under the study version that was published last.

    Only a whole dataset can be stored. Raises ProblemsError if the history publishes no study, or one whose content
    does not have its stated hash.
    """
    with collector_at_rest():
        return _built(fold(events), part or Part())


def _built(folded: Folded, part: Part) -> Dataset:
    published = folded.study.get("version_published")
    if not published:
        raise ProblemsError([Problem("dataset.no-study", {"events": folded.count})])
    last = published[-1]
    study = study_from(last.data["study"])
    if study.content_hash != last.data["content_hash"]:
        raise ProblemsError([Problem("dataset.study-hash", {"seq": last.seq, "version": last.data["version"]})])
    book = rulebook_of(study)
    left_out: LeftOut = {}
    rows = _rows(folded, book, part, left_out)
    frames = {name: make_frame(columns_of(study, name), made) for name, made in rows.items()}
    return Dataset(_header(folded, study, left_out), study, frames)


def columns_of(study: Study, table: str) -> Columns:
    """Return the columns of a table, those that the study adds before its last, `seq`."""
    columns = dict(TABLES[table])
    if table == "participants" and asks_age(study):
        columns["age"] = "number"
    added = {"participants": baseline_columns, "allocation": factor_columns}.get(table)
    if added is not None:
        seq = columns.pop("seq")
        columns |= {**added(study), "seq": seq}
    return columns


def _rows(folded: Folded, book: Rulebook, part: Part, left_out: LeftOut) -> Rows:
    rows: Rows = {name: [] for name in TABLES if name in part.tables}
    study = book.study
    endpoints = [each for each in study.endpoints.endpoints if part.endpoints is None or each.id in part.endpoints]
    results = book.laboratory if part.variables is None else book.laboratory.intersection(part.variables)
    secret = _revealed(folded)
    of_the_allocated = {"allocation", *DERIVED}.issuperset(rows)
    for participant in sorted(folded.records):
        record = folded.records[participant]
        apply_withdrawal(record, book, left_out)
        if record.allocation is None and of_the_allocated:
            continue
        subject = Subject.of(record, book, _arm(record, study, secret))
        if "participants" in rows:
            rows["participants"].append(_participant(record, book, subject))
        add_rows(rows, subject, results)
        if record.allocation is not None:
            if "allocation" in rows:
                rows["allocation"].append(_allocation(record, book, subject))
            add_outcomes(rows, subject, endpoints)
    return rows


def _participant(record: Record, book: Rulebook, subject: Subject) -> tuple[Any, ...]:
    return (
        record.participant,
        record.site,
        record.state,
        record.referred_on,
        record.registered_on,
        record.consented_on,
        age_of(record, book),
        record.decision.data["verdict"] if record.decision is not None else "",
        record.allocated_on,
        *baseline_values(record, book, subject.facts),
        record.seq,
    )


def _allocation(record: Record, book: Rulebook, subject: Subject) -> tuple[Any, ...]:
    entry = record.allocation
    assert entry is not None  # noqa: S101 - only who was allocated has a row
    levels = factor_levels(record, book, subject.facts)
    return (record.participant, entry.data.get("slot"), subject.arm, entry.on, *levels, entry.seq)


def _revealed(folded: Folded) -> bytes | None:
    events = folded.study.get("allocation_revealed")
    return bytes.fromhex(events[-1].data["secret"]) if events else None


def _arm(record: Record, study: Study, secret: bytes | None) -> str:
    if record.allocation is None:
        return ""
    data = record.allocation.data
    if not study.is_blinded:
        return str(data["arm"])
    return open_arm(secret, study.id, data["slot"], data["arm"]) if secret is not None else SEALED


def _header(folded: Folded, study: Study, left_out: LeftOut) -> Header:
    first = folded.study["version_published"][0]
    committed = folded.study.get("declarations_committed", [])
    allocated = folded.first_allocation
    declarations = None
    if committed:
        before = [event for event in committed if allocated is None or event.seq < allocated]
        event = before[-1] if before else committed[0]
        declarations = Declarations(event.data["hash"], event.seq, bool(before), event.data["declared"])
    return Header(
        study=study.id,
        version=study.version,
        content_hash=study.content_hash,
        history_head=folded.head,
        events=folded.count,
        origin=first.data["origin"],
        truth=str(first.data.get("truth", "")),
        seed=str(first.data.get("seed", "")),
        declarations=declarations,
        left_out=left_out,
        sealed=study.is_blinded and _revealed(folded) is None and allocated is not None,
    )
