"""Screen people one by one with the reference engine, each with the reasons: for a person to read, or a program."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from equipoise.cli.console import Voice
from equipoise.cli.screening_output import (
    stream_json,
    tell_missing_columns,
    tell_nobody,
    tell_written,
    write_statuses,
)
from equipoise.cli.screening_page import Page
from equipoise.cli.screening_reasons import Reasons
from equipoise.criteria.verdict import Assessment, assess
from equipoise.exchange.tables.people import People, read_people
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study
from equipoise.study.rules import codebook_of, rules_of

# A table that takes longer than two seconds to read and judge has at least so many bytes.
_LARGE = 500_000


class Judged(NamedTuple):
    """A person of the table with the line, and how they stand to the criteria."""

    person: str
    line: int
    assessment: Assessment


def screen_people(voice: Voice, folder: Path, path: Path, out: Path | None, *, every: bool) -> None:
    """Judge and explain each person of a table."""
    study = read_study(folder)
    people = _read(voice, study, path)
    if not people.frame.height:
        tell_nobody(voice, people)
        return
    reasons = Reasons(study, voice.language)
    rows: list[tuple[str, ...]] = []
    # On a terminal the people that go by are the progress.
    watched = path.stat().st_size > _LARGE and not (sys.stdout.isatty() and sys.stderr.isatty())
    with _watching(voice, _judge(study, people), people.frame.height, watched=watched) as judged:
        kept = _kept(judged, rows if out is not None else None)
        if voice.json:
            stream_json(json.dumps(_as_json(one, reasons), ensure_ascii=False) for one in kept)
        else:
            _tell(voice, study, people, kept, Page(voice, study, reasons, people.file, every=every))
    if out is not None:
        _write(voice, study, rows, out)
        tell_written(voice, len(rows), out)


def _read(voice: Voice, study: Study, path: Path) -> People:
    codebook = codebook_of(study)
    if path.stat().st_size <= _LARGE:
        return read_people(path, codebook)
    with voice.progress() as progress:
        task = progress.add_task(voice.say("screen.reading", file=path.name), total=None)
        people = read_people(path, codebook)
        progress.update(task, total=1, completed=1)
        return people


def _judge(study: Study, people: People) -> Iterator[Judged]:
    criteria = rules_of(study).criteria
    for line, (person, facts) in zip(people.lines, people.facts(), strict=True):
        yield Judged(person, line, assess(criteria, facts))


@contextmanager
def _watching(voice: Voice, judged: Iterator[Judged], total: int, *, watched: bool) -> Iterator[Iterator[Judged]]:
    """Show how far a long table is."""
    if not watched:
        yield judged
        return
    with voice.progress() as progress:
        yield iter(progress.track(judged, total=total, description=voice.say("screen.judging")))


def _kept(judged: Iterator[Judged], rows: list[tuple[str, ...]] | None) -> Iterator[Judged]:
    for one in judged:
        if rows is not None:
            results = one.assessment.criteria.values()
            rows.append((one.person, one.assessment.verdict.value, *(result.status.value for result in results)))
        yield one


def _as_json(one: Judged, reasons: Reasons) -> dict[str, Any]:
    criteria = {name: reasons.as_json(name, result) for name, result in one.assessment.criteria.items()}
    return {"person": one.person, "verdict": one.assessment.verdict.value, "criteria": criteria}


def _tell(voice: Voice, study: Study, people: People, judged: Iterator[Judged], page: Page) -> None:
    counts: Counter[str] = Counter()
    for one in judged:
        counts[one.assessment.verdict] += 1
        page.person(one.person, one.line, one.assessment)
    tell_missing_columns(voice, study, people)
    page.summary(counts)


def _write(voice: Voice, study: Study, rows: Sequence[tuple[str, ...]], out: Path) -> None:
    import polars as pl

    names = ["person", "verdict", *(criterion.id for criterion in study.eligibility)]
    write_statuses(voice, pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), out)
