"""The calendar: visits with their windows, dose schedules, masking windows, specimens."""

from __future__ import annotations

from typing import Literal

from equipoise.study.model.base import Number, Part, Rule, Stated, Text


class Visit(Stated):
    """A visit: `day` counts from the day of allocation (day 0); the window is `day - before` to `day + after`."""

    id: str
    label: Text
    kind: Literal["screening", "baseline", "follow_up", "dose_only", "post_treatment", "unscheduled"]
    day: int = 0
    before: int = 0
    after: int = 0
    forms: tuple[str, ...] = ()
    specimens: tuple[str, ...] = ()
    arms: tuple[str, ...] = ()  # empty: all arms


class DoseSchedule(Stated):
    """Doses of a product for some arms; `withhold` is the rule on which a dose is not given."""

    id: str
    product: str
    arms: tuple[str, ...]
    amount: Number
    visits: tuple[str, ...]
    withhold: Rule = ""
    label: Text = ""


class Masking(Stated):
    """A product hides some variables' results for `days` after each dose: they are flagged, and decide nothing."""

    id: str
    product: str
    hides: tuple[str, ...]
    days: int
    label: Text = ""


class SpecimenKind(Stated):
    """A kind of specimen; `consent` names the optional consent that it needs."""

    id: str
    label: Text
    consent: str = ""


class Schedule(Part):
    """`schedule.yaml`."""

    visits: tuple[Visit, ...]
    doses: tuple[DoseSchedule, ...] = ()
    masking: tuple[Masking, ...] = ()
    specimens: tuple[SpecimenKind, ...] = ()
