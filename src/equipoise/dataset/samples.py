"""What was measured of one participant, in the order of the days, each with its masking flag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.core.quantity import Quantity
from equipoise.dataset.derive.derive_masking import Mask, derive_masking, given_doses
from equipoise.dataset.record import Item, Record
from equipoise.dataset.rulebook import Rulebook, Value
from equipoise.study.model.schedule import Masking


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


class Samples(Mapping[str, list[Sample]]):
    """The samples of a participant by variable, in the order of their days; made when a variable is first asked for."""

    def __init__(self, record: Record, book: Rulebook) -> None:
        self._record, self._book = record, book
        self._doses = given_doses(record)
        self._made: dict[str, list[Sample]] = {}
        self._items: dict[str, list[Item]] = {}
        for item in record.items.values():
            if item.name in book.measured:
                self._items.setdefault(item.name, []).append(item)

    def __getitem__(self, name: str) -> list[Sample]:
        """Return the samples of a variable that has some."""
        made = self._made.get(name)
        if made is None:
            maskings = self._book.hidden[name] if self._doses else ()
            made = self._made[name] = sorted((self._sample(item, maskings) for item in self._items[name]), key=_when)
        return made

    def __iter__(self) -> Iterator[str]:
        """Go through the variables that have samples."""
        return iter(self._items)

    def __len__(self) -> int:
        """Return how many variables have samples."""
        return len(self._items)

    def _sample(self, item: Item, maskings: Sequence[Masking]) -> Sample:
        on, start = item.on, self._record.allocated_on
        day = (on - start).days if on is not None and start is not None else None
        mask = derive_masking(on, self._doses, maskings) if maskings else None
        return Sample(item, on, day, self._book.value(item, self._record.site), mask)


def _when(sample: Sample) -> tuple[date, int]:
    return (sample.on or date.min, sample.seq)
