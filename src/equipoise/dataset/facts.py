"""The facts of one participant, as the rules of endpoints and of intercurrent events see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from equipoise.core.dates import PartialDate
from equipoise.criteria.facts import Facts, Observation
from equipoise.dataset.derive.derive_reversion import Reverted
from equipoise.dataset.record import Item, Record
from equipoise.dataset.rulebook import Rulebook


class PersonFacts:
    """Observations of a participant by variable, made when a rule first asks for them."""

    def __init__(self, record: Record, book: Rulebook) -> None:
        self._book = book
        self._record = record
        self._items: dict[str, list[Item]] = {}
        for item in record.items.values():
            self._items.setdefault(item.name, []).append(item)
        self._series: dict[str, tuple[Observation, ...]] = {}

    def series(self, name: str, until: date | None = None) -> tuple[Observation, ...]:
        """Return what was observed of a variable, in the order of the days, up to and with a day."""
        found = self._series.get(name)
        if found is None:
            items = sorted(self.items(name), key=lambda item: (item.on or date.min, item.seq))
            site = self._record.site
            found = tuple(self._book.observation(item, site) for item in items if item.data["value"])
            found = found or self._known(name)
            self._series[name] = found
        if until is None:
            return found
        return tuple(each for each in found if each.on is None or each.on.earliest <= until)

    def items(self, name: str) -> list[Item]:
        """Return the items of a variable."""
        return self._items.get(name, [])

    def facts(self, names: Iterable[str], until: date | None = None) -> dict[str, tuple[Observation, ...]]:
        """Return the series of these variables."""
        found = {name: self.series(name, until) for name in names}
        return {name: series for name, series in found.items() if series}

    def _known(self, name: str) -> tuple[Observation, ...]:
        """Return what the record knows besides its items: the days that everything is anchored on, and the age."""
        record = self._record
        days = {"allocation_date": record.allocated_on, "consent_date": record.consented_on}
        if name == "age" and record.age is not None:
            return (Observation(Decimal(record.age), source=f"event {record.seq}"),)
        day = days.get(name)
        return () if day is None else (Observation(PartialDate.of(day), source=f"event {record.seq}"),)


def reversion_facts(name: str, reverted: Reverted) -> Facts:
    """Return what rules may ask of a reversion: `<id>.confirmed`, `.unrepeated`, `.blip`, `.first_positive`."""
    episode = reverted.decisive
    seq = (episode.decider or episode.first).seq if episode else 0
    source = f"event {seq}" if episode else None
    made = {
        "confirmed": reverted.status == "confirmed",
        "unrepeated": reverted.status == "unrepeated",
        "blip": reverted.has_blip,
    }
    facts = {f"{name}.{what}": (Observation("yes" if is_so else "no", source=source),) for what, is_so in made.items()}
    if episode is not None and episode.status in ("confirmed", "unrepeated") and episode.first.on is not None:
        facts[f"{name}.first_positive"] = (Observation(PartialDate.of(episode.first.on), source=source),)
    return facts
