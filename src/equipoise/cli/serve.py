"""Serve the site: `equipoise serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.console import Voice


def serve(
    context: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="The port; otherwise 8000 or the next free one.", show_default=False),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
) -> None:
    """Serve the site with its worker; without settings, what is in `var`. Ctrl-C ends it."""
    voice: Voice = context.obj
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        serve_until_stopped(voice, host, port, "serve.answers")


def serve_until_stopped(voice: Voice, host: str, port: int | None, words: str) -> None:
    """Serve the site that Django has been set up for; `words` say its address once it answers."""
    from equipoise.server.serving import refusals, site

    site.prepare(host)
    opened = site.Site(host, refusals.port_to_listen_at(host, port))
    opened.serve(lambda address: voice.tell(words, address=address))
    voice.tell("serve.stopped")
