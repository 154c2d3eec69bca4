"""# Dates and durations"""

from __future__ import annotations

from collections.abc import Callable


def test_partial(holds: Callable[..., None]) -> None:
    """Partial dates

    A date is compared with another, or with one written in quotes.
    """
    lines = [
        ({"consent_date": "2026-03-02"}, "true"),
        ({"consent_date": "2026"}, "unknown"),
        ({"consent_date": "2025"}, "false"),
    ]
    holds('consent_date >= "2026-02-01"', lines)


def test_months(holds: Callable[..., None]) -> None:
    """Calendar months

    `date + n * months` is the same day n calendar months later, or the last day of that month if it is shorter:
    31 August and six months is 28 February, or 29 in a leap year. `years`, `weeks` and `days` are there too, and
    times can be taken away or added up.
    """
    lines = [
        ({"first_documented_positive": "2025-08-31", "consent_date": "2026-02-28"}, "false"),
        ({"first_documented_positive": "2025-08-31", "consent_date": "2026-03-01"}, "true"),
        ({"first_documented_positive": "2023-08-31", "consent_date": "2024-02-29"}, "false"),
        ({"first_documented_positive": "2025-08", "consent_date": "2026-02-28"}, "unknown"),
        ({"first_documented_positive": "2025-08", "consent_date": "2026-03-01"}, "true"),
    ]
    holds("consent_date > first_documented_positive + 6 * months", lines)
    holds('consent_date - (1 * years + 2 * weeks) >= "2024-12-29"', [({"consent_date": "2026-01-12"}, "true")])


def test_apart(holds: Callable[..., None]) -> None:
    """The time between two dates

    `a - b > 6 * months` means `a > b + 6 * months`.
    """
    lines = [
        ({"first_documented_positive": "2025-08-31", "consent_date": "2026-02-28"}, "false"),
        ({"first_documented_positive": "2025-08-31", "consent_date": "2026-03-01"}, "true"),
    ]
    holds("consent_date - first_documented_positive > 6 * months", lines)
    holds(
        "28 * days <= consent_date - birth_date < 60 * years",
        [({"birth_date": "1985", "consent_date": "2026-01-05"}, "true")],
    )


def test_age(holds: Callable[..., None]) -> None:
    """Completed years

    `years_between` counts birthdays; who was born on 29 February has it on 1 March in a common year. An age that is
    not certain is still enough where every possible age answers the question alike.
    """
    lines = [
        ({"birth_date": "2008-03-02", "consent_date": "2026-03-02"}, "true"),
        ({"birth_date": "2008-03-03", "consent_date": "2026-03-02"}, "false"),
        ({"birth_date": "2008-03", "consent_date": "2026-03-02"}, "unknown"),
        ({"birth_date": "1985", "consent_date": "2026-03-02"}, "true"),
        ({"birth_date": "1985-06-17", "consent_date": ""}, "unknown"),
    ]
    holds("18 <= years_between(birth_date, consent_date) <= 60", lines)
    holds("age >= 18", [({"birth_date": "2008-02-29", "consent_date": "2026-02-28"}, "false")])
