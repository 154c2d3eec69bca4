"""Backups of the database: `equipoise backup` and `equipoise restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.console import Voice

if TYPE_CHECKING:
    from equipoise.server.backup.manifest import Manifest


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(show_default=False, help="The file to make; one that is there is kept.")],
    json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Back the database up into one file, while the site is running. Keep the installation's key apart from it."""
    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        from equipoise.server.backup.making import make_backup

        manifest = make_backup(file)
        if json:
            voice.write_json({"file": str(file), **_as_json(manifest)})
            return
        voice.tell("backup.made", path=file, size=f"{file.stat().st_size:,}")
        _tell_studies(voice, manifest)
        voice.tell("backup.key")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, show_default=False, help="A backup.")],
    check: Annotated[
        bool, typer.Option("--check", help="Try all of it beside, and leave what is there in its place.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Put a backup in the database's place once it holds; the old database is kept. Stop the site first."""
    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        from equipoise.server.backup.restoring import restore as put_back

        done = put_back(file, check=check)
        if json:
            voice.write_json({**_as_json(done.manifest), "migrated": done.migrated, "kept": done.kept, "check": check})
            return
        voice.tell("restore.checked" if check else "restore.done", made=done.manifest.made[:19])
        _tell_studies(voice, done.manifest)
        if done.migrated:
            voice.tell("restore.migrated", count=done.migrated)
        if done.kept:
            voice.tell("restore.kept", name=done.kept)


def _tell_studies(voice: Voice, manifest: Manifest) -> None:
    for study, (seq, head) in manifest.studies.items():
        voice.tell("backup.study", study=study, seq=f"{seq:,}", head=head)


def _as_json(manifest: Manifest) -> dict[str, object]:
    from dataclasses import asdict

    told = asdict(manifest)
    told["studies"] = [{"study": study, "events": seq, "head": head} for study, (seq, head) in manifest.studies.items()]
    return told
