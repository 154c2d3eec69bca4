"""What was measured of one participant, in the order of the days, each with its masking flag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from equipoise.core.quantity import Quantity
from equipoise.dataset.derive.derive_masking import Mask, derive_masking, given_doses
from equipoise.dataset.record import Item, Record
from equipoise.dataset.rulebook import Rulebook, Value


@dataclass(slots=True)
class Sample:
    """A measurement: a laboratory result, or a value of another variable that an endpoint is about.

    `value` is None where nothing was obtained.
    """

    item: Item
    on: date | None
    day: int | None
    value: Value
    mask: Mask | None

    @property
    def quantity(self) -> Quantity | None:
        """The value as a laboratory result."""
        return self.value if isinstance(self.value, Quantity) else None

    @property
    def visit(self) -> str:
        """The visit it was taken at."""
        return self.item.visit

    @property
    def seq(self) -> int:
        """The event that it comes from."""
        return self.item.seq


def samples_of(record: Record, book: Rulebook) -> dict[str, list[Sample]]:
    """Return the samples by variable, in the order of their days."""
    doses = given_doses(record)
    start, site = record.allocated_on, record.site
    found: dict[str, list[Sample]] = {}
    for item in record.items.values():
        if item.name not in book.measured:
            continue
        maskings = book.hidden[item.name]
        mask = derive_masking(item.on, doses, maskings) if maskings and doses else None
        day = (item.on - start).days if item.on is not None and start is not None else None
        found.setdefault(item.name, []).append(Sample(item, item.on, day, book.value(item, site), mask))
    for samples in found.values():
        samples.sort(key=_when)
    return found


def _when(sample: Sample) -> tuple[date, int]:
    return (sample.on or date.min, sample.seq)
