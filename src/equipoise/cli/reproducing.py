"""Analyse a dataset, and have R recompute what was found where it is installed: the report says whether it agrees."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from equipoise.cli.console import Voice
from equipoise.core.problem import Problem, ProblemsError

if TYPE_CHECKING:
    from equipoise.exchange.r.write import Reproduction
    from equipoise.report.recomputed import Recomputed

_LIMIT = 600  # seconds; the reference study takes a few of them
_SHOWN = 10  # figures that differ, named in the terminal
_LAST = 5  # lines of what R complained of


def analyse(voice: Voice, folder: Path, out: Path, *, model: Path | None, reproduce: bool, run: bool) -> None:
    """Analyse and report; recomputed where asked for. A disagreement is in the report, and ends with exit code 1."""
    from equipoise.analysis.analyse import analyse as analyse_dataset
    from equipoise.cli.predicting import prediction_of
    from equipoise.dataset import store
    from equipoise.exchange.r.write import write_reproduction
    from equipoise.report.write import write_report

    script, found = None, None
    with voice.progress() as progress:
        task = progress.add_task(voice.say("reading"), total=4 if reproduce else 3)
        dataset = store.read(folder)
        prediction = None if model is None else prediction_of(model, dataset)
        progress.update(task, advance=1, description=voice.say("analysing"))
        results = analyse_dataset(dataset)
        if reproduce:
            progress.update(task, advance=1, description=voice.say("reproduce.running"))
            script = write_reproduction(results, dataset, out)
            found = recompute(script) if run else None
            if found is not None and prediction is not None:
                left = (("model.json", 1), *((("markers.json", 1),) if prediction.markers else ()))
                found = replace(found, not_compared=(*found.not_compared, *left))
        progress.update(task, advance=1, description=voice.say("reporting"))
        written = write_report(results, dataset, out, recomputed=found, prediction=prediction)
        progress.update(task, advance=1, description=voice.say("done"))
    voice.out.print(written.sentence(voice.language), markup=False)
    voice.tell("written", path=written.page)
    if script:
        _tell(voice, script, found)


def recompute(script: Reproduction) -> Recomputed | None:
    """Run the script with R; None where R is not installed. Raises ProblemsError where it fails or takes too long."""
    from equipoise.exchange.r.figures import pattern_of
    from equipoise.exchange.r.read import read_recomputation
    from equipoise.report.recomputed import Recomputed

    program = shutil.which("Rscript")
    if program is None:
        return None
    command = [program, "--vanilla", str(script.script)]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=_LIMIT, check=False)  # noqa: S603 - our own script
    except subprocess.TimeoutExpired:
        raise ProblemsError([Problem("cli.r-too-slow", {"seconds": _LIMIT, "path": str(script.script)})]) from None
    found = read_recomputation(script.folder)
    if found is None:
        said = " ".join(ended.stderr.decode("utf-8", "replace").strip().splitlines()[-_LAST:])
        raise ProblemsError([Problem("cli.r-failed", {"path": str(script.script), "said": said})])
    left = (*script.not_recomputed, *Counter(map(pattern_of, found.not_compared)).items())
    return Recomputed(found.figures, found.largest, found.where, found.r, tuple(found.differs), left)


def _tell(voice: Voice, script: Reproduction, found: Recomputed | None) -> None:
    """Say what R found, or how to run it."""
    if found is None:
        voice.tell("reproduce.how", path=script.script, count=f"{script.counts['recomputed']:,}")
        return
    named = {"count": f"{found.figures:,}", "version": found.version}
    for what, count in found.not_compared:
        voice.tell("reproduce.left", what=what, count=f"{count:,}")
    if not found.differs:
        voice.tell("reproduce.agrees", largest=f"{found.largest:.2g}", where=found.where, **named)
        return
    shown = ", ".join(found.differs[:_SHOWN]) + (" …" if len(found.differs) > _SHOWN else "")
    words = voice.say("reproduce.differs", failed=len(found.differs), figures=shown, path=script.folder, **named)
    voice.err.print(words, style="bold red", markup=False)
    raise typer.Exit(1)
