"""Draft the overview of a study, by a model or by rule, check it, and write it into the folder."""

from __future__ import annotations

from pathlib import Path

from equipoise.cli.asking_model import Endpoint, ask, endpoint
from equipoise.cli.console import Voice
from equipoise.core.languages import spoken
from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.recruit.plain.checker import check_overview
from equipoise.recruit.plain.drafting import content_in, first_request, next_request, paragraphs_in
from equipoise.recruit.plain.drafts import content_of, draft_text, read_draft
from equipoise.recruit.plain.overview import Overview
from equipoise.recruit.plain.reading_level import Level, level_of
from equipoise.recruit.plain.sources import Sources, sources_of
from equipoise.recruit.plain.writer import write_overview
from equipoise.study.drafts import name_of, read_draft_text, write_draft_text
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

_ROUNDS = 2  # an answer that fails the check is sent back once


def draft_words(voice: Voice, folder: Path, language: str, day: str, *, replace: bool) -> None:
    """Draft, check and write; nothing is written that the check refuses."""
    study = study_in(folder, language)
    if not replace and read_draft_text(folder, language) is not None:
        raise ProblemsError([Problem("cli.draft-in-use", {"file": name_of(language)})])
    where = endpoint()
    if where is None and language not in spoken():
        raise ProblemsError([Problem("cli.draft-no-writer", {"language": language})])
    if where is None:
        overview = write_overview(study, language, on=day)
        problems = check_overview(overview, sources_of(study, language))
    else:
        overview, problems = _from_model(voice, where, sources_of(study, language), day)
    if problems:
        raise ProblemsError(problems)
    written = write_draft_text(folder, language, draft_text(overview))
    if isinstance(written, Problem):
        raise ProblemsError([written])
    _tell_draft(voice, overview, written)


def check_draft(voice: Voice, folder: Path, language: str) -> None:
    """Check the draft that lies in a folder, whoever wrote it."""
    study = study_in(folder, language)
    overview = draft_in(folder, language)
    if overview is None:
        raise ProblemsError([Problem("study.file-missing", {"file": name_of(language)}, Place(name_of(language)))])
    problems = check_overview(overview, sources_of(study, language))
    if problems:
        raise ProblemsError([problem.at(Place(name_of(language))) for problem in problems])
    _tell_draft(voice, overview, name_of(language))


def draft_in(folder: Path, language: str) -> Overview | None:
    """Return the draft of a folder, None if there is none. Raises ProblemsError if it cannot be read."""
    text = read_draft_text(folder, language)
    if isinstance(text, Problem):
        raise ProblemsError([text])
    return None if text is None else read_draft(text, name_of(language), language)


def drafts_of(folder: Path, study: Study, day: str) -> list[Overview]:
    """Return a study's overviews to begin with: the folder's drafts, and where there is none what a rule writes."""
    found = []
    for each in study.identity.languages:
        draft = draft_in(folder, each)
        if draft is not None or each in spoken():
            found.append(draft or write_overview(study, each, on=day))
    return found


def study_in(folder: Path, language: str) -> Study:
    """Return the study of a folder, which must speak the language."""
    study = read_study(folder)
    if language not in study.identity.languages:
        known = ", ".join(study.identity.languages)
        raise ProblemsError([Problem("cli.no-such-language", {"language": language, "known": known})])
    return study


def _from_model(voice: Voice, where: Endpoint, sources: Sources, day: str) -> tuple[Overview, tuple[Problem, ...]]:
    """Ask the model, and send its answer back once if the check refuses it; return the last with what is wrong."""
    messages = first_request(sources)
    with voice.progress() as progress:
        for turn in range(_ROUNDS):
            task = progress.add_task(voice.say("words.asking" if not turn else "words.asking_again"), total=None)
            body = ask(where, messages)
            progress.update(task, total=1, completed=1)
            content = content_in(body) if isinstance(body, bytes) else body
            if isinstance(content, Problem):
                raise ProblemsError([content])
            paragraphs = paragraphs_in(content)
            if isinstance(paragraphs, Problem):
                overview = Overview(sources.language, (), "ai", where.model)
                problems: tuple[Problem, ...] = (paragraphs,)
            else:
                overview = Overview(sources.language, paragraphs, "ai", where.model, drafted_on=day)
                problems = check_overview(overview, sources)
            if not problems:
                break
            messages = next_request(messages, content, problems)
    return overview, problems


def _tell_draft(voice: Voice, overview: Overview, name: str) -> None:
    level = level_of(overview.plain_text, overview.language)
    if voice.json:
        voice.write_json({"file": name, **content_of(overview), "level": level_as_json(level)})
        return
    voice.tell(f"words.by.{overview.author}", file=name, model=overview.model, writer=overview.writer)
    voice.tell(f"words.level.{level.index}", **level_params(level))
    voice.tell("words.unapproved")


def level_params(level: Level) -> dict[str, str]:
    """Return what the words about a level are filled with."""
    return {
        "level": f"{level.value:.1f}",
        "limit": f"{level.limit:g}",
        "sentences": str(level.sentences),
        "average": f"{level.per_sentence:.0f}",
        "longest": str(level.longest),
    }


def level_as_json(level: Level) -> dict[str, object]:
    """Return a level for a program."""
    return {
        "index": level.index,
        "value": round(level.value, 1),
        "limit": level.limit,
        "within": level.is_within,
        "sentences": level.sentences,
        "units": level.units,
        "hard": list(level.hard),
    }
