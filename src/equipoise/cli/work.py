"""Do what waits in the background, beside a site of several machines: `equipoise work`; and `equipoise migrate`."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.console import Voice


def work(context: typer.Context) -> None:
    """Do the tasks that wait, and verify every study by night; `serve` starts one of these itself."""
    voice: Voice = context.obj
    with voice.failing():
        from equipoise.server.working import work as begin

        voice.err.print(voice.say("work.begins"), markup=False)
        begin()


def migrate(
    context: typer.Context,
    grant: Annotated[
        str, typer.Option(help="PostgreSQL: give this role what the site needs, and no more.", show_default=False)
    ] = "",
) -> None:
    """Make the database, or bring it to this version of Equipoise. Make a backup first."""
    voice: Voice = context.obj
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        from equipoise.server import rights, schema

        done = schema.migrate()
        voice.tell("migrate.done" if done else "migrate.nothing", count=len(done))
        if grant:
            rights.grant(grant)
            voice.tell("migrate.granted", role=grant)
