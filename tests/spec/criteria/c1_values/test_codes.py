"""# Codes, and yes or no"""

from __future__ import annotations

from collections.abc import Callable


def test_codes(holds: Callable[..., None]) -> None:
    """Coded values

    A coded value is compared with one of its codes in quotes, or looked for in a list. Codes have no order.
    """
    holds('clearance_regimen == "peginterferon"', [({"clearance_regimen": "spontaneous"}, "false")])
    holds(
        'clearance_regimen in ("spontaneous", "nucleoside_analogue")', [({"clearance_regimen": "spontaneous"}, "true")]
    )
    holds('clearance_regimen not in ("spontaneous",)', [({"clearance_regimen": "peginterferon"}, "true")])


def test_same(holds: Callable[..., None]) -> None:
    """Comparing two coded values

    Two coded variables that share codes can be compared with each other.
    """
    holds("hbeag == hbeag.first", [({"hbeag": ["positive on 2024-01-08", "negative on 2025-03-10"]}, "false")])


def test_yes_no(holds: Callable[..., None]) -> None:
    """Yes or no

    A yes-or-no variable is a condition by itself; it can also be compared with `"yes"` or `"no"`.
    """
    holds("malignancy", [({"malignancy": "yes"}, "true"), ({"malignancy": "no"}, "false")])
    holds(
        'not reversion.confirmed and malignancy == "no"', [({"reversion.confirmed": "no", "malignancy": "no"}, "true")]
    )


def test_text(holds: Callable[..., None]) -> None:
    """Free text

    Free text can be asked for, or compared whole.
    """
    holds('known(comment) and comment != "none"', [({"comment": "see letter"}, "true"), ({"comment": "none"}, "false")])
