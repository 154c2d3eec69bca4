"""Play many trials of each truth and show what the design does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import Voice


def operating(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, show_default=False, help="The study folder.")],
    store: Annotated[Path, typer.Option(help="The folder for the rows; a run goes on where the last one ended.")],
    truth: Annotated[list[str] | None, typer.Option(help="A truth of scenarios.yaml; otherwise all of them.")] = None,
    trials: Annotated[int, typer.Option(min=1, help="How many trials of each truth.")] = 2000,
    participants: Annotated[int | None, typer.Option(min=2, help="Otherwise the study's enrolment.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same rows.")] = 1,
    people: Annotated[int, typer.Option(min=1000, help="On how many people the true differences rest.")] = 1_000_000,
    jobs: Annotated[int, typer.Option(help="Processes; -1 is one a core.")] = -1,
    dask: Annotated[str, typer.Option(help="A Dask scheduler's address, or local for a cluster here.")] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Play many trials of each truth: how often the analyses reject, their bias and coverage."""
    from equipoise.cli import operating_page, operating_running
    from equipoise.study.reader import read_study

    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        study = read_study(folder)
        asked = operating_running.Asked(
            study, tuple(truth or ()), trials, participants or study.identity.enrolment, seed, people, store
        )
        with operating_running.processes(dask, jobs):
            summaries = operating_running.run(voice, asked, jobs)
        if json:
            operating_page.write(voice, summaries)
        else:
            operating_page.show(voice, asked, summaries)
