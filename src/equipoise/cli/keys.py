"""The installation's key: make a new one, and encrypt anew what the former one encrypted."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from equipoise.cli.console import Voice
from equipoise.core.problem import Problem

app = typer.Typer(
    help="The installation's key: make a new one, and encrypt anew what a former one encrypted.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")]


@app.command("new")
def new() -> None:
    """Print a key that nobody has had; nothing is changed."""
    from equipoise.server.keys import new_key

    typer.echo(new_key())


@app.command("rotate")
def rotate(context: typer.Context, json: Json = False) -> None:
    """Encrypt everything anew that EQUIPOISE_KEY_BEFORE still opens; broken off, it goes on where it was."""
    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        from equipoise.server import keys, rotation, schema

        schema.refuse_absent()
        former = len(keys.former_keys())
        found: dict[str, rotation.Progress] = {}
        with voice.progress() as progress:
            bars: dict[str, Any] = {}
            for each in rotation.rotate():
                found[each.kind] = each
                if each.kind not in bars:
                    bars[each.kind] = progress.add_task(each.kind, total=each.total)
                progress.update(bars[each.kind], completed=each.count)
    left = sum(each.unreadable for each in found.values())
    if json:
        rows = {
            each.kind: {"rows": each.count, "renewed": each.renewed, "unreadable": each.unreadable}
            for each in found.values()
        }
        voice.write_json({"kinds": rows, "former_keys": former, "done": not left})
    else:
        for each in found.values():
            voice.tell("keys.kind", kind=each.kind, count=each.count, renewed=each.renewed)
    if left:
        voice.fail([Problem("server.rows-of-unknown-key", {"count": left})])
    if not json:
        voice.tell("keys.done" if former else "keys.no-former")
