"""The distributions of traits, by their quantile functions, so that a copula can tie them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.formula import Scope, formula
from equipoise.study.model.scenarios import Correlation, Trait

Array = NDArray[np.float64]
_EDGE = 1e-12  # keeps quantiles finite


def copula(
    traits: Sequence[Trait], correlations: Sequence[Correlation], people: int, rng: np.random.Generator
) -> Mapping[str, Array]:
    """Return uniform draws of the drawn traits, tied by a Gaussian copula.

    Parameters
    ----------
    traits : sequence of Trait
        The traits, of which derived ones take no draw.
    correlations : sequence of Correlation
        Rank correlations of pairs; a pair that is not named is independent.
    people : int
        How many people.
    rng : Generator
        The source of randomness.

    Returns
    -------
    mapping of str to ndarray, shape (people,)
        Uniform values by trait.

    Notes
    -----
    A Spearman correlation r of the uniforms is a Pearson correlation 2 sin(pi r / 6) of the normals (Pearson,
    1907). Discrete marginals keep the normals' correlation, their own is weaker.
    """
    from scipy.special import ndtr

    names = [trait.name for trait in traits if trait.draw != "derived"]
    place = {name: index for index, name in enumerate(names)}
    matrix = np.eye(len(names))
    for pair in correlations:
        one, other = (place[name] for name in pair.between)
        matrix[one, other] = matrix[other, one] = 2 * np.sin(np.pi * float(pair.rank) / 6)
    normals = rng.standard_normal((people, len(names))) @ np.linalg.cholesky(matrix).T
    uniforms = np.clip(ndtr(normals), _EDGE, 1 - _EDGE)
    return {name: uniforms[:, place[name]] for name in names}


def draw_trait(trait: Trait, uniform: Array | None, scope: Scope) -> NDArray[Any]:
    """Return a trait's values from its uniform draws.

    Parameters
    ----------
    trait : Trait
        What is drawn, with its parameters.
    uniform : ndarray, shape (people,), or None
        The draws; None for a derived trait.
    scope : Scope
        The constants, the centre and the earlier traits.

    Returns
    -------
    ndarray, shape (people,)
        Numbers, truth values, or texts of a category.
    """
    if uniform is None:
        return formula(trait.formula).array(scope)

    def parameter(text: str, default: float = 0.0) -> Any:
        return formula(text).value(scope) if text else default

    match trait.draw:
        case "bernoulli":
            happens: NDArray[Any] = uniform < parameter(trait.probability)
            return happens
        case "uniform":
            low = parameter(trait.low)
            spread: NDArray[Any] = low + uniform * (parameter(trait.high, 1.0) - low)
            return spread
        case "categorical":
            names = np.array(list(trait.values))
            shares = np.stack([formula(text).array(scope) for text in trait.values.values()]).astype(float)
            edges = np.cumsum(shares / shares.sum(axis=0), axis=0)
            chosen: NDArray[Any] = names[np.minimum((uniform > edges).sum(axis=0), len(names) - 1)]
            return chosen
        case _:
            return _continuous(trait, uniform, parameter)


def _continuous(trait: Trait, uniform: Array, parameter: Any) -> Array:
    from scipy.special import ndtr, ndtri

    if trait.draw == "normal":
        centre, spread = parameter(trait.mean), parameter(trait.sd)
        low, high = parameter(trait.low, -np.inf), parameter(trait.high, np.inf)
    else:
        centre, spread = np.log(parameter(trait.median)), parameter(trait.sigma)
        low = np.log(parameter(trait.low)) if trait.low else -np.inf
        high = np.log(parameter(trait.high)) if trait.high else np.inf
    zero = parameter(trait.zero)
    share = np.clip((uniform - zero) / (1 - zero), _EDGE, 1 - _EDGE)
    below, above = ndtr((low - centre) / spread), ndtr((high - centre) / spread)
    value = centre + spread * ndtri(np.clip(below + share * (above - below), _EDGE, 1 - _EDGE))
    if trait.draw == "lognormal":
        value = np.where(uniform < zero, 0.0, np.exp(value))
    drawn: Array = value
    return drawn
