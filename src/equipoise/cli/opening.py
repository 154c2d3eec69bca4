"""Open a study for conduct: `equipoise open`."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import Voice


def open_study(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, show_default=False, help="The study's folder.")
    ],
    by: Annotated[
        str, typer.Option(help="Who opens it, as the history says for ever; otherwise you.", show_default=False)
    ] = "",
) -> None:
    """Open a study in the database: publish its version, commit to its allocation and to what it declares."""
    voice: Voice = context.obj
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        from equipoise.cli.words_drafting import drafts_of
        from equipoise.server import clock, schema
        from equipoise.server.records.actions.open_study import open_study as open_it
        from equipoise.server.recruit.actions.load_words import load_words
        from equipoise.study.reader import read_study

        schema.refuse_absent()
        study = read_study(folder)
        drafts = drafts_of(folder, study, clock.instant()[:10])
        with schema.answering():
            open_it(study, by or getpass.getuser())
            load_words(study.id, drafts, by or getpass.getuser())
        voice.tell("open.done", study=study.id)
        voice.tell("open.next", study=study.id)
