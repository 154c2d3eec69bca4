"""Words for patients: draft the overview in plain language, check what patients read, load drafts into a site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import Voice

app = typer.Typer(
    help="Words for patients: draft the overview, check everything that patients read, load drafts into a site.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Folder = Annotated[Path, typer.Argument(show_default=False, help="The study folder.")]
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")]


@app.command("draft")
def draft(
    context: typer.Context,
    folder: Folder,
    lang: Annotated[str, typer.Option(help="The language: en or zh-hans.", show_default=False)],
    check: Annotated[bool, typer.Option("--check", help="Check the draft that is there; write nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of the draft that is there.")] = False,
    day: Annotated[str, typer.Option("--date", help="The day of the draft; otherwise today.")] = "",
    json: Json = False,
) -> None:
    """Draft the overview by the model that the environment names; without one it is written by rule."""
    from equipoise.cli import words_drafting

    voice = _voice(context, json)
    with voice.failing():
        if check:
            words_drafting.check_draft(voice, folder, lang)
        else:
            words_drafting.draft_words(voice, folder, lang, _day(day), replace=replace)


@app.command("check")
def check_all(
    context: typer.Context,
    folder: Folder,
    lang: Annotated[list[str] | None, typer.Option(help="A language; otherwise all.", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Check everything that patients read: sources, numbers, reading level, promises, leftovers."""
    from equipoise.cli import words_checking, words_drafting

    voice = _voice(context, json)
    with voice.failing():
        for each in lang or ():
            words_drafting.study_in(folder, each)
        words_checking.check_words(voice, folder, tuple(lang or ()))


@app.command("load")
def load(
    context: typer.Context,
    folder: Folder,
    by: Annotated[str, typer.Option(help="Who loads them, as the site keeps it; otherwise you.")] = "",
    json: Json = False,
) -> None:
    """Load the drafts of a study that is open on the site; nobody reads them until a named person approves them."""
    import getpass

    from equipoise.cli.words_drafting import drafts_of
    from equipoise.study.reader import read_study

    voice = _voice(context, json)
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        from equipoise.server import schema
        from equipoise.server.records.reading import reading_of
        from equipoise.server.recruit.actions.load_words import load_words
        from equipoise.server.recruit.shown import ANYBODY

        schema.refuse_absent()
        study = read_study(folder)
        with schema.answering():
            reading_of(study.id, ANYBODY)
            kept = load_words(study.id, drafts_of(folder, study, _day("")), by or getpass.getuser())
    if json:
        voice.write_json({"loaded": [{"language": one.language, "version": one.number} for one in kept]})
        return
    for one in kept:
        voice.tell("words.loaded", language=one.language, number=one.number)
    if not kept:
        voice.tell("words.nothing_new")


def _voice(context: typer.Context, json: bool) -> Voice:
    voice: Voice = context.obj
    voice.json = json
    return voice


def _day(value: str) -> str:
    from datetime import UTC, date, datetime

    if not value:
        return datetime.now(UTC).date().isoformat()
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise typer.BadParameter("write the day as 2026-11-30") from None
