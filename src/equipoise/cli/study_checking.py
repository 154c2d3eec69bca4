"""Say what a check of a study folder found: mistakes first, by file and line, then notes, then how many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import typer

from equipoise.cli.console import Voice
from equipoise.cli.layout import counted, grid, show
from equipoise.core.problem import Problem, Severity
from equipoise.core.words import say, text
from equipoise.study.model.study import Study
from equipoise.study.reader import Checked, check_folder

_STYLES = {Severity.ERROR: "red", Severity.NOTE: "yellow"}


def check_study(voice: Voice, folder: Path) -> None:
    """Check a folder and say what was found; mistakes end with exit code 1, notes do not."""
    checked = check_folder(folder)
    if voice.json:
        voice.write_json(_as_json(checked, voice.language))
    else:
        _tell(voice, checked)
    if checked.errors:
        raise typer.Exit(1)


def _as_json(checked: Checked, language: str) -> dict[str, object]:
    return {
        "study": checked.study.id if checked.study else None,
        "version": checked.study.version if checked.study else None,
        "mistakes": len(checked.errors),
        "notes": len(checked.notes),
        "problems": [
            {**problem.as_json(), "words": say(replace(problem, place=None), language)} for problem in checked.problems
        ],
    }


def _tell(voice: Voice, checked: Checked) -> None:
    if checked.study is not None:
        _tell_study(voice, checked.study)
    _tell_problems(voice, checked.errors)
    _tell_problems(voice, checked.notes)
    mistakes = counted(voice, "study.check.mistakes", len(checked.errors))
    notes = counted(voice, "study.check.notes", len(checked.notes))
    key = "study.check.mend" if checked.errors else "study.check.passes"
    style = "bold red" if checked.errors else "bold green"
    voice.out.print(voice.say(key, mistakes=mistakes, notes=notes), style=style, markup=False)


def _tell_study(voice: Voice, study: Study) -> None:
    from rich.text import Text

    version = voice.say("study.version", version=study.version)
    show(voice, Text(study.id, "bold").append(f"  {version} · {study.content_hash[:12]}", "not bold dim"))
    parts = {
        "criteria": len(study.eligibility),
        "variables": len(study.codebook.variables),
        "visits": len(study.schedule.visits),
        "endpoints": len(study.endpoints.endpoints),
        "languages": len(study.identity.languages),
    }
    counts = [counted(voice, f"study.check.parts.{name}", count) for name, count in parts.items()]
    show(voice, Text(voice.say("study.comma").join(counts), "dim"))
    if study.examples:
        show(voice, Text(counted(voice, "study.check.examples", len(study.examples)), "dim"))
    voice.out.print()


def _tell_problems(voice: Voice, problems: Sequence[Problem]) -> None:
    """Print problems of one severity, a block a file; they come in the order of the files and lines."""
    for file, found in groupby(problems, key=lambda problem: problem.place.file if problem.place else ""):
        _tell_file(voice, file, found)


def _tell_file(voice: Voice, file: str, problems: Iterable[Problem]) -> None:
    from rich.cells import cell_len
    from rich.text import Text

    if file:
        voice.out.print(file, style="bold", markup=False)
    table = grid(8, max(cell_len(voice.say(mark)) for mark in ("mistake", "note")), 1, None, gap=1)
    table.columns[0].justify = "right"
    for problem in problems:
        place = problem.place
        where = ":".join(str(part) for part in (place.line, place.column) if part is not None) if place else ""
        mark = voice.say("note" if problem.severity is Severity.NOTE else "mistake")
        what, mend = (_words(problem, part, voice.language) for part in ("what", "mend"))
        table.add_row(Text(where, "dim"), Text(mark, _STYLES[problem.severity]), "", what)
        table.add_row("", "", Text("→", "dim"), Text(mend, "dim"))
    show(voice, table)
    voice.out.print()


def _words(problem: Problem, part: str, language: str) -> str:
    room, _, name = problem.code.partition(".")
    return text(room, f"problems.{name}.{part}", language).format_map(problem.params)
