"""A study folder: check it, show it in words, begin a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import Voice

app = typer.Typer(
    help="Check a study folder, show the study in words, begin a new one.", no_args_is_help=True, rich_markup_mode=None
)
Folder = Annotated[Path, typer.Argument(show_default=False, help="The study folder.")]
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")]


@app.command("check")
def check(context: typer.Context, folder: Folder, json: Json = False) -> None:
    """Find every mistake of a study folder at once, and what is ambiguous or hidden in it."""
    from equipoise.cli import study_checking

    voice: Voice = context.obj
    voice.json = json
    study_checking.check_study(voice, folder)


@app.command("show")
def show(
    context: typer.Context,
    folder: Folder,
    on_paper: Annotated[
        bool, typer.Option("--print", help="Synopsis, information sheet and analysis plan as one Markdown document.")
    ] = False,
    json: Json = False,
) -> None:
    """Show a study in words: arms, criteria, calendar, endpoint, and what is assumed."""
    from equipoise.cli import study_page
    from equipoise.study.reader import read_study

    if on_paper and json:
        raise typer.BadParameter("choose --print or --json")
    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        study = read_study(folder)
        if on_paper:
            study_page.print_documents(voice, study)
        elif json:
            study_page.write_summary(voice, study)
        else:
            study_page.show_study(voice, study)


@app.command("new")
def new(context: typer.Context, folder: Folder) -> None:
    """Write a commented study folder that passes the check: your first five minutes."""
    from equipoise.core.problem import Problem
    from equipoise.study.new import write_new

    voice: Voice = context.obj
    with voice.failing():
        written = write_new(folder)
    if isinstance(written, Problem):
        voice.fail([written])
    voice.tell("study.new.written", folder=folder, count=len(written))
    for name in written:
        voice.out.print(f"  {name}", style="dim", markup=False)
    voice.tell("study.new.next")
    for command in ("check", "show"):
        voice.out.print(f"  equipoise study {command} {_quoted(folder)}", style="bold", markup=False)


def _quoted(folder: Path) -> str:
    from shlex import quote

    return quote(str(folder))
