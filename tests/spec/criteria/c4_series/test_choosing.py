"""# Choosing one observation"""

from __future__ import annotations

from collections.abc import Callable


def test_last_and_first(holds: Callable[..., None]) -> None:
    """The last and the first

    The bare name is the last observation, which `.last` says too; `.first` is the first. An entry that was left empty
    is no observation; one that was asked without an answer is.
    """
    hbsag = ["<0.05 on 2026-04-01", "0.08 on 2026-06-01", " on 2026-08-30"]
    holds("hbsag < 0.05", [({"hbsag": hbsag}, "false"), ({"hbsag": ["<0.05", "declined on 2026-08-30"]}, "unknown")])
    holds("hbsag.first < 0.05 and hbsag.last >= 0.05", [({"hbsag": hbsag}, "true")])


def test_at_a_visit(holds: Callable[..., None]) -> None:
    """At a visit

    `.at("week 12")` is the observation of that visit; without one it is unknown.
    """
    hbsag = ["<0.05 at week 4 on 2026-04-01", "0.08 at week 12 on 2026-06-01"]
    holds('hbsag.at("week 12") < 0.05', [({"hbsag": hbsag}, "false")])
    holds('hbsag.at("week 48") < 0.05', [({"hbsag": hbsag}, "unknown")])
