"""Check everything that a patient reads of a study: drafts with their sources, and the folder's own texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from equipoise.cli.console import Voice
from equipoise.cli.layout import ruled, show
from equipoise.cli.words_drafting import draft_in, level_as_json
from equipoise.core.problem import Place, Problem
from equipoise.core.words import say
from equipoise.recruit.plain.checker import check_overview, check_text
from equipoise.recruit.plain.patients import texts_of
from equipoise.recruit.plain.reading_level import Level, level_of
from equipoise.recruit.plain.sources import sources_of
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study


@dataclass(frozen=True, slots=True)
class Row:
    """A text that was checked."""

    language: str
    path: str
    level: Level
    problems: tuple[Problem, ...]


def check_words(voice: Voice, folder: Path, languages: tuple[str, ...]) -> None:
    """Check the texts and say what was found; anything to mend ends with exit code 1."""
    study = read_study(folder)
    rows = [row for each in languages or study.identity.languages for row in _rows(folder, study, each)]
    problems = [problem for row in rows for problem in row.problems]
    if voice.json:
        voice.write_json({"texts": [_as_json(row, voice.language) for row in rows], "mistakes": len(problems)})
        if problems:
            raise typer.Exit(1)
        return
    for language in dict.fromkeys(row.language for row in rows):
        _table(voice, language, [row for row in rows if row.language == language])
    if problems:
        voice.fail(problems)
    voice.tell("words.all_good", count=len(rows))


def _rows(folder: Path, study: Study, language: str) -> list[Row]:
    rows = []
    draft = draft_in(folder, language)
    if draft is not None:
        text, found = draft.plain_text, check_overview(draft, sources_of(study, language))
        rows.append(Row(language, "overview", level_of(text, language), _placed(found, language, "overview")))
    for one in texts_of(study, language):
        found = check_text(one.text, language)
        rows.append(Row(language, one.path, level_of(one.text, language), _placed(found, language, one.path)))
    return rows


def _placed(problems: tuple[Problem, ...], language: str, path: str) -> tuple[Problem, ...]:
    return tuple(problem.at(Place(f"{language} {path}")) for problem in problems)


def _table(voice: Voice, language: str, rows: list[Row]) -> None:
    index = rows[0].level.index
    limit = f"{rows[0].level.limit:g}"
    voice.out.print(voice.say(f"words.index.{index}", language=language, limit=limit), style="bold", markup=False)
    titles = (("text", False), ("level", True), ("sentences", True), ("average", True), ("longest", True))
    table = ruled(*((voice.say(f"words.columns.{name}"), is_number) for name, is_number in titles), ("", False))
    for row in rows:
        level = row.level
        value = f"{level.value:.1f}" if level.is_measured else "–"
        mark = voice.say("mistake") if row.problems else ""
        table.add_row(row.path, value, str(level.sentences), f"{level.per_sentence:.0f}", str(level.longest), mark)
    show(voice, table)
    voice.out.print()


def _as_json(row: Row, language: str) -> dict[str, object]:
    return {
        "language": row.language,
        "text": row.path,
        "level": level_as_json(row.level),
        "problems": [{**problem.as_json(), "words": say(problem, language)} for problem in row.problems],
    }
