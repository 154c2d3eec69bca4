"""Events per person-time."""

import math

from equipoise.stats.normal import critical_value
from equipoise.stats.results import Interval


def poisson_rate(events: int, time: float, conf: float = 0.95) -> Interval:
    """Return the rate of events with its exact interval.

    Parameters
    ----------
    events : int
        Number of events.
    time : float
        Person-time in which they came, in the unit of the rate.
    conf : float
        Confidence level.

    Returns
    -------
    Interval
        Events per unit of time; limits of Garwood (1936), Biometrika 28:437-442: half the chi-squared quantiles with
        ``2 events`` and ``2 events + 2`` degrees of freedom, over the time.

    Raises
    ------
    ValueError
        If ``events`` is negative, ``time`` is not positive, or ``conf`` is not strictly between 0 and 1.
    """
    from scipy.special import gammainccinv, gammaincinv

    if events < 0:
        raise ValueError(f"a number of events is 0 or more; it is {events}")
    if not (time > 0 and math.isfinite(time)):
        raise ValueError(f"a rate needs time at risk; it is {time}")
    critical_value(conf)  # refuses an impossible level
    tail = (1 - conf) / 2
    low = 0.0 if events == 0 else float(gammaincinv(events, tail))
    high = float(gammainccinv(events + 1, tail))
    return Interval(events / time, low / time, high / time)
