"""How a design works: many trials of one truth, played and analysed by the real code, a row kept of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.core.problem import Problem, ProblemsError
from equipoise.simulate.operating_row import TrialRow, row_of
from equipoise.simulate.trial import child_of, simulate_trial, stream_trials
from equipoise.simulate.world import world_of
from equipoise.study.model.study import Study


@dataclass(frozen=True)
class Plan:
    """Which trials are played; each has its own child of the seed, so that any of them can be played by itself.

    Attributes
    ----------
    study : Study
        The study as declared.
    truth : str
        The id of one of its truths.
    participants : int
        How many are allocated in each trial.
    seed : int
        The seed of all.
    trials : int
        How many.
    """

    study: Study
    truth: str
    participants: int
    seed: int
    trials: int


def check(study: Study, truths: tuple[str, ...]) -> None:
    """Refuse what cannot be played or looked at, before hours are spent.

    Parameters
    ----------
    study : Study
        The study.
    truths : tuple of str
        The truths that are asked for.

    Raises
    ------
    ProblemsError
        If there is no primary analysis of a binary endpoint, or no such truth.
    """
    plan = study.endpoints
    estimands = {estimand.id: estimand.endpoint for estimand in plan.estimands}
    binary = {endpoint.id for endpoint in plan.endpoints if endpoint.kind == "binary"}
    if not any(each.role == "primary" and estimands[each.estimand] in binary for each in plan.analyses):
        raise ProblemsError([Problem("simulate.no-binary-primary", {"study": study.id})])
    for truth in truths:
        world_of(study, truth)


def played(plan: Plan, *, first: int = 0, jobs: int = 1) -> Iterator[TrialRow]:
    """Play the trials of a plan and give a row of each, in their order, as soon as it is there.

    The rows do not depend on how many processes play them, nor on the backend that the caller chose for joblib.

    Parameters
    ----------
    plan : Plan
        The plan.
    first : int, default 0
        The first trial: those before it are there already.
    jobs : int, default 1
        How many processes.

    Yields
    ------
    TrialRow
        The rows.
    """
    yield from stream_trials(  # type: ignore[misc]  # with `then` it gives what that makes
        plan.study, plan.truth, plan.participants, plan.seed, plan.trials, jobs=jobs, then=row_of, first=first
    )


def replayed(plan: Plan, trial: int) -> TrialRow:
    """Play one trial of a plan again.

    Parameters
    ----------
    plan : Plan
        The plan.
    trial : int
        The number of the trial.

    Returns
    -------
    TrialRow
        Its row.
    """
    return row_of(trial, simulate_trial(plan.study, plan.truth, plan.participants, child_of(plan.seed, trial)))
