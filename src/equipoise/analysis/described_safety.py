"""What the description of safety is: exposure and adverse events, by arm."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analysis.described import Counted
from equipoise.analysis.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Exposure:
    """How long the people of an arm were observed, and what they were given.

    Attributes
    ----------
    arm : str
        The arm.
    allocated, withheld : int
        People allocated, and those of them who withdrew the use of their data: nothing else counts them.
    n : int
        Everybody else.
    person_years : float
        Sum over them of the years (365.25 days) from allocation to the last contact.
    dosed : int or None
        People with at least one dose; None where the arm has no dose schedule.
    doses_given, doses_withheld : int
        Doses.
    withheld_for : tuple of Counted
        Doses withheld, by reason.
    stopped : tuple of Counted
        People whose treatment was stopped, by reason.
    """

    arm: str
    allocated: int
    withheld: int
    n: int
    person_years: float
    dosed: int | None
    doses_given: int
    doses_withheld: int
    withheld_for: tuple[Counted, ...]
    stopped: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class SafetyCell:
    """Events of one kind in one arm.

    Attributes
    ----------
    arm : str
        The arm.
    people, n : int
        With at least one such event, of how many.
    share, low, high : float or None
        Share of people with its Wilson interval; None for an empty arm.
    events : int
        Events.
    rate, rate_low, rate_high : float or None
        Events per 100 person-years with Garwood's exact interval; None without time.
    """

    arm: str
    people: int
    n: int
    share: float | None
    low: float | None
    high: float | None
    events: int
    rate: float | None
    rate_low: float | None
    rate_high: float | None


@dataclass(frozen=True, slots=True)
class SafetyRow:
    """Events of one kind in every arm.

    Attributes
    ----------
    kind : str
        ``any``, ``serious``, ``related`` (related or possibly so), ``fatal``, ``stopped_treatment``, ``severity``,
        ``category`` or ``term``.
    category : str
        Of the kinds `category` and `term`; empty where none was given.
    name : str
        The severity or the term.
    cells : tuple of SafetyCell
        One an arm, in the order of the arms.
    difference, low, high : float or None
        Difference of the shares, treatment minus comparator, with Miettinen and Nurminen's interval.
    """

    kind: str
    category: str
    name: str
    cells: tuple[SafetyCell, ...]
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Safety:
    """Exposure and adverse events.

    Attributes
    ----------
    treatment, versus : str
        The arms of the differences; empty without an estimand.
    confidence : float
        Level of the intervals.
    exposure : tuple of Exposure
        One an arm.
    rows : tuple of SafetyRow
        First the summary, then each category with its terms, the most frequent first.
    earlier : int
        Events that began before the allocation: in no row.
    deaths : tuple of Counted
        People who died, by arm.
    recipe : Recipe
        How it was counted.
    """

    treatment: str
    versus: str
    confidence: float
    exposure: tuple[Exposure, ...]
    rows: tuple[SafetyRow, ...]
    earlier: int
    deaths: tuple[Counted, ...]
    recipe: Recipe
