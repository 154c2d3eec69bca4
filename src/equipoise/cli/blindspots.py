"""Change dose, interval and last week, and see which visits cannot see."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import Voice


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is no number") from None


def blindspots(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, show_default=False, help="The study folder.")],
    dose: Annotated[
        Decimal | None,
        typer.Option(parser=_amount, metavar="AMOUNT", help="The amount of each dose; else as declared."),
    ] = None,
    every: Annotated[int | None, typer.Option(help="Weeks between doses; else as declared.")] = None,
    last_week: Annotated[int | None, typer.Option(help="The week of the last dose; else as declared.")] = None,
    visit: Annotated[int | None, typer.Option(help="Add a visit in this week, and see what it sees.")] = None,
    truth: Annotated[str, typer.Option(help="Whose people are looked at; else masking, if there is one.")] = "",
    out: Annotated[Path | None, typer.Option(help="Also write the figure (SVG, PNG) and the table (CSV) here.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Show which visits cannot see a return under a calendar of doses, what that looks like, and the power."""
    from equipoise.cli import blindspots_page
    from equipoise.simulate.redosing import Change
    from equipoise.study.reader import read_study

    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        study = read_study(folder)
        change = Change(dose=dose, every=every, last_week=last_week, visit=visit)
        blindspots_page.show(voice, study, change, truth, out)
