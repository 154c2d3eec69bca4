"""Prepare what takes seconds: asked for on a page, done by the worker, kept until something newer is ready."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from django.db import transaction
from django_tasks import task

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import clock, environment
from equipoise.server.records import results
from equipoise.server.records.actions.note_verification import note_verification
from equipoise.server.records.kept_problems import kept
from equipoise.server.records.models import Prepared, Study

ASKED, READY, FAILED = "asked", "ready", "failed"
VERIFICATION = "verification"
_PARTIAL = ".partial"
_PATIENCE = 600  # seconds after which what was asked for may be asked for again: a worker may have been killed


def ask(study: str, kind: str, by: str, *, language: str = "") -> Prepared:
    """Ask for something as of the study's last event; what is ready or under way is not done twice."""
    with transaction.atomic():
        head = Study.objects.select_for_update().get(study=study)
        name = {"study": study, "kind": kind, "language": language, "head": head.head}
        asked = {"seq": head.seq, "state": ASKED, "by": by, "asked_at": clock.instant()}
        row, made = Prepared.objects.get_or_create(**name, defaults=asked)
        if not made:
            if is_there(row) or (row.state == ASKED and not is_overdue(row)):
                return row
            Prepared.objects.filter(pk=row.pk).update(**asked, ended_at="", files="[]", counts="{}", problems="[]")
            row.refresh_from_db()
        prepare.enqueue(row.pk)
        return row


@task()
def prepare(prepared: int) -> None:
    """Do what was asked for, unless it has been done; a failure is kept in words."""
    row = Prepared.objects.filter(pk=prepared).first()
    if row is None or row.state != ASKED:
        return
    problems: tuple[Problem, ...] = ()
    counts: dict[str, int] = {}
    try:
        if row.kind == VERIFICATION:
            note_verification(row.study, row.by)
        else:
            counts = _made(row)
    except ProblemsError as error:
        problems = error.problems
    except OSError as error:
        problems = (Problem("server.records.cannot-write", {"why": error.strerror or type(error).__name__}),)
    files = [] if problems or row.kind == VERIFICATION else results.files_in(folder_of(row))
    kept_on = Prepared.objects.filter(pk=row.pk).update(
        state=FAILED if problems else READY,
        ended_at=clock.instant(),
        files=json.dumps([asdict(file) for file in files]),
        counts=json.dumps(counts),
        problems=kept(problems),
    )
    if not problems and kept_on:
        Prepared.objects.filter(study=row.study, kind=row.kind, language=row.language, seq__lt=row.seq).delete()
    _remove_strangers()


def folder_of(row: Prepared) -> Path:
    """Return where the files of a row lie."""
    return environment.home() / "prepared" / f"{row.pk}-{row.head[:16]}"


def is_there(row: Prepared) -> bool:
    """Whether something is ready and its files lie here, whole: a restored database knows files that are gone."""
    if row.state != READY or row.kind == VERIFICATION:
        return False
    folder = folder_of(row)
    return all(_size(folder / file["name"]) == file["bytes"] for file in json.loads(row.files))


def is_overdue(row: Prepared) -> bool:
    """Whether what was asked for should have been done by now."""
    asked = datetime.fromisoformat(row.asked_at)
    return row.state == ASKED and (clock.now() - asked).total_seconds() > _PATIENCE


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _made(row: Prepared) -> dict[str, int]:
    folder = folder_of(row)
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = Path(mkdtemp(prefix=f"{folder.name}.", suffix=_PARTIAL, dir=folder.parent))
    try:
        counts = results.make(row, partial)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)  # it appears only when it is whole
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return counts


def _remove_strangers() -> None:
    """Remove the folders that no row knows any more: of what is older, or of a database before a restore."""
    place = environment.home() / "prepared"
    # The folders first: a row is there before its folder is.
    folders = list(place.iterdir()) if place.is_dir() else []
    known = {folder_of(row).name for row in Prepared.objects.all()}
    for folder in folders:
        if folder.name.partition(".")[0] not in known:
            shutil.rmtree(folder, ignore_errors=True)
