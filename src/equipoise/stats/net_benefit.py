"""Decision curves: what acting on a predicted risk is worth at each threshold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DecisionCurve:
    """Net benefit at each threshold.

    Attributes
    ----------
    threshold : numpy.ndarray, shape (t,)
        Risks from which on one would act.
    net_benefit : numpy.ndarray, shape (t,)
        True positives a person, less false positives weighed by the odds of the threshold, of acting on the model.
    treat_all : numpy.ndarray, shape (t,)
        The same of acting in everybody; acting in nobody has 0.
    standardised : numpy.ndarray, shape (t,)
        ``net_benefit`` over the share of events, its largest possible value.
    net_reduction : numpy.ndarray, shape (t,)
        Interventions spared in 100 people, with no event left without one, against acting in everybody.
    """

    threshold: Floats
    net_benefit: Floats
    treat_all: Floats
    standardised: Floats
    net_reduction: Floats


def decision_curve(outcome: ArrayLike, risk: ArrayLike, threshold: ArrayLike) -> DecisionCurve:
    """Return the decision curve of predicted risks.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Responses, 0 or 1, with at least one event.
    risk : array_like, shape (n,)
        Predicted risks.
    threshold : array_like, shape (t,)
        Thresholds, strictly between 0 and 1; a risk equal to one is positive.

    Returns
    -------
    DecisionCurve
        ``TP/n - FP/n t/(1-t)``: Vickers and Elkin (2006), Medical Decision Making 26:565-574.

    Raises
    ------
    ValueError
        If lengths differ, a response is not 0 or 1, nobody has the event, or a threshold is impossible.
    """
    y, p, t = (np.asarray(values, dtype=np.float64) for values in (outcome, risk, threshold))
    if y.ndim != 1 or y.shape != p.shape or not len(y):
        raise ValueError(f"each response needs its risk; the shapes are {y.shape}, {p.shape}")
    if not ((y == 0) | (y == 1)).all() or not np.isfinite(p).all():
        raise ValueError("a response is 0 or 1, and a risk is a number")
    if t.ndim != 1 or not ((t > 0) & (t < 1)).all():
        raise ValueError("thresholds lie strictly between 0 and 1")
    if not y.any():
        raise ValueError("net benefit needs an event")
    odds = t / (1 - t)
    positive = p[:, None] >= t
    share = float(y.mean())
    net = (positive * y[:, None]).mean(axis=0) - (positive * (1 - y)[:, None]).mean(axis=0) * odds
    everybody = share - (1 - share) * odds
    return DecisionCurve(t, net, everybody, net / share, 100 * (net - everybody) / odds)
