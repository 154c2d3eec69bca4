"""How many people a prediction model with a binary outcome needs, and how many parameters people can carry."""

import math
from dataclasses import dataclass

_Z = 1.96


@dataclass(frozen=True, slots=True)
class PredictionSampleSize:
    """People that each criterion needs.

    Attributes
    ----------
    parameters : int
        Candidate predictor parameters, the intercept not counted.
    r_squared_cs, r_squared_cs_max : float
        Anticipated Cox-Snell R squared and its largest possible value.
    shrinkage, optimism, overall_risk : int
        People for the expected shrinkage, for the optimism in R squared, and for the precision of the overall risk.
    shrinkage_expected : float
        Expected shrinkage with ``people``, at least the one asked for.
    people : int
        The largest of the three.
    events : float
        Events expected among them.
    events_per_parameter : float
        ``events`` a parameter.
    """

    parameters: int
    r_squared_cs: float
    r_squared_cs_max: float
    shrinkage: int
    optimism: int
    overall_risk: int
    shrinkage_expected: float
    people: int
    events: float
    events_per_parameter: float


@dataclass(frozen=True, slots=True)
class ParametersCarried:
    """What given people can carry.

    Attributes
    ----------
    people : int
        People who are there.
    by_shrinkage, by_optimism : float
        Parameters, not rounded, that the first and the second criterion allow.
    parameters : int
        Whole parameters that both allow; may be 0.
    overall_risk_needs : int
        People that the precision of the overall risk needs, whatever the parameters.
    overall_risk_met : bool
        Whether they are there.
    margin_reached : float
        Half width of the 95 % interval of the overall risk with these people.
    """

    people: int
    by_shrinkage: float
    by_optimism: float
    parameters: int
    overall_risk_needs: int
    overall_risk_met: bool
    margin_reached: float


def riley(
    parameters: int,
    risk: float,
    r_squared: float,
    *,
    shrinkage: float = 0.9,
    optimism: float = 0.05,
    margin: float = 0.05,
) -> PredictionSampleSize:
    """Return the people that a model of a binary outcome needs.

    Parameters
    ----------
    parameters : int
        Candidate predictor parameters, the intercept not counted.
    risk : float
        Anticipated share of events.
    r_squared : float
        Anticipated Nagelkerke R squared of the model.
    shrinkage : float
        Least expected uniform shrinkage, such as 0.9.
    optimism : float
        Largest expected difference of apparent and adjusted Nagelkerke R squared.
    margin : float
        Half width of the 95 % interval of the overall risk.

    Returns
    -------
    PredictionSampleSize
        Riley et al. (2019), Stat Med 38:1276-1296, doi:10.1002/sim.7992: with S the shrinkage,
        ``n = parameters / ((S - 1) ln(1 - R2cs / S))``; the same with ``S = R2cs / (R2cs + optimism R2cs_max)``;
        ``n = (1.96 / margin)^2 risk (1 - risk)``. ``R2cs = r_squared R2cs_max`` and
        ``R2cs_max = 1 - (risk^risk (1 - risk)^(1 - risk))^2``.

    Raises
    ------
    ValueError
        If a figure is impossible, or R squared so large that no shrinkage remains to be bought.
    """
    if parameters < 1:
        raise ValueError(f"a model has at least one parameter; it has {parameters}")
    r2, largest = _cox_snell(risk, r_squared)
    one, two = _per_parameter(r2, largest, shrinkage, optimism)
    first, second = math.ceil(parameters * one), math.ceil(parameters * two)
    third = _overall_risk(risk, margin)
    people = max(first, second, third)
    return PredictionSampleSize(
        parameters=parameters,
        r_squared_cs=r2,
        r_squared_cs_max=largest,
        shrinkage=first,
        optimism=second,
        overall_risk=third,
        shrinkage_expected=_shrinkage(parameters, people, r2),
        people=people,
        events=people * risk,
        events_per_parameter=people * risk / parameters,
    )


def parameters_carried(
    people: int,
    risk: float,
    r_squared: float,
    *,
    shrinkage: float = 0.9,
    optimism: float = 0.05,
    margin: float = 0.05,
) -> ParametersCarried:
    """Return how many candidate parameters people can carry.

    Parameters
    ----------
    people : int
        People who are there.
    risk, r_squared, shrinkage, optimism, margin : float
        As in `riley`.

    Returns
    -------
    ParametersCarried
        The criteria of `riley`, solved for the parameters.

    Raises
    ------
    ValueError
        As in `riley`, or if there is nobody.
    """
    if people < 1:
        raise ValueError(f"there is nobody: {people} people")
    r2, largest = _cox_snell(risk, r_squared)
    one, two = _per_parameter(r2, largest, shrinkage, optimism)
    needed = _overall_risk(risk, margin)
    return ParametersCarried(
        people=people,
        by_shrinkage=people / one,
        by_optimism=people / two,
        parameters=math.floor(min(people / one, people / two)),
        overall_risk_needs=needed,
        overall_risk_met=people >= needed,
        margin_reached=_Z * math.sqrt(risk * (1 - risk) / people),
    )


def _cox_snell(risk: float, r_squared: float) -> tuple[float, float]:
    """Return the Cox-Snell R squared of a Nagelkerke R squared, and its largest value."""
    if not 0 < risk < 1 or not 0 < r_squared < 1:
        raise ValueError(f"risk and R squared lie strictly between 0 and 1; they are {risk}, {r_squared}")
    largest = 1 - math.exp(2 * (risk * math.log(risk) + (1 - risk) * math.log(1 - risk)))
    return r_squared * largest, largest


def _per_parameter(r2: float, largest: float, shrinkage: float, optimism: float) -> tuple[float, float]:
    """Return people a parameter by the first two criteria."""
    if not 0 < shrinkage < 1 or not 0 < optimism < 1:
        raise ValueError(f"shrinkage and optimism lie strictly between 0 and 1; they are {shrinkage}, {optimism}")
    found = []
    for target in (shrinkage, r2 / (r2 + optimism * largest)):
        if r2 >= target:
            raise ValueError(f"with a Cox-Snell R squared of {r2:.3f} a shrinkage of {target:.3f} says nothing")
        found.append(1 / ((target - 1) * math.log1p(-r2 / target)))
    return found[0], found[1]


def _overall_risk(risk: float, margin: float) -> int:
    """Return the people that the precision of the overall risk needs."""
    if not 0 < margin < 1:
        raise ValueError(f"a margin lies strictly between 0 and 1; it is {margin}")
    return math.ceil((_Z / margin) ** 2 * risk * (1 - risk))


def _shrinkage(parameters: int, people: int, r2: float) -> float:
    """Return the shrinkage S with ``people (S - 1) ln(1 - R2cs / S) = parameters``."""
    from scipy.optimize import brentq

    def short(s: float) -> float:
        return people * (s - 1) * math.log1p(-r2 / s) - parameters

    return float(brentq(short, r2 * (1 + 1e-12), 1.0, xtol=1e-12))
