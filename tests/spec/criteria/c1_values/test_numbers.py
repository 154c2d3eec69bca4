"""# Numbers and laboratory values"""

from __future__ import annotations

from collections.abc import Callable


def test_comparing(holds: Callable[..., None]) -> None:
    """Comparing with a number

    `<`, `<=`, `>`, `>=`, `==` and `!=` compare. Numbers are exact decimals: a value at a threshold is at the threshold.
    """
    holds("hbv_dna < 10", [({"hbv_dna": "9.99"}, "true"), ({"hbv_dna": "10"}, "false")])
    holds(
        "hbv_dna != 10", [({"hbv_dna": "10.0"}, "false"), ({"hbv_dna": "1E+01"}, "false"), ({"hbv_dna": "11"}, "true")]
    )


def test_chained(holds: Callable[..., None]) -> None:
    """Between two numbers

    A comparison can be chained, as in mathematics; the value in the middle is looked at once.
    """
    holds("18.5 <= weight < 28", [({"weight": "18.5"}, "true"), ({"weight": "28"}, "false")])


def test_arithmetic(holds: Callable[..., None]) -> None:
    """Calculating

    `+`, `-`, `*`, `/` and whole powers up to the sixth calculate with exact fractions. 80.92 kg at 170 cm is a body
    mass index of exactly 28, and not of 28.000000000000004.
    """
    lines = [({"weight": "80.92", "height": "170"}, "false"), ({"weight": "80.93", "height": "170"}, "true")]
    holds("weight / (height / 100) ** 2 > 28", lines)
    holds("-weight + 2 * 41 < 0", [({"weight": "82"}, "false"), ({"weight": "82.01"}, "true")])


def test_dividing_by_zero(holds: Callable[..., None]) -> None:
    """A result that does not exist

    Where a value makes a calculation impossible, the result is unknown, and the explanation says so.
    """
    holds("weight / height > 1", [({"weight": "80", "height": "0"}, "unknown")])


def test_derived(holds: Callable[..., None]) -> None:
    """Derived variables

    A variable of the codebook may have a rule of its own. It is used by its name, and written out when it is decided;
    here `bmi` is `weight / (height / 100) ** 2` and `fit` is `hbeag == "negative" and bmi <= 28`.
    """
    holds("bmi > 28", [({"weight": "81", "height": "170"}, "true")])
    holds("not fit", [({"weight": "81", "height": "170", "hbeag": "negative"}, "true")])
