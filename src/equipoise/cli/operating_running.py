"""The run itself: rows into the store, progress and time left to the terminal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.cli.console import Voice
from equipoise.core.problem import Problem, ProblemsError
from equipoise.study.model.study import Study

if TYPE_CHECKING:
    from equipoise.exchange.operating import Store
    from equipoise.simulate.operating import Plan
    from equipoise.simulate.operating_summary import Summary
    from equipoise.simulate.truth import TrueEffects

_TRUTH_SEED = 1  # of the million people; it has nothing to do with that of the trials
_LINES = 50  # of progress for each truth, where nobody looks at a terminal


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be run; no truths are all of them."""

    study: Study
    truths: tuple[str, ...]
    trials: int
    participants: int
    seed: int
    people: int
    store: Path


def run(voice: Voice, asked: Asked, jobs: int) -> list[Summary]:
    """Play what the store lacks, and sum up what is then there."""
    from equipoise.exchange.operating import Store
    from equipoise.simulate.default import default_scenarios
    from equipoise.simulate.operating import Plan, check
    from equipoise.simulate.operating_summary import summarise

    study = asked.study
    scenarios = study.scenarios or default_scenarios(study)
    truths = asked.truths or tuple(truth.id for truth in scenarios.truths)
    check(study, truths)
    summaries = []
    for truth in truths:
        plan = Plan(study, truth, asked.participants, asked.seed, asked.trials)
        store = Store(asked.store, plan)
        effects = _true_effects(voice, store, plan, asked.people)
        rows = store.begin()
        _play(voice, store, plan, jobs, first=len(rows))
        summaries.append(summarise(study, truth, store.begin()[: asked.trials], effects))
    return summaries


def _true_effects(voice: Voice, store: Store, plan: Plan, people: int) -> TrueEffects:
    from equipoise.simulate.truth import true_effects

    found = store.true_effects(people, _TRUTH_SEED)
    if found is None:
        voice.err.print(voice.say("operating.people", people=f"{people:,}", truth=plan.truth), markup=False)
        found = true_effects(plan.study, plan.truth, people, _TRUTH_SEED)
        store.keep_truth(found, _TRUTH_SEED)
    return found


def _play(voice: Voice, store: Store, plan: Plan, jobs: int, first: int) -> None:
    from equipoise.simulate.operating import played

    if first >= plan.trials:
        return
    with _shown(voice, plan, first) as advance:
        for row in played(plan, first=first, jobs=jobs):
            store.append(row)
            advance()


@contextmanager
def _shown(voice: Voice, plan: Plan, first: int) -> Iterator[Callable[[], None]]:
    """Show a bar with the time left; lines now and then where there is no terminal."""
    what = voice.say("operating.playing", truth=plan.truth)
    if voice.err.is_terminal:
        with voice.progress() as progress:
            task = progress.add_task(what, total=plan.trials - first)
            yield lambda: progress.advance(task)
        return
    from rich.progress import Progress, TimeRemainingColumn

    # A bar that is not drawn keeps the time all the same.
    silent = Progress(TimeRemainingColumn(), disable=True)
    task = silent.add_task(what, total=plan.trials - first, start=True)
    every = max((plan.trials - first) // _LINES, 1)

    def advance() -> None:
        silent.advance(task)
        done = int(silent.tasks[task].completed)
        if done % every == 0 or done == plan.trials - first:
            left = silent.tasks[task].time_remaining or 0
            params = {"truth": plan.truth, "done": first + done, "trials": plan.trials, "minutes": f"{left / 60:.1f}"}
            voice.err.print(voice.say("operating.line", **params), markup=False)

    yield advance


@contextmanager
def processes(dask: str, jobs: int) -> Iterator[None]:
    """Choose where trials are played: processes here, or a Dask cluster."""
    if not dask:
        yield
        return
    try:
        distributed: Any = import_module("distributed")  # its annotations are not whole
    except ImportError:
        raise ProblemsError([Problem("cli.no-dask")]) from None
    import joblib

    with ExitStack() as open_until_done:
        where = dask
        if dask == "local":
            workers = joblib.cpu_count() if jobs < 1 else jobs
            cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.ERROR
            )
            where = open_until_done.enter_context(cluster)
        try:
            open_until_done.enter_context(distributed.Client(where, timeout=20))
        except (OSError, ValueError) as error:
            raise ProblemsError([Problem("cli.no-cluster", {"address": dask, "why": str(error)[:200]})]) from None
        open_until_done.enter_context(joblib.parallel_config(backend="dask"))
        yield
