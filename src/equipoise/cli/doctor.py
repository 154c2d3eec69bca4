"""Look a set-up over: `equipoise doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.console import Voice


def doctor(
    context: typer.Context, json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False
) -> None:
    """Check this installation and say what to mend; exit code 1 if anything must be."""
    from equipoise.core.words import text

    voice: Voice = context.obj
    voice.json = json
    told = []
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
        from equipoise.server.doctor.examination import examine

        for found in examine():
            words = text("server", f"doctor.{found.check}.{found.how}", voice.language, **found.params)
            told.append({"check": found.check, "how": found.how, "mend": found.mend, "words": words})
            if not json:
                mark, colour = ("doctor.mend", "red") if found.mend else ("doctor.ok", "green")
                voice.out.print(f"[{colour}]{voice.say(mark)}[/]  ", end="")
                voice.out.print(words, markup=False)
    count = sum(each["mend"] is True for each in told)
    if json:
        voice.write_json({"findings": told, "mend": count})
    else:
        voice.tell("doctor.all_well" if not count else "doctor.to_mend", count=count)
    if count:
        raise typer.Exit(1)
