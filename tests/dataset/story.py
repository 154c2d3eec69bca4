"""Short histories for tests: an invented study of a marker that may return, and events written by the day."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

from equipoise.conduct.declarations import declarations_hash, declared_parts
from equipoise.conduct.events import GENESIS, Event
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.study.model.study import Study

START = date(2026, 3, 2)
_WEEKS = {"week 12": (84, 7), "week 24": (168, 14), "week 48": (336, 14), "week 72": (504, 14)}

CONTENT: dict[str, Any] = {
    "identity": {
        "format": 1,
        "id": "marker-1",
        "version": "1",
        "title": "A marker that may return",
        "blinding": "open_label",
        "enrolment": 132,
        "sponsor": {"name": "An invented sponsor"},
        "arms": [
            {"id": "active", "label": "Active", "kind": "experimental"},
            {"id": "control", "label": "Control", "kind": "no_intervention"},
        ],
        "sites": [
            {"id": "01", "name": "First centre", "city": "Aarhus", "limits": {"shield": "3"}},
            {"id": "02", "name": "Second centre", "city": "Bergen"},
        ],
        "factors": [
            {
                "id": "weight_class",
                "label": "Weight",
                "levels": [
                    {"id": "light", "label": "Light", "when": "weight < 70"},
                    {"id": "heavy", "label": "Heavy", "when": "weight >= 70"},
                ],
            }
        ],
        "allocation": {"scheme": "simple", "factors": ["weight_class"]},
        "products": [{"id": "globulin", "label": "Globulin", "unit": "IU"}],
        "medication_categories": ["rescue", "other"],
    },
    "codebook": {
        "variables": [
            {"name": "marker", "label": "Marker", "kind": "laboratory", "unit": "IU/mL", "limit": "0.05"},
            {"name": "shield", "label": "Shield", "kind": "laboratory", "unit": "mIU/mL", "limit": "2"},
            {"name": "enzyme", "label": "Enzyme", "kind": "laboratory", "unit": "U/L"},
            {"name": "weight", "label": "Weight", "kind": "number", "unit": "kg"},
            {"name": "height", "label": "Height", "kind": "number", "unit": "cm"},
            {"name": "bmi", "label": "BMI", "kind": "number", "rule": "weight / (height / 100) ** 2"},
            {"name": "sex", "label": "Sex", "kind": "code", "codes": [{"value": v, "label": v} for v in ("f", "m")]},
            {"name": "relapsed", "label": "Relapsed", "kind": "yes_no"},
            {"name": "days", "label": "Days observed", "kind": "number"},
        ],
        "forms": [
            {
                "id": "entry",
                "label": "Entry",
                "items": [{"variable": v} for v in ("weight", "height", "sex", "marker")],
            },
            {"id": "lab", "label": "Laboratory", "items": [{"variable": v} for v in ("marker", "shield", "enzyme")]},
        ],
    },
    "eligibility": [{"id": "I1", "kind": "inclusion", "text": "Marker absent.", "rule": "marker < 0.05"}],
    "schedule": {
        "visits": [
            {"id": "screening", "label": "Screening", "kind": "screening", "before": 28, "forms": ["entry"]},
            {"id": "baseline", "label": "Baseline", "kind": "baseline", "forms": ["lab"]},
            *(
                {"id": name, "label": name, "kind": "follow_up", "day": d, "before": w, "after": w, "forms": ["lab"]}
                for name, (d, w) in _WEEKS.items()
            ),
            {"id": "unscheduled", "label": "Unscheduled", "kind": "unscheduled", "forms": ["lab"]},
        ],
        "doses": [
            {
                "id": "plan",
                "product": "globulin",
                "arms": ["active"],
                "amount": "400",
                "visits": ["baseline", "week 12", "week 24"],
            }
        ],
        "masking": [
            {"id": "cover", "label": "Cover", "product": "globulin", "hides": ["marker", "shield"], "days": 125}
        ],
    },
    "endpoints": {
        "reversions": [
            {
                "id": "relapse",
                "label": "Return",
                "variable": "marker",
                "positive": "marker >= 0.05",
                "repeat_after": 28,
                "repeat_before": 56,
                "masking": "cover",
            }
        ],
        "intercurrent_events": [
            {"id": "death", "label": "Death", "origin": "death"},
            {"id": "rescue", "label": "Rescue", "origin": "medication", "category": "rescue"},
            {"id": "missed", "label": "Missed doses", "origin": "missed_doses"},
            {"id": "stopped", "label": "Stopped treatment", "origin": "treatment_stopped"},
            {"id": "returned", "label": "Confirmed return", "origin": "rule", "when": "relapse.confirmed"},
            {"id": "flare", "label": "Flare", "origin": "rule", "when": "enzyme > 200"},
        ],
        "endpoints": [
            {
                "id": "sustained",
                "label": "Sustained at week 48",
                "kind": "binary",
                "visit": "week 48",
                "variable": "marker",
                "decisive": "marker < 0.05",
                "stands": 392,
                "readings": [
                    {
                        "id": "sustained",
                        "label": "Sustained",
                        "success": 'not relapse.confirmed and marker.at("week 48") < 0.05',
                    },
                    {"id": "at_visit", "label": "At the visit", "success": 'marker.at("week 48") < 0.05'},
                ],
            },
            {
                "id": "protected",
                "label": "Shield of 10 at week 48",
                "kind": "binary",
                "visit": "week 48",
                "variable": "shield",
                "decisive": "shield >= 10",
                "readings": [{"id": "reached", "label": "Reached", "success": 'shield.at("week 48") >= 10'}],
            },
            {
                "id": "to_relapse",
                "label": "Time to return",
                "kind": "time_to_event",
                "variable": "marker",
                "decisive": "marker < 0.05",
                "event": "relapse.confirmed",
                "better": "higher",
            },
            {
                "id": "to_end",
                "label": "Recorded time",
                "kind": "time_to_event",
                "time": "days",
                "event": "relapsed",
            },
            {
                "id": "level",
                "label": "Enzyme at week 48",
                "kind": "continuous",
                "visit": "week 48",
                "variable": "enzyme",
                "value": 'enzyme.at("week 48")',
                "better": "lower",
            },
        ],
        "estimands": [
            {
                "id": "primary",
                "label": "Sustained",
                "treatment": "active",
                "versus": "control",
                "endpoint": "sustained",
                "intercurrent": [
                    {"event": "death", "strategy": "composite"},
                    {"event": "rescue", "strategy": "composite"},
                    {"event": "returned", "strategy": "composite"},
                    {"event": "missed", "strategy": "treatment_policy"},
                ],
                "summary": "risk_difference",
            },
            {
                "id": "policy",
                "label": "Sustained, whatever happens",
                "treatment": "active",
                "versus": "control",
                "endpoint": "sustained",
                "summary": "risk_difference",
            },
            {
                "id": "time",
                "label": "Time to return",
                "treatment": "active",
                "versus": "control",
                "endpoint": "to_relapse",
                "intercurrent": [{"event": "death", "strategy": "hypothetical"}],
                "summary": "hazard_ratio",
            },
            {
                "id": "enzyme",
                "label": "Enzyme",
                "treatment": "active",
                "versus": "control",
                "endpoint": "level",
                "summary": "mean_difference",
            },
            {
                "id": "recorded",
                "label": "Recorded time",
                "treatment": "active",
                "versus": "control",
                "endpoint": "to_end",
                "intercurrent": [{"event": "death", "strategy": "composite"}],
                "summary": "survival",
            },
        ],
        "analyses": [
            {
                "id": "main",
                "label": "Stratified difference",
                "estimand": "primary",
                "role": "primary",
                "method": "miettinen_nurminen",
                "reading": "sustained",
                "strata": ["weight_class"],
                "pooling": ["light", "heavy"],
            },
        ],
        "baseline": ["age", "sex", "bmi", "marker", "enzyme"],
        "curves": ["marker", "shield"],
        "power": [{"control": "0.75", "treatment": "0.93"}],
    },
}


def study_with(**changes: Any) -> Study:
    """Return the invented study; a change is named by its path, `endpoints__analyses=[…]`."""
    content = copy.deepcopy(CONTENT)
    for path, value in changes.items():
        *parents, last = path.split("__")
        node = content
        for parent in parents:
            node = node[parent]
        node[last] = value
    return Study.model_validate(content)


def day(number: int) -> str:
    """Return the date of a day counted from the allocation."""
    return (START + timedelta(days=number)).isoformat()


class Story:
    """A history under the pen. Days are counted from the allocation of everybody, day 0."""

    def __init__(
        self, study: Study | None = None, *, role: str = "coordinator", origin: str = "conducted", **published: Any
    ):
        self.study = study or study_with()
        self.role = role
        self.events: list[Event] = []
        self.taken: set[tuple[str, str, str]] = set()
        self.published = {
            "reason": "",
            "version": self.study.version,
            "content_hash": self.study.content_hash,
            "study": self.study.content,
            "origin": origin,
            **published,
        }
        self.tell("study", "version_published", **self.published)

    def tell(self, stream: str, type_: str, /, **data: Any) -> int:
        """Add an event and return its number."""
        previous = self.events[-1].hash if self.events else GENESIS
        seq = len(self.events) + 1
        event = Event(
            self.study.id, seq, stream, self.study.version, type_, "2026-03-02T08:00:00.000000Z", "anna", self.role,
            f"key-{seq}", data, previous,
        )  # fmt: skip
        self.events.append(event._replace(hash=event.computed_hash()))
        return seq

    def declare(self) -> int:
        """Commit to the declarations."""
        parts = declared_parts(self.study)
        return self.tell("study", "declarations_committed", hash=declarations_hash(self.study), declared=parts)

    def person(self, who: str = "01-0001", arm: str = "active", *, weight: str = "60", allocated: bool = True) -> str:
        """Register, screen and allocate a person."""
        self.tell(who, "referred", site=who[:2], on=day(-20), origin="")
        self.tell(who, "registered", site=who[:2], on=day(-15))
        self.tell(who, "consent_given", document="1", language="en", on=day(-14), options={}, age=40)
        for name, value in (("weight", weight), ("height", "170"), ("sex", "f"), ("marker", "<0.05")):
            self.item(who, name, -14, value, "screening", form="entry")
        self.tell(
            who, "eligibility_decided", on=day(-1), verdict="eligible", criteria={"I1": "pass"}, contradictions=[]
        )
        if allocated:
            levels = {"centre": who[:2], "weight_class": "light" if float(weight) < 70 else "heavy"}
            slot = sum(event.type == "allocated" for event in self.events) + 1
            self.tell(who, "allocated", on=day(0), slot=slot, arm=arm, levels=levels, scheme="simple")
        return who

    def item(
        self, who: str, name: str, on: int, value: str, visit: str = "unscheduled-1", *, form: str = "lab",
        kind: str = "item_entered", **data: Any
    ) -> int:  # fmt: skip
        """Enter (or correct) an item on a day."""
        slip = {"unit": "", "limit": "", "assay": "", "laboratory": "", "stated_by": "document"}
        return self.tell(who, kind, visit=visit, form=form, on=day(on), item=name, value=value, **(slip | data))

    def sample(self, who: str, on: int, value: str, name: str = "marker") -> int:
        """Take a sample on a day: at the visit whose window it is the first in, else unscheduled."""
        at = next((visit for visit, (target, width) in _WEEKS.items() if abs(on - target) <= width), None)
        visit = "baseline" if on == 0 else at
        if visit is None or (who, name, visit) in self.taken:  # a second sample in a window is an unscheduled one
            visit = f"unscheduled-{100 + on}"
        self.taken.add((who, name, visit))
        return self.item(who, name, on, value, visit)

    def dose(self, who: str, on: int, visit: str = "week 12") -> int:
        """Give a dose."""
        return self.tell(
            who, "dose_given", visit=visit, schedule="plan", product="globulin", batch="B1", expiry="2027-01", amount="400",
            unit="IU", body_site="arm", given_by="nurse", on=day(on), observation="none", despite="",
        )  # fmt: skip

    def medicate(self, who: str, started: str, category: str = "rescue") -> int:
        """Report a medication."""
        return self.tell(
            who, "medication_reported", medication=f"m{len(self.events)}", name="drug", category=category, started=started, ended=""
        )  # fmt: skip

    def dataset(self) -> Dataset:
        """Return the dataset of the history so far."""
        return build(self.events)

    def row(self, table: str, **where: Any) -> dict[str, Any]:
        """Return the one row of a table that meets some values."""
        rows = self.rows(table, **where)
        assert len(rows) == 1, rows
        return rows[0]

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Return the rows of a table that meet some values."""
        found = self.dataset().tables[table].to_dicts()
        return [row for row in found if all(row[name] == value for name, value in where.items())]

    def outcome(self, who: str, endpoint: str = "sustained", reading: str = "sustained") -> tuple[str, str]:
        """Return status and reason of an endpoint."""
        row = self.row("endpoints", participant=who, endpoint=endpoint, reading=reading)
        return row["status"], row["reason"]
