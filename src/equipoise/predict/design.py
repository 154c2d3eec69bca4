"""From completed values to the columns of the model: the arm, and each term as a line or a restricted cubic spline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.restricted_cubic_spline import default_knots, spline_basis

Floats = NDArray[np.float64]
Knots = tuple[tuple[float, ...], ...]  # of each term; none where it is a line


def knots_of(values: Floats, wanted: Sequence[int]) -> Knots | None:
    """Return the knots of each term from one completed data set (people, terms); None where they fall together."""
    found: list[tuple[float, ...]] = []
    for term, number in enumerate(wanted):
        if not number:
            found.append(())
            continue
        try:
            found.append(tuple(float(knot) for knot in default_knots(values[:, term], number)))
        except ValueError:
            return None
    return tuple(found)


def columns(values: Floats, arm: Floats, knots: Knots) -> Floats:
    """Return the columns of the model, the arm's first: (…, people, terms) becomes (…, people, coefficients)."""
    if not any(knots):
        return np.concatenate([arm, values], axis=-1)
    made = [arm]
    for term, placed in enumerate(knots):
        value = values[..., term]
        if placed:
            made.append(spline_basis(value.reshape(-1), placed).reshape(*value.shape, len(placed) - 1))
        else:
            made.append(value[..., None])
    return np.concatenate(made, axis=-1)


def names(terms: Sequence[str], arms: Sequence[str], knots: Knots) -> tuple[str, ...]:
    """Return the names of the columns: `arm:<arm>`, a variable, and a variable with primes for a spline's others."""
    found = [f"arm:{arm}" for arm in arms]
    for term, placed in zip(terms, knots, strict=True):
        found += [term + "'" * extra for extra in range(max(1, len(placed) - 1))]
    return tuple(found)
