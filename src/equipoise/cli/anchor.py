"""Say where each history stands, to be kept elsewhere: `equipoise anchor`."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.console import Voice


def anchor(
    context: typer.Context,
    database: Annotated[
        str, typer.Argument(show_default=False, help="A database: file or address; otherwise the installation's own.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Print a dated line a study with its head hash: mail or print it; `verify --head` holds the database to it."""
    from dataclasses import asdict

    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        from equipoise.server.looking import anchors, looking_at

        with looking_at(database):
            found = anchors()
        if json:
            voice.write_json({"anchors": [asdict(each) for each in found]})
            return
        for each in found:
            voice.tell("anchor.line", **asdict(each))
        if not found:
            voice.tell("verify.no_studies")
