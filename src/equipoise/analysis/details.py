"""What a method found besides an estimate, its interval and its test: enough to draw it and to calculate it again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Imputed:
    """Multiple imputation, pooled by Rubin's rules.

    Attributes
    ----------
    draws, seed : int
        How many completed datasets, and the seed of their randomness.
    estimates, variances : tuple of float
        Of each completed dataset.
    within, between, df, missing_information : float
        Rubin's components, the degrees of freedom (Barnard and Rubin) and the fraction of missing information.
    terms : tuple of str
        The covariates of the imputation model, besides the constant and the arm.
    filled : int
        People for whom a covariate was unknown at allocation and stands at its mean.
    people : tuple of str
        Whose outcome was imputed.
    values : tuple of str
        For each completed dataset a text with a 1 (success) or 0 for each of `people`, in their order.
    strata : tuple of tuple of str
        The strata as analysed, each with the ids of those that it pools.
    shares : tuple of float
        Mean share of successes over the completed datasets, of the treatment and of its comparator.
    """

    draws: int
    seed: int
    estimates: tuple[float, ...]
    variances: tuple[float, ...]
    within: float
    between: float
    df: float
    missing_information: float
    terms: tuple[str, ...]
    filled: int
    people: tuple[str, ...]
    values: tuple[str, ...]
    strata: tuple[tuple[str, ...], ...]
    shares: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tipping:
    """What the test says for every number of successes among those without an outcome.

    Attributes
    ----------
    treatment, versus : int
        People without an outcome in each arm.
    estimate, p : tuple of tuple of float
        Row i, column j: i successes among those of the treatment, j among those of its comparator. Cell (0, 0) is
        the declared reading, in which all of them are failures.
    turns : tuple of int or None
        The cell nearest to (0, 0), by the number of people, whose conclusion differs from that of (0, 0): a test that
        no longer, or newly, or in the other direction rejects. Of equally near ones that with the fewest successes in
        the treatment. None where no cell differs.
    differing : int
        Cells whose conclusion differs.
    """

    treatment: int
    versus: int
    estimate: tuple[tuple[float, ...], ...]
    p: tuple[tuple[float, ...], ...]
    turns: tuple[int, int] | None
    differing: int

    @property
    def corners(self) -> dict[tuple[int, int], tuple[float, float]]:
        """Estimate and p where all the missing of an arm failed or all succeeded, by the cell."""
        cells = [(i, j) for i in sorted({0, self.treatment}) for j in sorted({0, self.versus})]
        return {(i, j): (self.estimate[i][j], self.p[i][j]) for i, j in cells}


@dataclass(frozen=True, slots=True)
class ReRandomised:
    """The statistic under what the declared scheme would have allocated to the same people in the same order.

    Attributes
    ----------
    draws, seed : int
        How many allocations, and the seed that their secrets follow from.
    statistic : str
        What is compared.
    observed : float
        With the allocation as it was.
    as_extreme : int
        Draws at least as far from nothing as `observed`.
    statistics : tuple of float
        Of each draw.
    people : tuple of str
        Everybody who was allocated, in the order of allocation.
    arms : tuple of str
        For each draw a text with a 1 (treatment) or 0 for each of `people`.
    """

    draws: int
    seed: int
    statistic: str
    observed: float
    as_extreme: int
    statistics: tuple[float, ...]
    people: tuple[str, ...]
    arms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A coefficient of a model, on the scale of its linear predictor."""

    name: str
    coefficient: float
    se: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Modelled:
    """A regression: its coefficients, its likelihood, and what it gives everybody in one arm and in the other.

    `treatment` and `versus` are standardised (marginal) over the covariates: shares of a logistic model, means of a
    normal one (on a log scale geometric means).

    `filled` counts people for whom a covariate was unknown at allocation and stands at its mean.
    """

    terms: tuple[Term, ...]
    log_likelihood: float
    treatment: float | None = None
    versus: float | None = None
    scale: float | None = None  # residual standard deviation of a normal model
    filled: int = 0


@dataclass(frozen=True, slots=True)
class CurveAt:
    """A curve read at a visit; `descriptive` where the arms are not compared there."""

    visit: str
    day: int
    estimate: float
    low: float | None
    high: float | None
    descriptive: bool


@dataclass(frozen=True, slots=True)
class IntervalCurve:
    """Turnbull's estimate in one arm: the mass of each interval (left, right] in days; right may be infinite.

    `events` came within a known interval, `unseen` had not come when somebody was last seen.
    """

    arm: str
    left: tuple[float, ...]
    right: tuple[float, ...]
    mass: tuple[float, ...]
    events: int
    unseen: int
    at: tuple[CurveAt, ...]


@dataclass(frozen=True, slots=True)
class IncidenceCurve:
    """The cumulative incidence of one kind of event in one arm, others competing (Aalen and Johansen)."""

    arm: str
    cause: str  # empty: the endpoint's own event; else the intercurrent event that competes
    events: int
    time: tuple[float, ...]
    incidence: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    at: tuple[CurveAt, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """The curves of a method that describes them, one an arm (and cause)."""

    intervals: tuple[IntervalCurve, ...] = ()
    incidences: tuple[IncidenceCurve, ...] = ()
    compared_from: str = ""


Detail = Imputed | Tipping | ReRandomised | Modelled | Curves
