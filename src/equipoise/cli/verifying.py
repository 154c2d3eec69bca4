"""Verify a history, a dataset or a database, and say what was found in words or in JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from equipoise.cli.console import Voice
from equipoise.core.words import say

if TYPE_CHECKING:
    from equipoise.conduct.verify import Verification
    from equipoise.core.problem import Problem


def verify_history(voice: Voice, path: Path, head: str = "") -> None:
    """Verify chain, replay and allocations of a history file, and that it still holds a head that somebody kept."""
    from equipoise.conduct.verify import verify_events
    from equipoise.exchange.history import read_history

    with voice.progress() as progress:
        task = progress.add_task(voice.say("verify.reading"), total=2)
        events = read_history(path)
        progress.update(task, advance=1, description=voice.say("verify.replaying"))
        found = verify_events(events, head=head)
        progress.update(task, advance=1)
    report(voice, found)


def report(voice: Voice, found: Verification) -> None:
    """Say what a verification found; problems end the command."""
    if voice.json:
        voice.write_json(as_json(voice, found))
    if found.problems:
        if not voice.json:
            voice.fail(found.problems)
        raise typer.Exit(1)
    if not voice.json:
        tell(voice, found)


def tell(voice: Voice, found: Verification) -> None:
    """Say in words that a history holds."""
    voice.tell("verify.holds", events=f"{found.events:,}", head=found.head)
    voice.tell(f"verify.allocations.{found.allocations.name.lower()}", count=found.allocated)
    if found.head_seq:
        voice.tell("verify.head_stands", seq=f"{found.head_seq:,}")


def as_json(voice: Voice, found: Verification) -> dict[str, object]:
    """Return a verification as plain JSON values."""
    return {
        "events": found.events,
        "head": found.head,
        "allocations": found.allocations.value,
        "allocated": found.allocated,
        **({"head_seq": found.head_seq} if found.head_seq else {}),
        "problems": [{**problem.as_json(), "words": say(problem, voice.language)} for problem in found.problems],
    }


def verify_dataset(voice: Voice, folder: Path, history: Path | None) -> None:
    """Verify hashes and counts of a dataset, and that its history holds and a replay of it gives this dataset."""
    from equipoise.conduct.verify import verify_events
    from equipoise.dataset import store
    from equipoise.exchange.history import read_history

    events = read_history(history) if history else None
    if events is not None:
        # What the dataset does not carry, a signature say, could be tampered with and give the same dataset.
        found = verify_events(events)
        if found.problems:
            voice.fail(found.problems)
    dataset = store.verify_dataset(folder, events)
    rows = sum(frame.height for frame in dataset.tables.values())
    if voice.json:
        voice.write_json({"dataset": dataset.hash, "tables": len(dataset.tables), "rows": rows, "problems": []})
        return
    voice.tell("verify.dataset", tables=len(dataset.tables), rows=f"{rows:,}", hash=dataset.hash)
    if events is not None:
        voice.tell("verify.replayed", events=f"{len(events):,}")


def is_database(where: str) -> bool:
    """Whether what a person named is a database: by its address, or by the first bytes of the file."""
    from equipoise.server.looking import is_database as looks_like_one

    return looks_like_one(where)


def verify_database(voice: Voice, where: str, head: str = "") -> None:
    """Verify every study of a database, read-only; one study's problems do not hide another's."""
    from equipoise.server.looking import broken_site_log, looking_at, verified

    told: list[dict[str, object]] = []
    problems: list[Problem] = []
    with looking_at(where):
        for each in verified(head):
            found = each.found
            told.append(
                {"study": found.study, "version": found.version, **as_json(voice, found), "rows": each.rows}
                | {"accesses": each.accesses}
            )
            problems += found.problems
            if voice.json:
                continue
            voice.tell("verify.study", study=found.study, version=found.version)
            if found.problems:
                voice.problems(found.problems)
            else:
                tell(voice, found)
                voice.tell("verify.rows", rows=f"{each.rows:,}", accesses=f"{each.accesses:,}")
        broken = broken_site_log()
        if broken is not None:
            problems.append(broken)
            if not voice.json:
                voice.problems([broken])
    if voice.json:
        site = [{**broken.as_json(), "words": say(broken, voice.language)}] if broken is not None else []
        voice.write_json({"studies": told, "site": site})
    elif not told:
        voice.tell("verify.no_studies")
    if problems:
        raise typer.Exit(1)
