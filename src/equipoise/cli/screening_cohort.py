"""Screen a cohort with the fast engine: how many people stand where, and the statuses for a program or a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli.console import Voice
from equipoise.cli.layout import counted, ruled, show
from equipoise.cli.screening_output import (
    STATUS_STYLES,
    VERDICT_STYLES,
    stream_json,
    tell_missing_columns,
    tell_nobody,
    tell_written,
    verdict_text,
    write_statuses,
)
from equipoise.criteria.engines.polars import assess_frame
from equipoise.criteria.verdict import CriterionRule, Sort, Status, Verdict
from equipoise.exchange.tables.people import PERSON, People, read_people
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study
from equipoise.study.rules import codebook_of, rules_of
from equipoise.study.words import say

if TYPE_CHECKING:
    import polars as pl
    from rich.text import Text

_SLICE = 20_000
_BAR = 24
_NAMED = 5  # people whose record contradicts itself: so many are named


def screen_cohort(voice: Voice, folder: Path, path: Path, out: Path | None) -> None:
    """Put a table of people to the criteria at once."""
    with voice.progress() as progress:
        task = progress.add_task(voice.say("screen.reading", file=path.name), total=3)
        study = read_study(folder)
        people = read_people(path, codebook_of(study))
        progress.update(task, advance=1, description=voice.say("screen.judging"))
        statuses, clashes = _judge(study, people)
        progress.update(task, advance=1, description=voice.say("screen.writing"))
        if out is not None:
            write_statuses(voice, statuses, out)
        progress.update(task, advance=1, description=voice.say("done"))
        if voice.json and statuses.height:
            # A terminal cannot show the display and the array at once.
            if sys.stdout.isatty():
                progress.stop()
            starts = range(0, statuses.height, _SLICE)
            shown = progress.track(starts, description=voice.say("screen.writing"))
            stream_json(entry for start in shown for entry in _entries(statuses, clashes, start))
    if not statuses.height:
        tell_nobody(voice, people)
    elif not voice.json:
        _tell(voice, study, people, statuses, clashes)
    if out is not None:
        tell_written(voice, statuses.height, out)


def _judge(study: Study, people: People) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return person, verdict and statuses, and by criterion whether a record contradicts itself."""
    import polars as pl

    criteria = rules_of(study).criteria
    statuses = assess_frame(criteria, people.typed).with_columns(pl.col(PERSON).cast(pl.String))
    # As an exclusion, what must not be fails where it is so.
    seen = [CriterionRule(one.id, Sort.EXCLUSION, one.contradiction) for one in criteria if one.contradiction]
    clashes = assess_frame(seen, people.typed).select(
        pl.col(one.id).cast(pl.String) == Status.FAIL.value for one in seen
    )
    return statuses, clashes


def _entries(statuses: pl.DataFrame, clashes: pl.DataFrame, start: int) -> Iterator[str]:
    """Return a slice of the people as JSON, a text each."""
    import polars as pl

    def criterion(name: str) -> pl.Expr:
        parts = [pl.col(name).cast(pl.String).alias("status")]
        if name in clashes.columns:
            parts.append(pl.lit(clashes[name].slice(start, _SLICE)).alias("contradiction"))
        return pl.struct(parts).alias(name)

    criteria = pl.struct(criterion(name) for name in statuses.columns[2:]).alias("criteria")
    entry = pl.struct(PERSON, pl.col("verdict").cast(pl.String), criteria).struct.json_encode()
    return iter(statuses.slice(start, _SLICE).select(entry.alias("entry"))["entry"])


def _tell(voice: Voice, study: Study, people: People, statuses: pl.DataFrame, clashes: pl.DataFrame) -> None:
    from rich.text import Text

    version = voice.say("screen.version", study=study.id, version=study.version)
    title = Text(counted(voice, "screen.people", statuses.height), "bold")
    voice.out.print(title.append(f"  {people.file} · {version}", "not bold dim"))
    voice.out.print()
    _tell_verdicts(voice, statuses)
    voice.out.print()
    _tell_criteria(voice, study, statuses)
    for name in clashes.columns:
        who = statuses.filter(clashes[name].fill_null(value=False))[PERSON]
        if len(who):
            named = voice.say("screen.comma").join(who.head(_NAMED)) + (" …" if len(who) > _NAMED else "")
            voice.out.print()
            show(voice, Text(counted(voice, "screen.clashes", len(who), criterion=name, people=named), "magenta"))
    voice.out.print()
    tell_missing_columns(voice, study, people)
    show(voice, Text(voice.say("screen.reasons"), "dim"))


def _tell_verdicts(voice: Voice, statuses: pl.DataFrame) -> None:
    from rich.text import Text

    counts = _counts(statuses, "verdict")
    titles = [voice.say(f"screen.columns.{key}") for key in ("verdict", "count", "share")]
    table = ruled((titles[0], False), (titles[1], True), (titles[2], True), ("", False))
    for verdict in Verdict:
        count = counts.get(verdict, 0)
        share = count / statuses.height
        bar = Text("━" * (round(share * _BAR) or bool(count)), VERDICT_STYLES[verdict])
        table.add_row(verdict_text(voice, verdict), f"{count:,}", _percent(share), bar)
    show(voice, table)


def _tell_criteria(voice: Voice, study: Study, statuses: pl.DataFrame) -> None:
    from rich.text import Text

    titles = [voice.say(f"screen.statuses.{status}") for status in Status]
    passing = voice.say("screen.columns.passing")
    table = ruled((voice.say("screen.columns.criterion"), False), *((title, True) for title in [*titles, passing]))
    for criterion in study.eligibility:
        counts = _counts(statuses, criterion.id)
        cells = [
            _number(counts.get(status, 0), "" if status is Status.PASS else STATUS_STYLES[status]) for status in Status
        ]
        words = " ".join(say(study, voice.language, "criteria", criterion.id, "text").split())
        name = Text(f"{criterion.id:{_widest(study)}}  ", no_wrap=True, overflow="ellipsis").append(words, "dim")
        table.add_row(name, *cells, _percent(counts.get(Status.PASS, 0) / statuses.height))
    show(voice, table)


def _widest(study: Study) -> int:
    return max(len(criterion.id) for criterion in study.eligibility)


def _counts(statuses: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(statuses.get_column(column).cast(str).value_counts().iter_rows())


def _number(count: int, style: str) -> Text:
    from rich.text import Text

    return Text(f"{count:,}", style) if count else Text("·", "dim")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
