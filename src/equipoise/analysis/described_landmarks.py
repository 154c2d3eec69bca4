"""What an association at landmarks is: a value at a visit against what comes after it."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analysis.recipe import Recipe


@dataclass(frozen=True, slots=True)
class LandmarkArm:
    """Who of an arm is followed from a landmark, and who is not.

    Attributes
    ----------
    arm : str
        The arm.
    allocated : int
        People allocated to it.
    withheld : int
        Of these, who withdrew the use of their data.
    without_value : int
        No dated value at the landmark's visit.
    earlier : int
        With a value, and a first positive sample at or before it that was confirmed or not repeated.
    masked : int
        The value is left out because a dose may feign or hide it.
    followed : int
        Everybody else.
    is_masked : bool
        Whether all values of the arm are masked, so that the landmark says nothing of it.
    """

    arm: str
    allocated: int
    withheld: int
    without_value: int
    earlier: int
    masked: int
    followed: int
    is_masked: bool


@dataclass(frozen=True, slots=True)
class LandmarkGroup:
    """People followed whose value lies from `low` on and below `high`; None is unbounded.

    Attributes
    ----------
    low, high : float or None
        The cuts.
    n : int
        People followed.
    returned, free, lost : int
        With a later confirmed reversion; seen without one at the end; neither, because they left before it or a
        positive sample was not repeated.
    share, share_low, share_high : float or None
        `returned` among `returned` and `free`, with its Wilson interval; who was lost is in neither. None without
        anybody.
    """

    low: float | None
    high: float | None
    n: int
    returned: int
    free: int
    lost: int
    share: float | None
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True, slots=True)
class LandmarkPoint:
    """One person followed: the value (`below` or `above` it for a bound) and what came: returned, free or lost."""

    participant: str
    arm: str
    value: float
    below: bool
    above: bool
    status: str


@dataclass(frozen=True, slots=True)
class Landmark:
    """An association at one landmark.

    Attributes
    ----------
    visit : str
        The landmark.
    day : int
        Its planned day.
    arms : tuple of LandmarkArm
        Who is followed.
    groups : tuple of LandmarkGroup
        By the declared cuts.
    ungrouped : int
        People followed whose value is a bound that does not tell the group.
    returned, free, lost : int
        Of all followed.
    area, area_low, area_high : float or None
        Probability that somebody with a later reversion has the higher value, ties half (below 0.5: low values go
        with it), with DeLong's interval; None (see `note`) without anybody on one side.
    p : float or None
        Of the rank test (Mann and Whitney, corrected for ties and continuity); None where all values are equal.
    note : str
        ``all_masked`` (there are values, and all are masked), ``nobody``, ``no_events``, ``only_events``; else empty.
    points : tuple of LandmarkPoint
        Everybody followed.
    """

    visit: str
    day: int
    arms: tuple[LandmarkArm, ...]
    groups: tuple[LandmarkGroup, ...]
    ungrouped: int
    returned: int
    free: int
    lost: int
    area: float | None
    area_low: float | None
    area_high: float | None
    p: float | None
    note: str
    points: tuple[LandmarkPoint, ...]


@dataclass(frozen=True, slots=True)
class AssociationResult:
    """A declared association with what was found at each landmark."""

    id: str
    label: str
    variable: str
    unit: str
    scale: str
    reversion: str
    until: str
    confidence: float
    landmarks: tuple[Landmark, ...]
    post_hoc: bool
    recipe: Recipe
