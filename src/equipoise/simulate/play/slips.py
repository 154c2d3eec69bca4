"""What is written on the forms: for each visit the items that are asked, and each value as its slip has it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

from equipoise.conduct.commands import Entry
from equipoise.simulate.assay import written
from equipoise.simulate.play.door import Days, Dice
from equipoise.simulate.world import World
from equipoise.study.model.codebook import Variable
from equipoise.study.model.scenarios import Item


@dataclass(frozen=True)
class Ask:
    """An item that a form asks for at a visit, and how its value comes out."""

    name: str
    variable: Variable
    item: Item
    consent: str
    arms: tuple[str, ...]
    limits: Mapping[str, str]  # by centre, of a laboratory item
    words: float  # the share of results below the limit that are printed in words


class Slips:
    """The forms of a study, filled in."""

    def __init__(self, world: World, days: Days, dice: Dice) -> None:
        self.world, self.days, self.dice = world, days, dice
        self.names = {site.id: site.name for site in world.study.identity.sites}
        self.unscheduled = next((visit for visit in world.study.schedule.visits if visit.kind == "unscheduled"), None)
        self.forms = cache(self._forms)

    def _forms(self, visit: str, measured_as: str = "") -> tuple[tuple[str, tuple[Ask, ...]], ...]:
        """Return the forms of a visit with their items; an unscheduled one is measured as another visit is."""
        declared = self.unscheduled if measured_as else self.world.study.visits[visit]
        found = []
        for form in declared.forms if declared else ():
            asks = tuple(
                self._ask(asked.variable, item, asked.consent, asked.arms)
                for asked in self.world.study.forms[form].items
                if (item := self.world.item(asked.variable, measured_as or visit)) is not None
            )
            if asks:
                found.append((form, asks))
        return tuple(found)

    def _ask(self, name: str, item: Item, consent: str, arms: tuple[str, ...]) -> Ask:
        variable = self.world.study.variables[name]
        limits = {site: limits.get(name, "") for site, limits in self.world.limits.items()}
        words = float(item.not_detected) if item.not_detected else 0.0
        return Ask(name, variable, item, consent, arms, limits if variable.kind == "laboratory" else {}, words)

    def entry(self, ask: Ask, value: Any, site: str, consented: int) -> Entry | None:
        """Return an entry for a value, or None where there is nothing to write.

        Parameters
        ----------
        ask : Ask
            The item.
        value : float, bool or str
            The value as measured; of a date the days before consent.
        site : str
            The centre.
        consented : int
            The day of consent.

        Returns
        -------
        Entry or None
            The entry.
        """
        variable = ask.variable
        if value == "":
            return None
        if variable.kind == "date" and not isinstance(value, str):
            text = "" if math.isnan(value) else self._date(consented - math.ceil(value), variable.precision)
            return _entry(variable.name, text) if text else None
        if variable.kind != "laboratory":
            text = written(ask.item, variable, value, "")
            return _entry(variable.name, text) if text else None
        limit = ask.limits[site]
        text = written(ask.item, variable, value, limit, in_words=bool(ask.words) and self.dice.roll() < ask.words)
        if not text:
            return None
        return _entry(variable.name, text, variable.unit, limit, ask.item.assay, self.names[site])

    def _date(self, day: int, precision: str) -> str:
        text = (self.days.start + timedelta(days=day)).isoformat()
        return text[: {"year": 4, "month": 7, "day": 10}[precision]]


@lru_cache(maxsize=8192)  # "<0.05" of one laboratory is written again and again
def _entry(  # noqa: PLR0917 - the cache finds an entry quickest by its fields in their order
    item: str, value: str, unit: str = "", limit: str = "", assay: str = "", laboratory: str = ""
) -> Entry:
    return Entry(item=item, value=value, unit=unit, limit=limit, assay=assay, laboratory=laboratory)
