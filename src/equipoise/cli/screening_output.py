"""What both ways of screening share: words and colours of statuses, what the table lacks, the written file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from equipoise.cli.console import Voice
from equipoise.cli.layout import counted, show
from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.criteria.verdict import Status, Verdict
from equipoise.exchange.tables.people import People
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of
from equipoise.study.words import label

if TYPE_CHECKING:
    import polars as pl
    from rich.text import Text

VERDICT_STYLES = {
    Verdict.ELIGIBLE: "green",
    Verdict.NOT_ELIGIBLE: "red",
    Verdict.CANNOT_TELL_YET: "yellow",
    Verdict.NEEDS_JUDGEMENT: "cyan",
}
STATUS_STYLES = {
    Status.PASS: "green",
    Status.FAIL: "red",
    Status.UNKNOWN: "yellow",
    Status.JUDGEMENT: "cyan",
}


def verdict_text(voice: Voice, verdict: Verdict) -> Text:
    """Return a verdict in words and colour."""
    from rich.text import Text

    return Text(voice.say(f"screen.verdicts.{verdict}"), VERDICT_STYLES[verdict])


def status_text(voice: Voice, status: Status) -> Text:
    """Return a status in words and colour."""
    from rich.text import Text

    return Text(voice.say(f"screen.statuses.{status}"), STATUS_STYLES[status])


def tell_missing_columns(voice: Voice, study: Study, people: People) -> None:
    """Say which variables of the criteria have no column, so that they are unknown of everybody."""
    from rich.text import Text

    wanted = dict.fromkeys(name for one in rules_of(study).criteria for name in one.rule.variables)
    known = set(people.frame.columns)
    lacking = [
        f"{name} ({label(study, 'variables', name, voice.language)})"
        for name in wanted
        if name not in known and people.codebook[name].rule is None
    ]
    if lacking:
        show(voice, Text(voice.say("screen.no-column", columns=voice.say("screen.comma").join(lacking)), "yellow"))


def tell_nobody(voice: Voice, people: People) -> None:
    """Say that the table has a header and nobody below it."""
    if voice.json:
        voice.write_json([])
    else:
        voice.tell("screen.nobody", file=people.file)


def stream_json(entries: Iterable[str]) -> None:
    """Print a JSON array to stdout, an entry a line as it comes, so that the whole is never held."""
    # While progress is shown on a terminal, what is written to stdout is taken for a part of the display.
    out = getattr(sys.stdout, "rich_proxied_file", sys.stdout)
    out.write("[")
    before = "\n"
    for entry in entries:
        out.write(before + entry)
        before = ",\n"
    out.write("\n]\n")


def write_statuses(voice: Voice, statuses: pl.DataFrame, path: Path) -> None:
    """Write person, verdict and statuses, and read back how many lines there are."""
    import polars as pl

    is_parquet = path.suffix.lower() == ".parquet"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if is_parquet:
            statuses.write_parquet(path)
        else:
            statuses.write_csv(path)
    except OSError as error:
        voice.err.print(voice.say("screen.unwritable", path=path, why=error.strerror or error), markup=False)
        raise typer.Exit(1) from None
    read = pl.scan_parquet(path) if is_parquet else pl.scan_csv(path, infer_schema=False)
    found = read.select(pl.len()).collect().item()
    if found != statuses.height:
        params = {"file": path.name, "found": found, "wanted": statuses.height}
        raise ProblemsError([Problem("exchange.export-rows", params, Place(path.name))])


def tell_written(voice: Voice, count: int, path: Path) -> None:
    """Say what was written where; on stderr if a program reads stdout."""
    words = counted(voice, "screen.written", count, path=path)
    (voice.err if voice.json else voice.out).print(words, markup=False)
