"""Maximum likelihood of two binomial proportions under a constraint, in closed form.

These run inside root finders, thousands of times for a simulated trial, so they work on plain floats.
"""

import math


def under_difference(x1: int, n1: int, x0: int, n0: int, d: float) -> tuple[float, float]:
    """Return the proportions that are most likely when ``p1 - p0 = d``.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    d : float
        The difference, between -1 and 1.

    Returns
    -------
    tuple of float
        ``p1, p0``: the admissible root of the cubic likelihood equation, by its trigonometric solution
        (Miettinen and Nurminen 1985, Statistics in Medicine 4:213-226, equations 27 and 28).
    """
    total, responders = n1 + n0, x1 + x0
    if d == 0:
        return responders / total, responders / total
    # p0^3 + a p0^2 + b p0 + c = 0
    a = ((n1 + 2 * n0) * d - total - responders) / total
    b = ((n0 * d - total - 2 * x0) * d + responders) / total
    c = x0 * d * (1 - d) / total
    third = a / 3
    q = third**3 - third * b / 2 + c / 2
    radius = math.sqrt(max(0.0, third * third - b / 3))
    if radius == 0:
        p0 = -third
    else:
        p = math.copysign(radius, q)
        angle = (math.pi + math.acos(max(-1.0, min(1.0, q / p**3)))) / 3
        p0 = 2 * p * math.cos(angle) - third
    p0 = min(max(p0, 0.0, -d), 1.0, 1.0 - d)
    return min(max(p0 + d, 0.0), 1.0), p0


def under_ratio(x1: int, n1: int, x0: int, n0: int, ratio: float) -> tuple[float, float]:
    """Return the proportions that are most likely when ``p1 / p0 = ratio``.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    ratio : float
        The risk ratio, positive.

    Returns
    -------
    tuple of float
        ``p1, p0``: the smaller root of a quadratic (Miettinen and Nurminen 1985, section on the rate ratio).
    """
    a = (n1 + n0) * ratio
    b = n1 * ratio + x1 + n0 + x0 * ratio
    c = x1 + x0
    # 2c / (b + root) and not (b - root) / 2a: the difference would cancel for rare events.
    p0 = min(1.0, 2 * c / (b + math.sqrt(max(0.0, b * b - 4 * a * c))))
    return min(1.0, ratio * p0), p0


def under_odds_ratio(x1: int, n1: int, x0: int, n0: int, ratio: float) -> tuple[float, float]:
    """Return the proportions that are most likely when the odds ratio is ``ratio``.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    ratio : float
        The odds ratio, positive.

    Returns
    -------
    tuple of float
        ``p1, p0``: a root of a quadratic (Miettinen and Nurminen 1985, section on the odds ratio).
    """
    responders = x1 + x0
    a = n0 * (ratio - 1)
    b = n1 * ratio + n0 - responders * (ratio - 1)
    root = math.sqrt(max(0.0, b * b + 4 * a * responders))
    # Of the two forms of one root, the one that adds terms of equal sign.
    p0 = 2 * responders / (b + root) if b >= 0 else (root - b) / (2 * a)
    p0 = min(1.0, p0)
    return ratio * p0 / (1 + p0 * (ratio - 1)), p0
