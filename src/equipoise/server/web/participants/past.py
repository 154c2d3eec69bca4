"""What happened to one participant: the events of the history in words, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.conduct.visibility import Fact
from equipoise.core import canonical
from equipoise.core.words import text
from equipoise.server.records.models import Event, Participant
from equipoise.server.records.reading import Reading
from equipoise.server.web.participants import sight
from equipoise.server.web.participants.course import visit_label
from equipoise.server.web.participants.days import ROOM, middling, parsed
from equipoise.study.words import code_label, label, level_label

A_PAGE = 50
_HASH = 12  # digits of a hash that are shown
_QUERIES = frozenset({"query_opened", "query_answered", "query_closed"})
_ITEMS = frozenset({"item_entered", "item_corrected"})
_DOSES = frozenset({"dose_given", "dose_withheld"})
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """An event in words."""

    seq: int
    hash: str
    at: str
    by: str
    role: str
    what: str
    details: str


@dataclass(frozen=True, slots=True)
class Past:
    """Some events, newest first; `before` is where the next page begins, 0 if there is none."""

    lines: tuple[Line, ...]
    before: int


def past_of(reading: Reading, person: Participant, language: str, before: int = 0) -> Past:
    """Return the events of a participant that may be shown, the newest or those before a number."""
    telling = _Telling(reading, person, language)
    lines: list[Line] = []
    while True:
        rows = Event.objects.filter(study=person.study, stream=person.participant)
        if before:
            rows = rows.filter(seq__lt=before)
        found = list(rows.order_by("-seq").values_list("seq", "hash", "at", "by", "role", "type", "data")[:A_PAGE])
        for seq, hashed, at, by, role, kind, content in found:
            if len(lines) == A_PAGE:
                return Past(tuple(lines), before)
            before = seq
            data = canonical.loads(content.encode())
            if telling.shows(kind, data):
                role_words = text("conduct", f"roles.{role}", language)
                what = text("conduct", f"events.{kind}", language)
                lines.append(Line(seq, hashed[:_HASH], at, by, role_words, what, telling.details(kind, data)))
        if len(found) < A_PAGE:
            return Past(tuple(lines), 0)


class _Telling:
    """Says what an event was about, as far as whoever reads may know."""

    def __init__(self, reading: Reading, person: Participant, language: str) -> None:
        self.study, self.protocol, self.language = reading.declared, reading.state.protocol, language
        self.arm = sight.arm_of(reading, person)
        self.hidden = sight.hidden(reading, arm_is_sealed=self.arm.is_sealed)
        self.sees_queries = reading.sees(Fact.QUERIES, person)

    def shows(self, kind: str, data: Data) -> bool:
        """Whether an event may be shown at all."""
        visit = data.get("visit", "")
        if kind in _QUERIES:
            return self.sees_queries and not ("item" in data and self.hidden.query(data["item"], visit))
        if kind in _ITEMS:
            return not self.hidden.item(data["form"], data["item"], visit)
        if kind in _DOSES:
            return data["schedule"] not in self.hidden.schedules
        return not (visit and visit in self.hidden.visits)

    def details(self, kind: str, data: Data) -> str:
        """Say what an event was about, in a line."""
        between = text(ROOM, "between", self.language)
        return between.join(part for part in _DETAILS.get(kind, _plain)(self, data) if part)

    # --- the parts of a line ------------------------------------------------------------------------------------

    def visit(self, data: Data) -> str:
        """Say the visit."""
        return visit_label(self.protocol, data["visit"], self.language) if data.get("visit") else ""

    def day(self, data: Data, name: str = "on") -> str:
        """Say the day."""
        when = parsed(data[name]) if data.get(name) else None
        return middling(when, self.language) if when else ""

    def value(self, data: Data, name: str = "value") -> str:
        """Say a value as it was written, a code by its name."""
        value = str(data.get(name, ""))
        declared = self.study.variables.get(data["item"])
        if declared is not None and declared.codes:
            return code_label(self.study, data["item"], value, self.language)
        unit = data.get("unit", "") or (declared.unit if declared is not None and name == "value" else "")
        return f"{value} {unit}".strip() if value else ""

    def item(self, data: Data) -> str:
        """Say the item."""
        return label(self.study, "variables", data["item"], self.language) if data.get("item") else ""


def _item(telling: _Telling, data: Data) -> Iterator[str]:
    value = telling.value(data)
    if "previous" in data:
        value = text(ROOM, "past.corrected", telling.language, before=telling.value(data, "previous"), now=value)
    yield text(ROOM, "past.item", telling.language, item=telling.item(data), value=value)
    yield telling.visit(data)
    yield data.get("reason", "")


def _dose(telling: _Telling, data: Data) -> Iterator[str]:
    declared = telling.protocol.doses.get(data["schedule"])
    product = data.get("product", "") or (declared.product if declared else "")
    yield label(telling.study, "products", product, telling.language) if product else data["schedule"]
    yield f"{data.get('amount', '')} {data.get('unit', '')}".strip()
    yield telling.visit(data)
    yield telling.day(data)
    yield data.get("reason", "")


def _decided(telling: _Telling, data: Data) -> Iterator[str]:
    yield text("conduct", f"outcomes.{data['verdict']}", telling.language)
    yield telling.day(data)


def _allocated(telling: _Telling, data: Data) -> Iterator[str]:
    if telling.arm.id is not None:
        yield label(telling.study, "arms", telling.arm.id, telling.language)
    elif telling.arm.is_sealed:
        yield text(ROOM, "arm.sealed", telling.language)
    yield telling.day(data)
    for factor, level in data.get("levels", {}).items():
        yield level_label(telling.study, factor, level, telling.language)


def _consent(telling: _Telling, data: Data) -> Iterator[str]:
    yield text(ROOM, "past.document", telling.language, version=data["document"])
    yield telling.day(data)


def _query(telling: _Telling, data: Data) -> Iterator[str]:
    yield telling.item(data)
    yield telling.visit(data)
    yield data.get("words", "")


def _withdrawn(telling: _Telling, data: Data) -> Iterator[str]:
    yield telling.day(data)
    yield text(ROOM, f"data-use.{data['data_use']}", telling.language)
    yield data.get("reason", "")


_TEXTS = ("kit", "specimen", "term", "name", "words", "category", "reason", "meaning", "place", "to", "batch")


def _plain(telling: _Telling, data: Data) -> Iterator[str]:
    yield telling.visit(data)
    yield telling.day(data)
    for name in _TEXTS:
        yield str(data.get(name, ""))


_DETAILS: Mapping[str, Callable[[_Telling, Data], Iterator[str]]] = {
    "item_entered": _item,
    "item_corrected": _item,
    "dose_given": _dose,
    "dose_withheld": _dose,
    "eligibility_decided": _decided,
    "allocated": _allocated,
    "consent_given": _consent,
    "consent_renewed": _consent,
    "query_opened": _query,
    "query_answered": _query,
    "query_closed": _query,
    "consent_withdrawn": _withdrawn,
}
