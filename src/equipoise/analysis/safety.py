"""Safety: exposure and adverse events by arm, with intervals and without p-values.

A trial of this kind is not planned to test adverse events: a large p would be read as "safe" where the trial is only
too small to tell, and among dozens of terms a small one comes by chance. The interval says what the data allow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from equipoise.analysis.described_safety import Exposure, Safety, SafetyCell, SafetyRow
from equipoise.analysis.flow import counted
from equipoise.analysis.recipe import recipe_for
from equipoise.dataset.derive.derive_strategies import NO_FURTHER_USE
from equipoise.dataset.model import Dataset
from equipoise.stats.miettinen_nurminen import risk_difference
from equipoise.stats.poisson_rate import poisson_rate
from equipoise.stats.proportion import wilson

Row = Mapping[str, Any]
_YEAR = 365.25
_PER = 100.0
_CONFIDENCE = 0.95
_RELATED = ("related", "possibly_related")
_SEVERITIES = ("mild", "moderate", "severe", "life_threatening", "fatal")
_DEATH = "death"


def safety_of(dataset: Dataset) -> Safety:
    """Describe exposure and adverse events.

    Parameters
    ----------
    dataset : Dataset
        The dataset.

    Returns
    -------
    Safety
        Everybody allocated is counted in the arm of the allocation, but who withdrew the use of their data. An event
        counts from the day of allocation on, or if its day is not known. Time runs to the last contact: the last day
        with a visit, a result, an answer, a dose, the onset of an adverse event, the withdrawal, or death; the day on
        which somebody was given up as lost is none.
    """
    people = _People(dataset)
    own = [row for row in dataset.tables["adverse_events"].iter_rows(named=True) if row["participant"] in people.arm_of]
    events = [row for row in own if row["day"] is None or row["day"] >= 0]
    return Safety(
        treatment=people.compared[0],
        versus=people.compared[1],
        confidence=people.confidence,
        exposure=tuple(_exposure(people, arm) for arm in dataset.study.arms),
        rows=tuple(_rows(people, events)),
        earlier=len(own) - len(events),
        deaths=counted(Counter(people.arm_of[who] for who in people.died), dataset.study.arms),
        recipe=recipe_for(dataset, "equipoise.analysis.safety.safety_of(dataset)"),
    )


@dataclass(frozen=True)
class _People:
    """Everybody whose data may be used."""

    dataset: Dataset

    @cached_property
    def allocated(self) -> dict[str, str]:
        table = self.dataset.tables["allocation"]
        return dict(zip(table["participant"], table["arm"], strict=True))

    @cached_property
    def ends(self) -> Sequence[Row]:
        return self.dataset.tables["dispositions"].to_dicts()

    @cached_property
    def withheld(self) -> frozenset[str]:
        return frozenset(row["participant"] for row in self.ends if row["data_use"] == NO_FURTHER_USE)

    @cached_property
    def arm_of(self) -> dict[str, str]:
        return {who: arm for who, arm in self.allocated.items() if who not in self.withheld}

    @cached_property
    def stopped(self) -> dict[str, Row]:
        found = (row for row in self.ends if row["kind"] == "treatment_stopped")
        return {row["participant"]: row for row in found if row["participant"] in self.arm_of}

    @cached_property
    def died(self) -> dict[str, int | None]:
        found = (row for row in self.ends if row["kind"] == "visits_stopped" and row["reason"] == _DEATH)
        return {row["participant"]: row["day"] for row in found if row["participant"] in self.arm_of}

    @cached_property
    def primary(self) -> Any:
        plan = self.dataset.study.endpoints
        return next((each for each in plan.analyses if each.role == "primary"), None)

    @property
    def confidence(self) -> float:
        """The level of the primary analysis."""
        return float(self.primary.confidence) if self.primary is not None else _CONFIDENCE

    @property
    def compared(self) -> tuple[str, str]:
        """The arms of the primary estimand, else of the first."""
        estimands = self.dataset.study.endpoints.estimands
        named = [each for each in estimands if self.primary is not None and each.id == self.primary.estimand]
        found = next(iter((*named, *estimands)), None)
        return (found.treatment, found.versus) if found is not None else ("", "")

    @cached_property
    def last_contact(self) -> dict[str, int]:
        """The day of each person's last contact; 0 without any."""
        last = dict.fromkeys(self.arm_of, 0)

        def see(who: str, day: int | None) -> None:
            if who in last and day is not None:
                last[who] = max(last[who], day)

        taken = {"visits": "done", "doses": "given"}
        for name in ("visits", "labs", "items", "doses", "adverse_events"):
            table = self.dataset.tables[name]
            status = table["status"] if name in taken else [None] * table.height
            for who, day, state in zip(table["participant"], table["day"], status, strict=True):
                if state == taken.get(name):
                    see(who, day)
        for end in self.ends:
            if end["kind"] == "consent_withdrawn":
                see(end["participant"], end["day"])
        for who, day in self.died.items():
            see(who, day)
        return last

    @cached_property
    def years(self) -> dict[str, float]:
        """Person-years by arm."""
        found = dict.fromkeys(self.dataset.study.arms, 0.0)
        for who, arm in self.arm_of.items():
            found[arm] += self.last_contact[who] / _YEAR
        return found

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """People by arm."""
        return Counter(self.arm_of.values())


def _exposure(people: _People, arm: str) -> Exposure:
    study = people.dataset.study
    doses = [row for row in people.dataset.tables["doses"].to_dicts() if people.arm_of.get(row["participant"]) == arm]
    given = [row for row in doses if row["status"] == "given"]
    withheld = [row for row in doses if row["status"] != "given"]
    is_dosed = any(arm in schedule.arms for schedule in study.schedule.doses)
    everybody = [who for who, own in people.allocated.items() if own == arm]
    return Exposure(
        arm=arm,
        allocated=len(everybody),
        withheld=sum(who in people.withheld for who in everybody),
        n=people.sizes[arm],
        person_years=people.years[arm],
        dosed=len({row["participant"] for row in given}) if is_dosed else None,
        doses_given=len(given),
        doses_withheld=len(withheld),
        withheld_for=counted(Counter(row["reason"] for row in withheld)),
        stopped=counted(Counter(row["reason"] for who, row in people.stopped.items() if people.arm_of[who] == arm)),
    )


def _rows(people: _People, events: Sequence[Row]) -> list[SafetyRow]:
    def row(kind: str, chosen: Sequence[Row], category: str = "", name: str = "") -> SafetyRow:
        return _row(people, (kind, category, name), chosen)

    chosen: dict[str, Callable[[Row], bool]] = {
        "any": lambda event: True,  # noqa: ARG005 - one shape for all
        "serious": lambda event: bool(event["serious"]),
        "related": lambda event: event["related"] in _RELATED,
        "fatal": lambda event: event["outcome"] == "fatal",
        "stopped_treatment": lambda event: _stopped(people, event),
    }
    rows = [row(kind, [event for event in events if picks(event)]) for kind, picks in chosen.items()]
    rows += [row("severity", [e for e in events if e["severity"] == level], name=level) for level in _SEVERITIES]
    for category in _by_frequency(events, "category"):
        own = [event for event in events if event["category"] == category]
        rows.append(row("category", own, category))
        rows += [
            row("term", [event for event in own if event["term"] == term], category, term)
            for term in _by_frequency(own, "term")
        ]
    return rows


def _by_frequency(events: Sequence[Row], column: str) -> list[str]:
    """Return the values of a column, those of most people first."""
    people = Counter(name for name, _ in {(event[column], event["participant"]) for event in events})
    return sorted(people, key=lambda name: (-people[name], name))


def _stopped(people: _People, event: Row) -> bool:
    """Whether treatment was stopped for an event: the reason names its term or category, from its onset on."""
    stop = people.stopped.get(event["participant"])
    if stop is None or (event["day"] is not None and stop["day"] is not None and stop["day"] < event["day"]):
        return False
    named = {name.casefold() for name in (event["term"], event["category"]) if name}
    return (stop["reason"] or "").casefold() in named


def _row(people: _People, named: tuple[str, str, str], events: Sequence[Row]) -> SafetyRow:
    cells = {arm: _cell(people, arm, events) for arm in people.dataset.study.arms}
    treated, control = (cells.get(arm) for arm in people.compared)
    difference = low = high = None
    if treated is not None and control is not None and treated.n and control.n:
        found = risk_difference(treated.people, treated.n, control.people, control.n, people.confidence)
        difference, low, high = found.estimate, found.low, found.high
    return SafetyRow(*named, tuple(cells.values()), difference, low, high)


def _cell(people: _People, arm: str, events: Sequence[Row]) -> SafetyCell:
    own = [event for event in events if people.arm_of[event["participant"]] == arm]
    having, n, years = len({event["participant"] for event in own}), people.sizes[arm], people.years[arm]
    share = wilson(having, n, people.confidence) if n else None
    rate = poisson_rate(len(own), years / _PER, people.confidence) if years > 0 else None
    return SafetyCell(
        arm=arm,
        people=having,
        n=n,
        share=share.estimate if share else None,
        low=share.low if share else None,
        high=share.high if share else None,
        events=len(own),
        rate=rate.estimate if rate else None,
        rate_low=rate.low if rate else None,
        rate_high=rate.high if rate else None,
    )
