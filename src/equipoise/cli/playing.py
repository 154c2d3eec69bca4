"""Play trials and write their datasets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli.console import Voice
from equipoise.core.problem import Problem, ProblemsError

if TYPE_CHECKING:
    from equipoise.conduct.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played."""

    folder: Path
    truth: str
    participants: int
    seed: int


def play_one(voice: Voice, plan: Plan, out: Path, history: Path | None) -> None:
    """Play one trial, write its dataset and, if asked for, its history."""
    from equipoise.dataset import store
    from equipoise.dataset.build import build
    from equipoise.exchange.history import write_history
    from equipoise.simulate.trial import simulate_trial
    from equipoise.study.reader import read_study

    refuse_full(out)
    if history is not None:
        refuse_existing(history)
    with voice.progress() as progress:
        task = progress.add_task(voice.say("simulate.reading"), total=4)
        study = read_study(plan.folder)
        progress.update(task, advance=1, description=voice.say("simulate.playing"))
        ledger = simulate_trial(study, plan.truth, plan.participants, plan.seed)
        progress.update(task, advance=1, description=voice.say("simulate.building"))
        dataset = build(ledger.events)
        progress.update(task, advance=1, description=voice.say("simulate.writing"))
        store.write(dataset, out)
        if history is not None:
            write_history(history, ledger.events)
        progress.update(task, advance=1, description=voice.say("done"))
    allocated = dataset.tables["allocation"].height
    voice.tell("simulate.played", allocated=allocated, events=f"{len(ledger.events):,}", truth=plan.truth)
    voice.tell("simulate.dataset", path=out, hash=dataset.hash)
    if history is not None:
        voice.tell("simulate.history", path=history, head=ledger.head)


def play_many(voice: Voice, plan: Plan, out: Path, trials: int, jobs: int, histories: Path | None) -> None:
    """Play many trials into `trial-0001/` and so on, side by side, and their histories into a folder of their own."""
    from equipoise.simulate.trial import stream_trials
    from equipoise.study.reader import read_study

    refuse_full(out)
    if histories is not None:
        refuse_full(histories)
    study = read_study(plan.folder)
    then = partial(_write_trial, out, histories)
    with voice.progress() as progress:
        task = progress.add_task(voice.say("simulate.many", trials=trials), total=trials)
        played = stream_trials(study, plan.truth, plan.participants, plan.seed, trials=trials, jobs=jobs, then=then)
        for _ in played:
            progress.advance(task)
    voice.tell("simulate.written_many", trials=trials, path=out)


def _write_trial(out: Path, histories: Path | None, number: int, ledger: Ledger) -> str:
    """Write one of many trials where it was played: a history is large, its hash is not."""
    from equipoise.dataset import store
    from equipoise.dataset.build import build
    from equipoise.exchange.history import write_history

    name = f"trial-{number + 1:04d}"
    dataset = build(ledger.events)
    store.write(dataset, out / name)
    if histories is not None:
        write_history(histories / f"{name}.jsonl", ledger.events)
    return dataset.hash


def refuse_full(folder: Path) -> None:
    """Refuse to write into a folder that holds something: nothing of anybody's is overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProblemsError([Problem("cli.folder-in-use", {"path": str(folder)})])


def refuse_existing(file: Path) -> None:
    """Refuse to write a file where there is one."""
    if file.exists():
        raise ProblemsError([Problem("cli.file-in-use", {"path": str(file)})])
