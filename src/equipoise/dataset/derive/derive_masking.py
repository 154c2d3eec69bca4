"""The masking flag: a result of a hidden variable within the declared days of a dose of the product actually given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.dataset.record import Entry, Record
from equipoise.study.model.schedule import Masking


@dataclass(frozen=True, slots=True)
class Mask:
    """Why a result is flagged: the declaration, the product, and the event of the dose."""

    masking: str
    product: str
    seq: int


def given_doses(record: Record) -> dict[str, list[Entry]]:
    """Return the doses given, by product, in the order of their days."""
    doses: dict[str, list[Entry]] = {}
    for entry in record.doses:
        if entry.kind == "dose_given" and entry.on is not None:
            doses.setdefault(entry.data["product"], []).append(entry)
    for given in doses.values():
        given.sort(key=lambda entry: (entry.on or date.min, entry.seq))
    return doses


def derive_masking(on: date | None, doses: Mapping[str, Sequence[Entry]], maskings: Iterable[Masking]) -> Mask | None:
    """Return why a result of a day is masked, or None.

    Blood is drawn before the dose of the same day, so that only an earlier day's dose masks it.
    """
    if on is None:
        return None
    for masking in maskings:
        for dose in reversed(doses.get(masking.product, ())):
            if dose.on is not None and dose.on < on:
                if (on - dose.on).days <= masking.days:
                    return Mask(masking.id, masking.product, dose.seq)
                break
    return None
