"""What a withdrawn consent keeps out of the dataset; what is left out is counted, never silently gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from equipoise.dataset.derive.derive_strategies import NO_FURTHER_USE
from equipoise.dataset.record import Entry, Item, Record
from equipoise.dataset.rulebook import Rulebook

NO_SPECIMENS = "keep_without_specimens"
AFTER = "after_withdrawal"
LeftOut = dict[str, Counter[str]]


def apply_withdrawal(record: Record, book: Rulebook, left_out: LeftOut) -> None:
    """Take out of a record what the person's withdrawal does not allow, and count it.

    After the withdrawal nothing more is collected, whatever its choice. `keep_without_specimens` takes out the
    specimens, `no_further_use` everything that was collected: there remain the number, the allocation, the
    eligibility decision and the withdrawal itself, without which the flow of the trial would not add up.
    """
    withdrawal = record.withdrawal
    if withdrawal is None or withdrawal.on is None:
        return
    _take_out(record, book, left_out, AFTER, _is_after(withdrawal.on))
    use = withdrawal.data.get("data_use", "keep")
    if use == NO_SPECIMENS:
        _count(left_out, use, "specimens", len(record.specimens))
        record.specimens = {}
    elif use == NO_FURTHER_USE:
        _take_out(record, book, left_out, use, lambda on: True)  # noqa: ARG005 - everything, whatever its day
        record.age = None
    if use != "keep":
        left_out.setdefault(use, Counter())["participants"] += 1


def _is_after(last: date) -> Callable[[date | None], bool]:
    return lambda on: on is not None and on > last


def _take_out(
    record: Record, book: Rulebook, left_out: LeftOut, reason: str, goes: Callable[[date | None], bool]
) -> None:
    kept: dict[tuple[str, str, str], Item] = {}
    for key, item in record.items.items():
        if goes(item.on):
            _count(left_out, reason, "labs" if item.name in book.laboratory else "items", 1)
        else:
            kept[key] = item
    record.items = kept
    for table in ("visits", "adverse_events", "medication", "deviations"):
        entries: dict[str, Entry] = getattr(record, table)
        staying = {name: entry for name, entry in entries.items() if not goes(entry.on)}
        _count(left_out, reason, table, len(entries) - len(staying))
        setattr(record, table, staying)
    doses = [entry for entry in record.doses if not goes(entry.on)]
    _count(left_out, reason, "doses", len(record.doses) - len(doses))
    record.doses = doses
    specimens = {name: entries for name, entries in record.specimens.items() if not goes(entries[0].on)}
    _count(left_out, reason, "specimens", len(record.specimens) - len(specimens))
    record.specimens = specimens


def _count(left_out: LeftOut, reason: str, table: str, rows: int) -> None:
    if rows:
        left_out.setdefault(reason, Counter())[table] += rows
