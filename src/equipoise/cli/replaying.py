"""Replay a published trial and compare what is found with what was printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from equipoise.cli.console import Voice
from equipoise.cli.home import home

if TYPE_CHECKING:
    from equipoise.analysis.published import Agreement


def replay(voice: Voice, example: Path, out: Path | None) -> None:
    """Import, verify, build, analyse, report, compare; a disagreement ends with exit code 1."""
    from equipoise.analysis.analyse import analyse
    from equipoise.analysis.published import compare_published
    from equipoise.conduct.verify import verify_events
    from equipoise.dataset import store
    from equipoise.dataset.build import build
    from equipoise.exchange.history import write_history
    from equipoise.exchange.tables.importing import import_trial
    from equipoise.exchange.tables.published import read_published
    from equipoise.report.write import write_report

    folder = out or home() / example.resolve().name
    with voice.progress() as progress:
        task = progress.add_task(voice.say("run.importing"), total=5)
        published = read_published(example)
        ledger = import_trial(example)
        progress.update(task, advance=1, description=voice.say("verify.replaying"))
        found = verify_events(ledger.events)
        if found.problems:
            voice.fail(found.problems)
        progress.update(task, advance=1, description=voice.say("simulate.building"))
        dataset = build(ledger.events)
        progress.update(task, advance=1, description=voice.say("analysing"))
        results = analyse(dataset)
        progress.update(task, advance=1, description=voice.say("reporting"))
        folder.mkdir(parents=True, exist_ok=True)
        write_history(folder / "history.jsonl", ledger.events)
        store.write(dataset, folder / "dataset")
        written = write_report(results, dataset, folder / "report")
        progress.update(task, advance=1, description=voice.say("done"))
    agreements = compare_published(results, published)
    if agreements:
        voice.out.print(table_of(voice, agreements))
    voice.out.print(written.sentence(voice.language), markup=False)
    voice.tell("written", path=written.page)
    failed = sum(each.fails for each in agreements)
    verdict = "disagrees" if failed else "agrees" if agreements else "none_published"
    voice.tell(f"run.{verdict}", failed=failed, count=len(agreements))
    if failed:
        raise typer.Exit(1)


def table_of(voice: Voice, agreements: tuple[Agreement, ...]) -> object:
    """Return published beside found, as a table."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, title=voice.say("run.title"), title_justify="left")
    for name in ("analysis", "quantity", "published", "found", "verdict"):
        table.add_column(voice.say(f"run.{name}"), justify="right" if name in ("published", "found") else "left")
    for each in agreements:
        head_count = each.published.kind == "head_count"
        verdict = "agrees" if each.agrees else "head_count" if head_count else "differs"
        quantity = (
            f"{each.published.quantity} · {each.published.arm}" if each.published.arm else each.published.quantity
        )
        table.add_row(
            each.published.analysis, quantity, each.published.printed, each.found, voice.say(f"run.verdicts.{verdict}")
        )
    return table
