"""The command and its subcommands. Heavy libraries are imported inside them, so that `--help` answers at once."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli import (
    account,
    anchor,
    backup,
    blindspots,
    demo,
    doctor,
    keys,
    opening,
    operating,
    predict,
    registry,
    screen,
    serve,
    study,
    translation,
    trial,
    words,
    work,
)
from equipoise.cli.console import Voice, default_language, learn_languages
from equipoise.core.languages import ENGLISH, spoken
from equipoise.core.problem import ProblemsError
from equipoise.core.words import say

app = typer.Typer(
    name="equipoise",
    help="Carries a randomised clinical trial from its protocol to its answer. A study is a folder of text files.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(study.app, name="study")
app.add_typer(words.app, name="words")
app.command("screen")(screen.screen)
app.command("simulate")(trial.simulate)
app.command("analyse")(trial.analyse)
app.add_typer(predict.app, name="predict")
app.command("run")(trial.run)
app.command("operating")(operating.operating)
app.command("blindspots")(blindspots.blindspots)
app.command("verify")(trial.verify)
app.command("anchor")(anchor.anchor)
app.command("export")(trial.export)
app.command("demo")(demo.demo)
app.add_typer(account.app, name="account")
app.add_typer(translation.app, name="translation")
app.add_typer(keys.app, name="keys")
app.command("serve")(serve.serve)
app.command("work")(work.work)
app.command("migrate")(work.migrate)
app.command("open")(opening.open_study)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(registry.app, name="registry")
app.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"equipoise {version('equipoise')}")
        raise typer.Exit


def _language(value: str) -> str:
    try:
        learn_languages()
    except ProblemsError as error:
        # It is said and no more: the commands that mend it must run. A site does not start with it.
        for problem in error.problems:
            typer.echo(say(problem, ENGLISH.code), err=True)
    if value and value not in spoken():
        raise typer.BadParameter(f"choose one of {', '.join(spoken())}")
    return value or default_language()


@app.callback()
def main(
    context: typer.Context,
    language: Annotated[
        str, typer.Option(callback=_language, help="en, zh-hans or an added one; else the terminal's.")
    ] = "",
    version: Annotated[  # noqa: ARG001 - typer calls its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Keep the voice for the subcommands."""
    context.obj = Voice(language)
