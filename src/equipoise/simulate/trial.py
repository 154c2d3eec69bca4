"""A whole trial, played from its first referral to the reveal of its allocation; and many of them."""

from __future__ import annotations

import heapq
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any, TypeVar

import numpy as np

from equipoise.conduct.commands import (
    CommitAllocation,
    CommitDeclarations,
    Freeze,
    Lock,
    PublishVersion,
    RegisterKits,
    RevealAllocation,
)
from equipoise.conduct.events import Event
from equipoise.conduct.ledger import Ledger
from equipoise.core.collector import collector_at_rest
from equipoise.core.problem import Problem, ProblemsError
from equipoise.randomise.secret import derive_secret
from equipoise.simulate.play.arrival import live
from equipoise.simulate.play.door import Days, Dice, Door, History
from equipoise.simulate.play.people import Batch, draw_batch
from equipoise.simulate.play.person import Person
from equipoise.simulate.play.slips import Slips
from equipoise.simulate.play.stage import Stage
from equipoise.simulate.world import World, enlarged, world_of
from equipoise.study.model.study import Study

Seed = int | np.random.SeedSequence
T = TypeVar("T")

_MORE = 1.9  # referrals for each person wanted: what two in three declining or failing would use up
_LEAST = 24  # people drawn at a time
_BARREN = 40  # referrals for each person wanted, after which the scenarios must be wrong
_CLOSING_DAYS = 14


def simulate_trial(study: Study, truth: str, participants: int, seed: Seed) -> Ledger:
    """Play a trial until everybody who is wanted has been allocated, followed, and the allocation revealed.

    Every step is a command of `conduct`, by its own rules; nothing is written past it.

    Parameters
    ----------
    study : Study
        The study. A truth may change its calendar, and more participants than its enrolment enlarge that.
    truth : str
        The id of a truth of its scenarios.
    participants : int
        How many are allocated, exactly.
    seed : int or SeedSequence
        The same seed gives the same bytes.

    Returns
    -------
    Ledger
        The history.

    Raises
    ------
    ProblemsError
        If there is no such truth, or the scenarios do not fit the study.
    """
    if participants < 1:
        raise ProblemsError([Problem("simulate.bad-size", {"participants": participants})])
    world = enlarged(world_of(study, truth), participants)
    sequence = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    number = int.from_bytes(sequence.generate_state(4).tobytes(), "little")
    secret = derive_secret(number, study.id)
    start = date.fromisoformat(world.scenarios.recruitment.start)
    ledger = Ledger(world.study)
    stage, people = _stage(world, participants, sequence, Door(ledger, secret, start))
    with collector_at_rest():
        _open(stage, _named(sequence))
        for _ in _play(stage, people):
            pass
        _close(stage)
    return ledger


@dataclass(frozen=True)
class Running:
    """Where a trial that goes on is written, and from when to when it is played.

    Parameters
    ----------
    history : History
        What is written to.
    together : callable
        A context in which what is done at one visit happens as one.
    secret : bytes
        The allocation secret; one that nobody can derive from the seed, because the trial goes on.
    start : date
        The first day of recruitment.
    until : datetime
        The moment, with its zone, at which play ends.
    """

    history: History
    together: Callable[[], AbstractContextManager[object]]
    secret: bytes
    start: date
    until: datetime


def simulate_running(study: Study, truth: str, participants: int, seed: int, running: Running) -> Iterator[float]:
    """Play a trial up to a moment in the midst of it, as `simulate_trial` does; nothing is closed or revealed.

    Parameters
    ----------
    study, truth, participants, seed
        As of `simulate_trial`.
    running : Running
        Where it is written, and from when to when.

    Yields
    ------
    float
        The share of the time that has been played.

    Raises
    ------
    ProblemsError
        If there is no such truth, or the scenarios do not fit the study.
    """
    world = enlarged(world_of(study, truth), participants)
    sequence = np.random.SeedSequence(seed)
    door = Door(running.history, running.secret, running.start, running.together)
    stage, people = _stage(world, participants, sequence, door)
    midnight = datetime.combine(running.start, datetime.min.time(), UTC)
    until = int((running.until - midnight).total_seconds())
    with door.together():
        _open(stage, _named(sequence))
    for second in _play(stage, people, until):
        yield min(1.0, max(0.0, second / until))


def _stage(
    world: World, participants: int, sequence: np.random.SeedSequence, door: Door
) -> tuple[Stage, np.random.SeedSequence]:
    play, people = sequence.spawn(2)
    days, dice = Days(door.start, world.study), Dice(np.random.default_rng(play))
    return Stage(world, door, days, dice, Slips(world, days, dice), door.secret, participants), people


def _named(sequence: np.random.SeedSequence) -> str:
    """Return the seed as a person gives it: a number, and for one trial of many its place among them."""
    return "/".join(str(part) for part in (sequence.entropy, *sequence.spawn_key))


def _open(stage: Stage, seed: str) -> None:
    study, early = stage.world.study, -86_400
    stage.door.do(early, PublishVersion(truth=stage.world.truth.id, seed=seed), study)
    stage.door.do(early, CommitAllocation())
    stage.door.do(early, CommitDeclarations())
    for product in study.identity.products:
        if product.kit:
            said = stage.world.dosing.get(product.id)
            share = said.kits if said and said.kits else 8 * stage.wanted
            for site in study.identity.sites:
                kits = tuple(f"{site.id}{number:05d}" for number in range(1, share + 1))
                stage.door.do(early, RegisterKits(site=site.id, product=product.id, kits=kits))


def _play(stage: Stage, seed: np.random.SeedSequence, until: int | None = None) -> Iterator[int]:
    """Let people live side by side, each step in the order of its moment, which is yielded before it."""
    batches = _batches(stage, seed)
    agenda: list[tuple[int, int, Person, Iterator[int]]] = []
    count, coming = 0, next(batches)
    row = 0
    while True:
        # People are met in the order of their referral, so that nobody is drawn who is not needed.
        while not stage.is_full and (not agenda or agenda[0][0] >= _first(stage, coming, row)):
            person = Person(stage, coming, row)
            count, row = count + 1, row + 1
            _next(agenda, person, live(person), count)
            if row == coming.cohort.size:
                coming, row = next(batches), 0
        if not agenda or (until is not None and agenda[0][0] > until):
            return
        second, number, person, life = heapq.heappop(agenda)
        yield second
        _next(agenda, person, life, number)


def _first(stage: Stage, batch: Batch, row: int) -> int:
    site = str(batch.cohort.names["centre"][row])
    return stage.days.morning(site, int(batch.cohort.referred[row]))


def _next(agenda: list[Any], person: Person, life: Iterator[int], number: int) -> None:
    with person.stage.door.together():
        day = next(life, None)
    if day is not None:
        heapq.heappush(agenda, (person.stage.days.morning(person.site, day), number, person, life))


def _batches(stage: Stage, seed: np.random.SeedSequence) -> Iterator[Batch]:
    since, drawn = 0, 0
    while True:
        size = max(int(_MORE * (stage.wanted - stage.allocated)), _LEAST)
        if drawn > _BARREN * stage.wanted + 10 * _LEAST:
            params = {"referred": stage.referred, "allocated": stage.allocated}
            raise ProblemsError([Problem("simulate.nobody-eligible", params)])
        batch = draw_batch(stage.world, size, since, np.random.default_rng(seed.spawn(1)[0]))
        since, drawn = batch.last_referral, drawn + size
        yield batch


def _close(stage: Stage) -> None:
    site = stage.world.study.identity.sites[0].id
    second = stage.days.morning(site, stage.last_day + _CLOSING_DAYS)
    stage.door.do(second, Freeze())
    stage.door.do(second, Lock(reason="all queries are closed"))
    stage.door.do(second, RevealAllocation())


def simulate_trials(
    study: Study,
    truth: str,
    participants: int,
    seed: int,
    trials: int,
    *,
    jobs: int = 1,
    then: Callable[[int, Ledger], T] | None = None,
) -> list[T | Sequence[Event]]:
    """Play many trials, side by side; the results do not depend on how many at a time.

    Parameters
    ----------
    study : Study
        The study.
    truth : str
        The id of a truth.
    participants : int
        How many are allocated in each.
    seed : int
        The seed; each trial has a child of its own.
    trials : int
        How many trials.
    jobs : int, default 1
        How many processes.
    then : callable, optional
        What is made of each trial (its number from 0, its ledger) where it was played, because a history is large:
        a function that can be pickled. Without it the events are returned.

    Returns
    -------
    list
        What `then` makes, or the events, a trial.
    """
    return list(stream_trials(study, truth, participants, seed, trials, jobs=jobs, then=then))


def stream_trials(
    study: Study,
    truth: str,
    participants: int,
    seed: int,
    trials: int,
    *,
    jobs: int = 1,
    then: Callable[[int, Ledger], T] | None = None,
    first: int = 0,
) -> Iterator[T | Sequence[Event]]:
    """Play many trials as `simulate_trials` does, and give each as soon as it and those before it are done.

    Where the caller has chosen a backend (`joblib.parallel_config`), it is used: a Dask cluster gives the same.

    Parameters
    ----------
    study, truth, participants, seed, trials, jobs, then
        As of `simulate_trials`.
    first : int, default 0
        The number of the first trial that is played; those before it are left out.

    Yields
    ------
    object
        What `then` makes, or the events, in the order of the trials.
    """
    from joblib import Parallel, delayed

    carried, make = pickle.dumps(study), then or _events
    # A trial takes longer than the 50 ms below which handing out tasks costs more than it gains.
    tasks = (
        delayed(_one)(carried, truth, participants, child_of(seed, number), partial(make, number))
        for number in range(first, trials)
    )
    yield from Parallel(n_jobs=jobs, return_as="generator")(tasks)


def child_of(seed: int, number: int) -> np.random.SeedSequence:
    """Return the seed of one of many trials, as `SeedSequence.spawn` numbers them.

    Parameters
    ----------
    seed : int
        The seed of all.
    number : int
        Its place among them, from 0.

    Returns
    -------
    SeedSequence
        The trial's own.
    """
    return np.random.SeedSequence(seed, spawn_key=(number,))


def _one(
    carried: bytes, truth: str, participants: int, seed: np.random.SeedSequence, make: Callable[[Ledger], Any]
) -> Any:
    # Until the trial is let go: switched on with a history in hand, the collector would look through all of it.
    with collector_at_rest():
        return make(simulate_trial(_unpacked(carried), truth, participants, seed))


@lru_cache(maxsize=4)
def _unpacked(carried: bytes) -> Study:
    """Return a study as it was packed: a process unpacks it once, and not with every trial.

    Its canonical content would not do: that sorts what the draws take in the order in which it was declared.
    """
    study: Study = pickle.loads(carried)  # noqa: S301 - packed by `stream_trials`, as joblib packs any task
    return study


def _events(_: int, ledger: Ledger) -> Sequence[Event]:
    return list(ledger.events)
