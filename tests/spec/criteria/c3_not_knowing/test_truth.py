"""# How truths combine"""

from __future__ import annotations

from collections.abc import Callable


def test_and(holds: Callable[..., None]) -> None:
    """All of them

    One false condition settles it. Otherwise an unknown one leaves it unknown, and only then a judgement.
    """
    lines = [
        ({"malignancy": "no", "willing_and_compliant": "yes"}, "false"),
        ({"malignancy": "no"}, "false"),
        ({"malignancy": "yes", "willing_and_compliant": "yes"}, "true"),
        ({"willing_and_compliant": "yes"}, "unknown"),
        ({}, "unknown"),
        ({"malignancy": "yes"}, "judgement"),
    ]
    holds("malignancy and willing_and_compliant", lines)


def test_or(holds: Callable[..., None]) -> None:
    """At least one of them

    One true condition settles it; then unknown comes before judgement, and judgement before false.
    """
    lines = [
        ({"malignancy": "yes"}, "true"),
        ({}, "unknown"),
        ({"malignancy": "no"}, "judgement"),
        ({"malignancy": "no", "willing_and_compliant": "no"}, "false"),
    ]
    holds("malignancy or willing_and_compliant", lines)


def test_judgement(holds: Callable[..., None]) -> None:
    """The investigator's judgement

    Of a judgement variable only yes or no counts. Empty, unknown and declined leave it to the investigator, and what
    a patient says about it settles nothing.
    """
    lines = [
        ({"otherwise_unsuitable": "no"}, "false"),
        ({"otherwise_unsuitable": ""}, "judgement"),
        ({"otherwise_unsuitable": "declined"}, "judgement"),
        ({"otherwise_unsuitable": "no (stated)"}, "judgement"),
    ]
    holds("otherwise_unsuitable", lines)
