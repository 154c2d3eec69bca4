"""The prediction model of a study: fit it to a dataset, apply it to people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import Voice

app = typer.Typer(
    help="Fit the prediction model that a study declares, and apply it to people.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")]


@app.command("fit")
def fit(
    context: typer.Context,
    dataset: Annotated[Path, typer.Argument(exists=True, file_okay=False, show_default=False)],
    out: Annotated[Path, typer.Option(help="The folder for model.json, its card and the markers.", show_default=False)],
    exploratory: Annotated[
        bool, typer.Option("--exploratory", help="Fit more terms than the people carry; every output says so.")
    ] = False,
    landmark: Annotated[str, typer.Option(help="A landmark of prediction.yaml; otherwise the first.")] = "",
    json: Json = False,
) -> None:
    """Say what the data can carry, look at each declared marker, fit the declared model and judge it."""
    from equipoise.cli import predicting

    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        predicting.fit_model(voice, dataset, out, landmark, exploratory=exploratory)


@app.command("apply")
def apply(
    context: typer.Context,
    model: Annotated[
        Path, typer.Argument(exists=True, show_default=False, help="A model's folder, or its model.json.")
    ],
    people: Annotated[
        Path,
        typer.Argument(
            exists=True,
            show_default=False,
            help="A table (.csv or .parquet) with the columns person, arm and each predictor, or a dataset's folder.",
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Also write risks.csv into this folder.")] = None,
    json: Json = False,
) -> None:
    """Give the risk of each person, an interval where a value is a bound, or what is missing."""
    from equipoise.cli import predicting

    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        predicting.apply_model(voice, model, people, out)
