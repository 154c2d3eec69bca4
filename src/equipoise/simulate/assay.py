"""From what is true to what is written: the assay's error, its rounding and its limit, as laboratories print them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.formula import Scope, formula
from equipoise.study.model.codebook import Variable
from equipoise.study.model.scenarios import Item

_NOT_DETECTED = "not detected"


def measure(item: Item, scope: Scope) -> NDArray[Any]:
    """Return the values of an item as they come out: what is true, with the assay's error, rounded.

    Parameters
    ----------
    item : Item
        The item, with its formula and error.
    scope : Scope
        What the formula sees.

    Returns
    -------
    ndarray of `scope.shape`
        Numbers, truth values or texts.
    """
    true = formula(item.formula).array(scope)
    if true.dtype.kind not in "fiu":
        return true
    value = true.astype(float)
    if item.log_error:
        spread = formula(item.log_error).value(scope)
        value = value * 10 ** (spread * scope.rng.standard_normal(scope.shape))
    if item.relative_error:
        spread = formula(item.relative_error).value(scope)
        value = value * np.maximum(1 + spread * scope.rng.standard_normal(scope.shape), 0.01)
    if item.error:
        value = value + formula(item.error).value(scope) * scope.rng.standard_normal(scope.shape)
    return rounded(value, item)


def rounded(value: NDArray[np.float64], item: Item) -> NDArray[np.float64]:
    """Return values as precise as the item is written.

    Parameters
    ----------
    value : ndarray
        The values.
    item : Item
        Its `decimals`, or its significant `digits`.

    Returns
    -------
    ndarray
        Rounded values; as they are where the item states no precision.
    """
    if item.decimals is not None:
        return np.round(value, item.decimals)
    if item.digits is None:
        return value
    size = np.floor(np.log10(np.maximum(np.abs(value), 1e-12)))
    step = 10.0 ** (size - item.digits + 1)
    return np.round(value / step) * step


def written(item: Item, variable: Variable, value: Any, limit: str, *, in_words: bool = False) -> str:
    """Return a value as it is written on a slip or a form.

    Parameters
    ----------
    item : Item
        How it is written: its precision and upper limit.
    variable : Variable
        What it is.
    value : number, bool or str
        The value as measured.
    limit : str
        The laboratory's lower limit; empty if it states none.
    in_words : bool, default False
        Whether a result below the limit is printed in words.

    Returns
    -------
    str
        The text; empty for a number that is not there.
    """
    if isinstance(value, str):
        return value
    if variable.kind in ("yes_no", "judgement"):
        return "yes" if value else "no"
    if math.isnan(value):
        return ""
    if variable.kind == "laboratory" and limit and value < float(limit):
        return _NOT_DETECTED if in_words else f"<{limit}"
    if item.upper is not None and value > float(item.upper):
        return f">{item.upper}"
    if item.decimals is not None:
        return f"{value:.{item.decimals}f}"
    digits = item.digits or 6
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)) + 1e-9)
    text = f"{value:.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if item.digits is None and "." in text else text
