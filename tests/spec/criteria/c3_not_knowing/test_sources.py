"""# Where a value comes from"""

from __future__ import annotations

from collections.abc import Callable


def test_stated(holds: Callable[..., None]) -> None:
    """What the patient says

    It settles nothing where a document is needed.
    """
    holds("malignancy", [({"malignancy": "no (stated)"}, "unknown"), ({"malignancy": "no"}, "false")])


def test_stated_is_enough(holds: Callable[..., None]) -> None:
    """What the patient says, in the patient's own check

    There it is enough for "may fit"; an absence that somebody assumed never is.
    """
    lines = [({"malignancy": "no (stated)"}, "false"), ({"malignancy": "no (assumed)"}, "unknown")]
    holds("malignancy", lines, standard="stated")


def test_conflicting(holds: Callable[..., None]) -> None:
    """Documents that contradict each other

    Two values for the same day leave it unknown which is right; a document stands before what the patient said.
    """
    lines = [
        ({"hbeag": ["negative on 2026-01-05", "positive on 2026-01-05"]}, "unknown"),
        ({"hbeag": ["negative on 2026-01-05", "negative on 2026-01-05"]}, "true"),
        ({"hbeag": ["positive on 2026-01-05 (stated)", "negative on 2026-01-05"]}, "true"),
    ]
    holds('hbeag == "negative"', lines)


def test_known(holds: Callable[..., None]) -> None:
    """Known

    `known(x)` is true where a record bounds a value, and false otherwise: empty, unknown, declined, not detected without
    a limit, and (where a document is needed) stated by the patient are not known.
    """
    lines = [
        ({"hbv_dna": "<20"}, "true"),
        ({"hbv_dna": "未检出"}, "false"),
        ({"hbv_dna": "declined"}, "false"),
        ({"hbv_dna": "5 (stated)"}, "false"),
        ({}, "false"),
    ]
    holds("known(hbv_dna)", lines)
    holds("known(bmi)", [({"weight": "80"}, "false"), ({"weight": "80", "height": "170"}, "true")])


def test_a_no_that_settles(holds: Callable[..., None]) -> None:
    """A no that settles the rest

    A documented "never" can settle two questions, each by itself, where that one is unknown; where it contradicts a
    record of use, the record wins.
    """
    rule = (
        '(known(immunosuppressant_now) or ever_immunosuppressant != "no") and immunosuppressant_now == "yes" '
        'or (known(last_immunosuppressant) or ever_immunosuppressant != "no") '
        "and last_immunosuppressant + 6 * months >= consent_date"
    )
    lines = [
        ({"ever_immunosuppressant": "no"}, "false"),
        ({"ever_immunosuppressant": "no", "immunosuppressant_now": "yes"}, "true"),
        (
            {"ever_immunosuppressant": "no", "immunosuppressant_now": "declined", "last_immunosuppressant": "unknown"},
            "false",
        ),
        (
            {"ever_immunosuppressant": "no", "last_immunosuppressant": "2025-12-01", "consent_date": "2026-03-02"},
            "true",
        ),
        (
            {"ever_immunosuppressant": "no", "last_immunosuppressant": "2020-12-01", "consent_date": "2026-03-02"},
            "false",
        ),
        ({"ever_immunosuppressant": "no", "last_immunosuppressant": "2025-12-01"}, "unknown"),
        ({"ever_immunosuppressant": "no (stated)", "immunosuppressant_now": "no"}, "unknown"),
        ({"immunosuppressant_now": "no"}, "unknown"),
        ({"ever_immunosuppressant": "unknown", "immunosuppressant_now": "no"}, "unknown"),
    ]
    holds(rule, lines)
