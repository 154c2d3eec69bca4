"""Exact power of a two-arm design with a binary endpoint, by enumeration of every table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.enumeration import binomial_probabilities, fisher_p_values
from equipoise.stats.miettinen_nurminen import statistic
from equipoise.stats.normal import critical_value

Side = Literal["two-sided", "greater", "less"]
TestName = Literal["miettinen-nurminen", "fisher"]


@dataclass(frozen=True, slots=True)
class ExactPower:
    """The probability that the test rejects.

    Attributes
    ----------
    power : float
        Probability of rejecting the null hypothesis, in either direction.
    in_favour, against : float
        Its parts: rejection with the observed difference above the null value, and at or below it.
    """

    power: float
    in_favour: float
    against: float


def exact_power(
    n1: int,
    n0: int,
    p1: float,
    p0: float,
    alpha: float = 0.05,
    *,
    test: TestName = "miettinen-nurminen",
    dropout: tuple[float, float] = (0.0, 0.0),
    null: float = 0.0,
    side: Side = "two-sided",
) -> ExactPower:
    """Return the exact power of a two-arm design.

    Parameters
    ----------
    n1, n0 : int
        Participants allocated to arm 1 and arm 0.
    p1, p0 : float
        True proportions of responders among those who stay.
    alpha : float
        Level of the test, on both sides together if ``side`` is "two-sided".
    test : {"miettinen-nurminen", "fisher"}
        The score test of Miettinen and Nurminen, or Fisher's exact test (two-sided: tables no more likely).
    dropout : tuple of float
        Proportions of arm 1 and arm 0 that drop out and count as failures: ``p`` becomes ``p (1 - dropout)``.
    null : float
        Risk difference under the null hypothesis; 0 for Fisher's test.
    side : {"two-sided", "greater", "less"}
        The alternative.

    Returns
    -------
    ExactPower
        The sum over all ``(n1 + 1)(n0 + 1)`` tables that the test rejects of their binomial probabilities.

    Raises
    ------
    ValueError
        If a number is out of range, the test is unknown, or Fisher's test is asked for another null than 0.
    """
    for name, value in (("p1", p1), ("p0", p0), ("drop-out of arm 1", dropout[0]), ("drop-out of arm 0", dropout[1])):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} lies between 0 and 1; it is {value}")
    rejected = rejection_region(n1, n0, alpha, test=test, null=null, side=side)
    arm1 = binomial_probabilities(n1, p1 * (1 - dropout[0]))[0]
    arm0 = binomial_probabilities(n0, p0 * (1 - dropout[1]))[0]
    probability = np.where(rejected, np.outer(arm1, arm0), 0.0)
    above = np.arange(n1 + 1)[:, None] / n1 - np.arange(n0 + 1)[None, :] / n0 > null
    in_favour, against = float(probability[above].sum()), float(probability[~above].sum())
    return ExactPower(in_favour + against, in_favour, against)


def rejection_region(
    n1: int,
    n0: int,
    alpha: float,
    *,
    test: TestName = "miettinen-nurminen",
    null: float = 0.0,
    side: Side = "two-sided",
) -> NDArray[np.bool_]:
    """Return which tables the test rejects.

    Parameters
    ----------
    n1, n0 : int
        Participants of arm 1 and arm 0.
    alpha : float
        Level of the test.
    test : {"miettinen-nurminen", "fisher"}
        As in `exact_power`.
    null : float
        Risk difference under the null hypothesis; 0 for Fisher's test.
    side : {"two-sided", "greater", "less"}
        The alternative.

    Returns
    -------
    numpy.ndarray of bool, shape (n1 + 1, n0 + 1)
        Row x1, column x0. The p-value equal to ``alpha`` rejects.

    Raises
    ------
    ValueError
        As in `exact_power`.
    """
    if min(n1, n0) < 1:
        raise ValueError(f"each arm needs at least one participant; the arms have {n1} and {n0}")
    if not 0 < alpha < 0.5:
        raise ValueError(f"the level of a test lies between 0 and 0.5; it is {alpha}")
    if side not in ("two-sided", "greater", "less"):
        raise ValueError(f"the sides are two-sided, greater and less; not {side!r}")
    if test == "fisher":
        if null != 0:
            raise ValueError(f"Fisher's test has the null difference 0; it cannot test {null}")
        # A relative tolerance: p-values such as 0.05 exactly come out of sums with rounding.
        return fisher_p_values(n1, n0, side) <= alpha * (1 + 1e-12)
    if test != "miettinen-nurminen":
        raise ValueError(f"the tests are miettinen-nurminen and fisher; not {test!r}")
    rejects = _decision(alpha, side)
    region = [[rejects(statistic(x1, n1, x0, n0, null=null)) for x0 in range(n0 + 1)] for x1 in range(n1 + 1)]
    return np.array(region)


def _decision(alpha: float, side: Side) -> Callable[[float], bool]:
    """Return whether a statistic rejects, as a function."""
    critical = critical_value(1 - alpha if side == "two-sided" else 1 - 2 * alpha)
    decisions: dict[str, Callable[[float], bool]] = {
        "two-sided": lambda z: abs(z) >= critical,
        "greater": lambda z: z >= critical,
        "less": lambda z: z <= -critical,
    }
    return decisions[side]
