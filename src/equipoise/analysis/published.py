"""Published beside found: a trial that was carried again has to give the numbers that were printed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

from equipoise.analysis.results import AnalysisResult, ArmResult, Results
from equipoise.core.problem import Place, Problem, ProblemsError

Kind = Literal["exact", "head_count"]
_OF_ANALYSIS = ("estimate", "low", "high", "p", "z")
_OF_ARM = (
    "n", "missing", "successes", "failures", "events", "proportion", "low", "high", "mean", "sd", "median",
    "median_low", "median_high",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """A number as it was printed.

    Attributes
    ----------
    analysis : str
        Id of the declared analysis.
    quantity : str
        A quantity of the analysis (estimate, low, high, p, z) or, with an arm, of the arm's result.
    printed : str
        The text of the publication, "0.50" or "<0.001"; a share may be printed as "93 %".
    kind : {"exact", "head_count"}
        Head counts may differ where the public data lack a few people; the difference is shown and does not fail.
    arm, source : str
        The arm, if it is of one; where it was printed.
    """

    analysis: str
    quantity: str
    printed: str
    kind: Kind = "exact"
    arm: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A published number with the one found, printed alike.

    Attributes
    ----------
    published : Published
        What was printed.
    found : str
        The number found, at the precision of the printed one; empty if there is none.
    agrees : bool
        Whether they print alike.
    fails : bool
        Whether the comparison fails: they differ, and it is no head count.
    """

    published: Published
    found: str
    agrees: bool
    fails: bool


def published_from(entries: Any, place: Path) -> tuple[Published, ...]:
    """Read the entries of a ``published.yaml``.

    Parameters
    ----------
    entries : list of dict
        The content of the file.
    place : Path
        Its name, for the problems.

    Returns
    -------
    tuple of Published
        The printed numbers.

    Raises
    ------
    ProblemsError
        If an entry has an unknown key, lacks one, or names an unknown quantity or kind; all of them at once.
    """
    if not isinstance(entries, list):
        raise ProblemsError([Problem("analysis.published-list", {}, Place(place.name))])
    found, problems = [], []
    for number, entry in enumerate(entries, 1):
        problem = _bad_entry(entry, number)
        if problem is not None:
            problems.append(problem.at(Place(place.name)))
        else:
            found.append(Published(**entry))
    if problems:
        raise ProblemsError(problems)
    return tuple(found)


def _bad_entry(entry: Any, number: int) -> Problem | None:
    keys = set(entry) if isinstance(entry, dict) else set()
    texts = isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values())
    required = {"analysis", "quantity", "printed"}
    if not texts or not required <= keys or keys - required - {"kind", "arm", "source"}:
        return Problem("analysis.published-entry", {"number": number})
    known = _OF_ARM if entry.get("arm") else _OF_ANALYSIS
    if entry["quantity"] not in known:
        return Problem(
            "analysis.published-quantity", {"number": number, "quantity": entry["quantity"], "known": ", ".join(known)}
        )
    if entry.get("kind", "exact") not in ("exact", "head_count") or _number(entry["printed"]) is None:
        return Problem("analysis.published-entry", {"number": number})
    return None


def compare_published(results: Results, published: Iterable[Published]) -> tuple[Agreement, ...]:
    """Compare what was found with what was printed, at the printed precision.

    Parameters
    ----------
    results : Results
        What was found.
    published : iterable of Published
        What was printed.

    Returns
    -------
    tuple of Agreement
        In the order of the entries. A half may be rounded either way, as publications do.

    Raises
    ------
    ProblemsError
        If an entry names an analysis or an arm that the results have not.
    """
    return tuple(_agreement(each, _value(results, each)) for each in published)


def _value(results: Results, published: Published) -> float | None:
    analysis = next((each for each in results.analyses if each.id == published.analysis), None)
    owner: AnalysisResult | ArmResult | None = analysis
    if analysis is not None and published.arm:
        owner = next((arm for arm in analysis.arms if arm.arm == published.arm), None)
    if owner is None:
        names = {"analysis": published.analysis, "arm": published.arm or "–"}
        raise ProblemsError([Problem("analysis.published-unknown", names)])
    value = getattr(owner, published.quantity)
    return None if value is None else float(value)


def _number(printed: str) -> Decimal | None:
    """Return the number of a printed text: "0.50", "<0.001", "93 %"."""
    text = printed.strip().lstrip("<").replace("−", "-").replace("%", "").replace(",", "").strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _agreement(published: Published, value: float | None) -> Agreement:
    printed = _number(published.printed)
    if value is None or math.isnan(value) or printed is None:
        return Agreement(published, "", agrees=False, fails=published.kind == "exact")
    found = Decimal(repr(value)) * (100 if "%" in published.printed else 1)
    exponent = Decimal(1).scaleb(int(printed.as_tuple().exponent))
    if published.printed.strip().startswith("<"):
        shown = published.printed.strip() if found < printed else _shown(found, exponent, published.printed)
        agrees = found < printed
    else:
        rounded = {found.quantize(exponent, rounding=way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}
        agrees = printed in rounded
        # A half that the publication rounded down is shown as the publication rounded it.
        shown = _shown(printed if agrees else found, exponent, published.printed)
    return Agreement(published, shown, agrees, fails=not agrees and published.kind == "exact")


def _shown(found: Decimal, exponent: Decimal, printed: str) -> str:
    text = str(found.quantize(exponent, rounding=ROUND_HALF_UP)) if found.is_finite() else str(found)
    return f"{text} %" if "%" in printed else text
