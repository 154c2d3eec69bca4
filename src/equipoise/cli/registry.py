"""Records of a registry into the list of studies: `equipoise registry import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.console import Voice

if TYPE_CHECKING:
    from equipoise.core.problem import Problem
    from equipoise.server.recruit.importing import Imported

app = typer.Typer(help="Studies of others, from a registry.", no_args_is_help=True)
_SHOWN = 20  # lines of each kind; a delivery of half a million records may have many


@app.command("import")
def import_records(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(exists=True, show_default=False, help="Files or folders of ClinicalTrials.gov records (JSON)."),
    ],
    complete: Annotated[
        bool, typer.Option("--complete", help="This is all that there is: what is missing is listed no more.")
    ] = False,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="The records are invented: say so on every page of them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the summary as JSON.")] = False,
) -> None:
    """Import records of ClinicalTrials.gov (API version 2): new, changed, the same, withdrawn; again does no harm."""
    voice: Voice = context.obj
    voice.json = as_json
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        from equipoise.server import schema
        from equipoise.server.recruit.importing import import_files

        schema.refuse_absent()
        with schema.answering(), voice.progress() as progress:
            task = progress.add_task(voice.say("registry.importing"), total=1.0)
            done = import_files(
                paths,
                invented=demonstration,
                complete=complete,
                progress=lambda share: progress.update(task, completed=share),
            )
    if as_json:
        voice.write_json(_as_json(voice, done))
    else:
        _tell(voice, done)
    if done.problems:
        raise typer.Exit(1)


def _tell(voice: Voice, done: Imported) -> None:
    from equipoise.cli.layout import ruled, show

    for found in (done.notes, done.problems):
        voice.problems(found[:_SHOWN])
        if len(found) > _SHOWN:
            voice.tell("registry.more", count=len(found) - _SHOWN)
    table = ruled((voice.say("registry.what"), False), (voice.say("registry.count"), True))
    for name, count in done.counts().items():
        if count:
            table.add_row(voice.say(f"registry.became.{name}"), f"{count:,}")
    if done.twice:
        table.add_row(voice.say("registry.twice"), f"{done.twice:,}")
    show(voice, table)
    voice.tell("registry.total", records=done.records, files=done.files)
    if done.kept_back:
        voice.tell("registry.kept-back")


def _as_json(voice: Voice, done: Imported) -> dict[str, object]:
    from equipoise.core.words import say

    def told(found: list[Problem]) -> list[dict[str, object]]:
        return [{**each.as_json(), "words": say(each, voice.language)} for each in found]

    changed = {name: sorted(number for number, became in done.became.items() if became == name) for name in _CHANGES}
    return {
        "files": done.files,
        "records": done.records,
        "counts": done.counts() | {"twice": done.twice},
        "changes": changed,
        "kept_back": done.kept_back,
        "problems": told(done.problems),
        "notes": told(done.notes),
    }


_CHANGES = ("new", "changed", "withdrawn", "absent")
