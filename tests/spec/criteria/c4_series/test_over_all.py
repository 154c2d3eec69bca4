"""# All observations of a series"""

from __future__ import annotations

from collections.abc import Callable


def test_any_of(holds: Callable[..., None]) -> None:
    """At least once

    `any_of` puts a condition over one variable to each of its observations. Where nothing was observed it is unknown.
    """
    lines = [
        ({"hbsag": ["<0.05 on 2026-04-01", "0.08 on 2026-06-01"]}, "true"),
        ({"hbsag": ["<0.05 on 2026-04-01", "<0.05 on 2026-06-01"]}, "false"),
        ({"hbsag": ["<0.05 on 2026-04-01", "<0.1 on 2026-06-01"]}, "unknown"),
        ({}, "unknown"),
    ]
    holds("any_of(hbsag >= 0.05)", lines)


def test_every(holds: Callable[..., None]) -> None:
    """Every time"""
    lines = [
        ({"hbsag": ["<0.05 on 2026-04-01", "0.03 on 2026-06-01"]}, "true"),
        ({"hbsag": ["<0.05 on 2026-04-01", "unknown on 2026-06-01"]}, "unknown"),
        ({"hbsag": ["0.05 on 2026-04-01", "unknown on 2026-06-01"]}, "false"),
    ]
    holds("every(hbsag < 0.05)", lines)


def test_count(holds: Callable[..., None]) -> None:
    """How often

    An observation that does not decide may count or not.
    """
    lines = [
        ({"alt": ["210 on 2026-04-01", "220 on 2026-06-01"]}, "true"),
        ({"alt": ["210 on 2026-04-01", "<400 on 2026-06-01"]}, "unknown"),
        ({"alt": ["210 on 2026-04-01", "40 on 2026-06-01"]}, "false"),
    ]
    holds("count(alt > 5 * 40) >= 2", lines)


def test_first_date(holds: Callable[..., None]) -> None:
    """The first date

    `first_date` is the date of the first observation for which the condition holds. One before it that does not
    decide makes it uncertain, and without any there is no such date.
    """
    lines = [
        ({"hbsag": ["<0.05 on 2026-04-01", "0.08 on 2026-06-01"], "consent_date": "2026-03-02"}, "true"),
        ({"hbsag": ["<0.1 on 2026-03-10", "0.08 on 2026-06-01"], "consent_date": "2026-03-02"}, "unknown"),
        ({"hbsag": ["<0.05 on 2026-04-01"], "consent_date": "2026-03-02"}, "unknown"),
    ]
    holds("first_date(hbsag >= 0.05) > consent_date + 28 * days", lines)
    holds("known(first_date(hbsag >= 0.05))", [({"hbsag": ["<0.05 on 2026-04-01"]}, "false")])
