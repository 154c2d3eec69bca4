"""Play a trial, analyse it, replay a published one, verify what lies on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import Voice

Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False, show_default=False)]


def simulate(
    context: typer.Context,
    folder: Folder,
    truth: Annotated[str, typer.Option(help="A truth of scenarios.yaml.", show_default=False)],
    participants: Annotated[int, typer.Option(min=2, help="How many are allocated.", show_default=False)],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The folder for the dataset.", show_default=False)],
    history: Annotated[
        Path | None, typer.Option(help="Also write the history here; of many trials, into this folder.")
    ] = None,
    trials: Annotated[int, typer.Option(min=1, help="Play this many, into trial-0001/ …")] = 1,
    jobs: Annotated[int, typer.Option(help="Processes for many trials; -1 is one a core.")] = -1,
) -> None:
    """Play a whole trial of a study under a truth, through the same door as a real one."""
    from equipoise.cli import playing

    voice: Voice = context.obj
    with voice.failing():
        plan = playing.Plan(folder, truth, participants, seed)
        if trials == 1:
            playing.play_one(voice, plan, out, history)
        else:
            playing.play_many(voice, plan, out, trials, jobs, history)


def analyse(
    context: typer.Context,
    dataset: Folder,
    out: Annotated[Path, typer.Option(help="The folder for report.html and results.json.", show_default=False)],
    reproduce: Annotated[bool, typer.Option("--reproduce", help="Also have R recompute every figure.")] = False,
    no_run: Annotated[bool, typer.Option("--no-run", help="With --reproduce: write the script alone.")] = False,
    model: Annotated[
        Path | None,
        typer.Option(exists=True, help="Also report this prediction model: what `predict fit` wrote of this dataset."),
    ] = None,
) -> None:
    """Analyse a dataset as its study declares, and write the report."""
    from equipoise.cli import reproducing

    voice: Voice = context.obj
    if no_run and not reproduce:
        raise typer.BadParameter("only with --reproduce", param_hint="--no-run")
    with voice.failing():
        reproducing.analyse(voice, dataset, out, model=model, reproduce=reproduce, run=not no_run)


def run(
    context: typer.Context,
    example: Folder,
    out: Annotated[Path | None, typer.Option(help="Where to write; otherwise var/<name>.")] = None,
) -> None:
    """Replay a published trial: import, check, dataset, analysis, and compare with the published table."""
    from equipoise.cli import replaying

    voice: Voice = context.obj
    with voice.failing():
        replaying.replay(voice, example, out)


def verify(
    context: typer.Context,
    path: Annotated[
        str, typer.Argument(show_default=False, help="A history, a dataset's folder, or a database: file or address.")
    ],
    history: Annotated[Path | None, typer.Option(exists=True, help="Also replay this history.")] = None,
    head: Annotated[str, typer.Option(help="The head hash that somebody kept: nothing was cut off or made anew.")] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Verify a history (chain, replay, allocations), a dataset (hashes, counts), or every study of a database."""
    from equipoise.cli import verifying

    voice: Voice = context.obj
    voice.json = json
    place = Path(path)
    with voice.failing():
        if verifying.is_database(path):
            if history is not None:
                raise typer.BadParameter("only beside a dataset's folder", param_hint="--history")
            verifying.verify_database(voice, path, head)
            return
        if not place.exists():
            raise typer.BadParameter(f"Path '{path}' does not exist.", param_hint="PATH")
        if history is not None and not place.is_dir():
            raise typer.BadParameter("only beside a dataset's folder", param_hint="--history")
        if place.is_dir():
            verifying.verify_dataset(voice, place, history)
        else:
            verifying.verify_history(voice, place, head)


def export(
    context: typer.Context,
    dataset: Folder,
    out: Annotated[Path, typer.Option(help="The folder for the tables.", show_default=False)],
    form: Annotated[str, typer.Option("--format", help="csv, or xpt (SAS transport, version 8).")] = "csv",
) -> None:
    """Export a dataset's tables with a data dictionary; the counts are shown, and read back."""
    from equipoise.cli.playing import refuse_full
    from equipoise.dataset import store
    from equipoise.exchange.tables.export import export_csv, export_xpt

    voice: Voice = context.obj
    makers = {"csv": export_csv, "xpt": export_xpt}
    if form not in makers:
        raise typer.BadParameter("choose csv or xpt", param_hint="--format")
    with voice.failing():
        refuse_full(out)
        counts = makers[form](store.read(dataset), out, voice.language)
        for table, rows in counts.items():
            voice.tell("export.table", table=table, rows=f"{rows:,}")
        voice.tell("export.written", count=len(counts), path=out)
