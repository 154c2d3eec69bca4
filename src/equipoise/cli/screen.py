"""Screen a table of people: a verdict a person with its reasons, or a whole cohort at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import Voice

SUFFIXES = (".csv", ".parquet")


def screen(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, show_default=False, help="The study folder.")],
    people: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, show_default=False, help="A table (.csv or .parquet) with a column person."
        ),
    ],
    cohort: Annotated[bool, typer.Option("--cohort", help="The fast engine: counts and statuses, no reasons.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Show the criteria that pass with their values too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
    out: Annotated[Path | None, typer.Option(help="Also write the statuses to this .csv or .parquet file.")] = None,
) -> None:
    """Put people to the criteria of a study, and say what decides and what would change it."""
    from equipoise.cli import screening_cohort, screening_people

    voice: Voice = context.obj
    voice.json = json
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"--out ends in {' or '.join(SUFFIXES)}")
    if out is not None and out.exists() and out.samefile(people):
        raise typer.BadParameter("--out would write over the table of people")
    with voice.failing():
        if cohort:
            screening_cohort.screen_cohort(voice, folder, people, out)
        else:
            screening_people.screen_people(voice, folder, people, out, every=every)
