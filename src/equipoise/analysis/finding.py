"""What a method returns: the comparison of the arms, and the call that somebody else can repeat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from equipoise.analysis.details import Detail
from equipoise.analysis.results import StratumRow
from equipoise.stats.results import ScoreResult


@dataclass(frozen=True, slots=True)
class Finding:
    """A comparison. Numbers are None where the method gives none or (see `note`) the data allow none.

    Attributes
    ----------
    summary : str
        What `estimate` is; empty for a test or a description of the arms alone.
    call : str
        The function and its values; after ``; p:`` that of the test, where it is another.
    estimate, low, high, p, z : float or None
        The comparison.
    note : str
        Why a number is absent (see `results.AnalysisResult`).
    strata : tuple of StratumRow
        The strata as analysed.
    detail : Detail or None
        What the method found besides.
    """

    summary: str
    call: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    z: float | None = None
    note: str = ""
    strata: tuple[StratumRow, ...] = ()
    detail: Detail | None = None


def call_text(function: object, *values: object, **named: object) -> str:
    """Return a call as text.

    Parameters
    ----------
    function : callable
        The function.
    *values, **named : object
        What it is called with; a name in angle brackets stands for a column of the dataset.

    Returns
    -------
    str
        ``module.function(value, name=value)``.
    """
    parts = [str(value) for value in values] + [f"{name}={value!r}" for name, value in named.items()]
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}({', '.join(parts)})"


def score_finding(summary: str, call: str, found: ScoreResult, strata: Sequence[StratumRow] = ()) -> Finding:
    """Return the finding of a score method.

    Parameters
    ----------
    summary, call : str
        What was estimated, and how.
    found : ScoreResult
        The numbers.
    strata : sequence of StratumRow
        The strata as analysed.

    Returns
    -------
    Finding
        The finding.
    """
    note = "no_information" if math.isnan(found.z) else ""
    return Finding(summary, call, found.estimate, found.low, found.high, found.p, found.z, note, tuple(strata))


def without_nan(finding: Finding) -> Finding:
    """Return a finding without numbers that do not exist, and with a note wherever there were any.

    Parameters
    ----------
    finding : Finding
        What a method returned.

    Returns
    -------
    Finding
        None in the place of each ``nan``; where the method has not said why, the note says ``no_interval`` if only
        limits were missing, else ``no_information``.
    """
    numbers = (finding.estimate, finding.low, finding.high, finding.p, finding.z)
    estimate, low, high, p, z = (None if each is None or math.isnan(each) else each for each in numbers)
    if (estimate, low, high, p, z) == numbers:
        return finding
    only_limits = (estimate, p, z) == (finding.estimate, finding.p, finding.z)
    note = finding.note or ("no_interval" if only_limits else "no_information")
    return replace(finding, estimate=estimate, low=low, high=high, p=p, z=z, note=note)
