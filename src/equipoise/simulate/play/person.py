"""One person's way through the trial: what every step of it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from equipoise.conduct.commands import (
    AnswerQuery,
    CloseQuery,
    Command,
    CorrectItem,
    EnterItems,
    Entry,
    OpenQuery,
)
from equipoise.conduct.events import Event
from equipoise.simulate.play.people import Batch
from equipoise.simulate.play.slips import Ask
from equipoise.simulate.play.stage import Stage

Life = Iterator[int]  # yields the day of the next step
Forms = tuple[tuple[str, tuple[Ask, ...]], ...]


class Person:
    """A person at a centre: their number, their queries, and the day it is for them."""

    def __init__(self, stage: Stage, batch: Batch, row: int) -> None:
        self.stage, self.batch, self.row = stage, batch, row
        self.site = str(batch.cohort.names["centre"][row])
        self.id = ""
        self.day = 0
        self.consented = 0
        self.options: dict[str, bool] = {}
        self.unknown: set[str] = set()  # what was recorded as unknown at the first asking
        self.unscheduled = 0
        self.open: list[str] = []  # queries
        self.asked = 0
        self.corrections: dict[str, tuple[str, str, str, Entry]] = {}  # query → visit, form, day, right entry

    # --- doing ------------------------------------------------------------------------------------------------

    def at(self, day: int) -> str:
        """Make it that day, and return it as a text."""
        self.day = day
        self.stage.last_day = max(self.stage.last_day, day)
        return self.stage.days.text(day)

    @property
    def second(self) -> int:
        """The moment at which the centre's day begins."""
        return self.stage.days.morning(self.site, self.day)

    def do(self, command: Command) -> tuple[Event, ...]:
        """Do a command, and keep in mind what queries it raised."""
        events = self.stage.door.do(self.stage.days.morning(self.site, self.day), command)
        if events[-1].type == "query_opened":  # queries stand after the entry that raised them
            self.open.extend(event.data["query"] for event in events if event.type == "query_opened")
        return events

    # --- forms ------------------------------------------------------------------------------------------------

    def fill(self, visit: str, forms: Forms, values: Mapping[str, Any], on: str, arm: str) -> None:
        """Enter the forms of a visit, in their order; some values are written wrongly at first."""
        entered: list[Entry] = []
        write = self.stage.slips.entry
        for form, asks in forms:
            entries = []
            for ask in asks:
                if (ask.consent and not self.options.get(ask.consent)) or (ask.arms and arm not in ask.arms):
                    continue
                value = values[ask.name]
                entry = None if value is None else write(ask, value, self.site, self.consented)
                if entry is not None:
                    entries.append(entry)
            if not entries:
                continue
            wrong = self._slip(asks, entries)
            done = self.do(EnterItems(participant=self.id, visit=visit, form=form, on=on, entries=tuple(entries)))
            if wrong is not None:
                checked = [event.data for event in done if event.type == "query_opened"]
                raised = next((query["query"] for query in checked if query["item"] == wrong.item), "")
                self._query(visit, wrong.item, (visit, form, on, wrong), raised)
            entered.extend(entries)
        self._doubt(visit, entered)

    def _slip(self, asks: tuple[Ask, ...], entries: list[Entry]) -> Entry | None:
        """Let one number of the form be written ten times too high now and then; return what was right."""
        tidying, dice = self.stage.world.scenarios.tidying, self.stage.dice
        if tidying is None or dice.roll() >= float(tidying.query) * float(tidying.corrected) / 2:
            return None
        harmless = {ask.name for ask in asks if ask.name not in self.stage.weighty}
        for place, entry in enumerate(entries):
            if entry.item in harmless and entry.limit == "" and entry.value.replace(".", "", 1).isdigit():
                typo = f"{entry.value}0" if "." not in entry.value else entry.value.replace(".", "", 1)
                if typo != entry.value and float(typo) > 0:
                    entries[place] = Entry(
                        item=entry.item,
                        value=typo,
                        unit=entry.unit,
                        assay=entry.assay,
                        laboratory=entry.laboratory,
                    )
                    return entry
        return None

    def _doubt(self, visit: str, entered: list[Entry]) -> None:
        """Let the data manager ask about an entry now and then that turns out to be right."""
        tidying, dice = self.stage.world.scenarios.tidying, self.stage.dice
        if tidying is not None and entered and dice.roll() < float(tidying.query):
            entry = entered[dice.between(0, len(entered) - 1)]
            self._query(visit, entry.item, None)

    def _query(self, visit: str, item: str, right: tuple[str, str, str, Entry] | None, raised: str = "") -> None:
        """Open a query, unless a check has raised one on the item already."""
        query = raised
        if not query:
            self.asked += 1
            query = f"review-{self.asked}"
            words = "Please check this value against the source."
            self.do(OpenQuery(participant=self.id, query=query, visit=visit, item=item, words=words))
        if right is not None:
            self.corrections[query] = right

    def settle(self, *, may_correct: bool = True) -> None:
        """Answer and close what queries are open."""
        waiting, self.open = self.open, []
        for query in waiting:
            right = self.corrections.pop(query, None)
            words = "Checked against the source: correct as entered."
            if right is not None and may_correct:
                visit, form, on, entry = right
                why = "Transcription error"
                self.do(CorrectItem(participant=self.id, visit=visit, form=form, on=on, entry=entry, reason=why))
                words = "Transcription error: corrected."
            self.do(AnswerQuery(participant=self.id, query=query, words=words))
            self.do(CloseQuery(participant=self.id, query=query))
        if self.open:  # a correction can raise a query of its own
            self.settle(may_correct=False)
