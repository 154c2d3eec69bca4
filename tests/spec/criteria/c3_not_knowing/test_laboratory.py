"""# Results that are not a number"""

from __future__ import annotations

from collections.abc import Callable


def test_censored(holds: Callable[..., None]) -> None:
    """Below or above a limit

    "<20" is not "<10", and not 0, and not 20: it is anything below 20.
    """
    lines = [
        ({"hbv_dna": "<5"}, "true"),
        ({"hbv_dna": "<10"}, "true"),
        ({"hbv_dna": "≤10"}, "unknown"),
        ({"hbv_dna": "<20"}, "unknown"),
        ({"hbv_dna": ">1000"}, "false"),
        ({"hbv_dna": ">=10"}, "false"),
    ]
    holds("hbv_dna < 10", lines)


def test_not_detected(holds: Callable[..., None]) -> None:
    """Not detected

    It is below the limit that the codebook states for the assay (0.05 IU/mL for `hbsag`); without a stated limit
    it says nothing.
    """
    holds("hbsag < 0.05", [({"hbsag": "not detected"}, "true"), ({"hbsag": "未检出"}, "true")])
    holds("hbv_dna < 10", [({"hbv_dna": "未检出"}, "unknown")])


def test_calculated(holds: Callable[..., None]) -> None:
    """Calculating with them

    A calculation gives everything that the result can be.
    """
    lines = [({"alt": "<40"}, "true"), ({"alt": "<100"}, "unknown"), ({"alt": ">120"}, "false")]
    holds("alt / 40 < 2", lines)
    holds("alt ** 2 >= 0", [({"alt": "<40"}, "true")])
