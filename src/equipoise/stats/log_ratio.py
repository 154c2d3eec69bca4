"""Risk ratio (Katz) and odds ratio (Woolf) with intervals on the log scale."""

import math

from equipoise.stats.results import LogRatio
from equipoise.stats.two_arm import TwoArmTable

_UNDEFINED = LogRatio(math.nan, math.nan, math.nan, math.nan)


def risk_ratio(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95, *, add_half: bool = False) -> LogRatio:
    """Return the risk ratio with the interval of Katz.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.
    add_half : bool
        Add 1/2 to all four cells when one of them is 0, so that the totals of the arms become n + 1.

    Returns
    -------
    LogRatio
        ``se^2 = 1/x1 - 1/n1 + 1/x0 - 1/n0`` (Katz et al. 1978, Biometrics 34:469-474). Without ``add_half``
        all values are ``nan`` when an arm has no responder.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    TwoArmTable(x1, n1, x0, n0)
    a, b, c, d = _cells(x1, n1, x0, n0, add_half)
    if a == 0 or c == 0:
        return _UNDEFINED
    estimate = (a / (a + b)) / (c / (c + d))
    return LogRatio.symmetric(estimate, math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)), conf)


def odds_ratio(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95, *, add_half: bool = False) -> LogRatio:
    """Return the odds ratio with the interval of Woolf.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.
    add_half : bool
        Add 1/2 to all four cells when one of them is 0 (Haldane and Anscombe).

    Returns
    -------
    LogRatio
        ``se^2`` is the sum of the reciprocal cells (Woolf 1955, Annals of Human Genetics 19:251-253).
        Without ``add_half`` all values are ``nan`` when a cell is 0.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    TwoArmTable(x1, n1, x0, n0)
    cells = _cells(x1, n1, x0, n0, add_half)
    if min(cells) == 0:
        return _UNDEFINED
    a, b, c, d = cells
    return LogRatio.symmetric(a * d / (b * c), math.sqrt(sum(1 / cell for cell in cells)), conf)


def _cells(x1: int, n1: int, x0: int, n0: int, add_half: bool) -> tuple[float, float, float, float]:
    """Return responders and failures of arm 1 and arm 0, shifted where a zero asks for it."""
    cells = (float(x1), float(n1 - x1), float(x0), float(n0 - x0))
    shift = 0.5 if add_half and min(cells) == 0 else 0.0
    return (cells[0] + shift, cells[1] + shift, cells[2] + shift, cells[3] + shift)
