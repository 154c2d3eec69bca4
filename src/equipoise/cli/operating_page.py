"""Operating characteristics on the terminal: rates by truth and analysis, what is seen by visit, or all as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from equipoise.cli.console import Voice
from equipoise.cli.layout import ruled
from equipoise.cli.layout import show as show_block
from equipoise.cli.operating_running import Asked
from equipoise.study.words import label

if TYPE_CHECKING:
    from equipoise.simulate.operating_summary import Mean, Share, Summary


def write(voice: Voice, summaries: Sequence[Summary]) -> None:
    """Print everything as JSON; what is not a number is null."""
    voice.write_json([_plain(asdict(summary)) for summary in summaries])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def show(voice: Voice, asked: Asked, summaries: Sequence[Summary]) -> None:
    """Print the tables."""
    voice.tell("operating.title", participants=asked.participants, seed=asked.seed, people=f"{asked.people:,}")
    for summary in summaries:
        voice.out.print()
        called = label(asked.study, "truths", summary.truth, voice.language)
        voice.tell("operating.truth", truth=summary.truth, label=called, trials=f"{summary.trials:,}")
        _rates(voice, asked, summary)
        _standing(voice, summary)
        if any(visit.masked[0] for visit in summary.visits):
            _visits(voice, asked, summary)


def _rates(voice: Voice, asked: Asked, summary: Summary) -> None:
    columns = ("analysis", "true", "rejects", "in_favour", "bias", "covers")
    table = ruled(*((voice.say(f"operating.columns.{name}"), name != "analysis") for name in columns))
    for each in summary.analyses:
        table.add_row(
            f"{each.id} ({label(asked.study, 'visits', each.visit, voice.language)})",
            percent(each.true),
            share(each.rejects),
            share(each.in_favour),
            mean(each.bias),
            share(each.covers),
        )
    show_block(voice, table)


def _standing(voice: Voice, summary: Summary) -> None:
    expected = summary.expected
    voice.tell(
        "operating.expected",
        score=percent(expected.score),
        fisher=percent(expected.fisher),
        treatment=percent(expected.shares[0]),
        control=percent(expected.shares[1]),
        lost_treatment=percent(expected.dropout[0]),
        lost_control=percent(expected.dropout[1]),
    )
    missing, flagged = summary.missing, summary.flagged
    voice.tell("operating.missing", treatment=percent(missing[0]), control=percent(missing[1]))
    if any(flagged):
        voice.tell("operating.flagged", treatment=percent(flagged[0]), control=percent(flagged[1]))


def _visits(voice: Voice, asked: Asked, summary: Summary) -> None:
    voice.tell("operating.seen")
    columns = ("visit", "seen_treatment", "seen_control", "apart", "fewer", "significant", "masked")
    table = ruled(*((voice.say(f"operating.columns.{name}"), name != "visit") for name in columns))
    for each in summary.visits:
        table.add_row(
            label(asked.study, "visits", each.visit, voice.language),
            percent(each.seen[0]),
            percent(each.seen[1]),
            mean(each.apart),
            share(each.fewer),
            share(each.significant),
            percent(each.masked[0]),
        )
    show_block(voice, table)


def percent(value: float) -> str:
    """Return a share in per cent, to a tenth."""
    return "–" if math.isnan(value) else f"{100 * value:.1f} %".replace("-0.0 ", "0.0 ").replace("-", "−")


def share(found: Share) -> str:
    """Return a share with its Monte Carlo interval below it."""
    if math.isnan(found.value):
        return "–"
    return f"{100 * found.value:.1f} %\n{100 * found.low:.1f}–{100 * found.high:.1f}"


def mean(found: Mean) -> str:
    """Return a mean with its Monte Carlo interval below it, in percentage points."""
    if math.isnan(found.value):
        return "–"
    half = "" if math.isnan(found.high) else f"\n± {100 * (found.high - found.value):.2f}"
    return f"{100 * found.value:+.2f}{half}".replace("-", "−")
