"""# Joining conditions"""

from __future__ import annotations

from collections.abc import Callable


def test_and_or_not(holds: Callable[..., None]) -> None:
    """And, or, not

    `not` binds closer than `and`, and `and` closer than `or`; brackets say otherwise.
    """
    facts = {"malignancy": "yes", "severe_illness": "no", "hbeag": "negative"}
    holds('malignancy or severe_illness and hbeag == "positive"', [({**facts}, "true")])
    holds('(malignancy or severe_illness) and hbeag == "positive"', [({**facts}, "false")])
    holds("not severe_illness", [({"severe_illness": "no"}, "true")])
