"""How long one trial takes: 132 participants of the reference study, played, verified, as dataset, analysed
by the primary analysis.

    python benchmarks/trial.py [--truth NAME] [--participants N] [--seed S]

Prints the processor seconds of each step, the best and the median of five trials after one to warm up, beside what
is claimed. Seconds are of the processor, so that a busy machine counts less; where it is busy they are still longer.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMITS = {"play": 1.0}  # seconds that are claimed; of a thousand whole trials `trials.py` keeps the claim
REPEATS = 5
STUDY = Path(__file__).parent.parent / "studies" / "nct07328711"


def main() -> int:
    """Measure and print; the exit code says whether every limit was kept."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--truth", default="half")
    asked.add_argument("--participants", type=int, default=132)
    asked.add_argument("--seed", type=int, default=1)
    said = asked.parse_args()

    taken, events = measured(said.truth, said.participants, said.seed)
    taken["play, store, primary"] = [
        sum(parts) for parts in zip(taken["play"], taken["dataset"], taken["store"], taken["primary"], strict=True)
    ]
    print(f"{said.participants} participants, {events:,} events, truth {said.truth}")
    print(f"{'step':<22}{'best s':>8}{'median s':>10}{'limit s':>9}")
    failed = 0
    for step, seconds in taken.items():
        best, limit = min(seconds[1:]), LIMITS.get(step)
        verdict = "" if limit is None else f"{limit:>9.2f}  {'pass' if best <= limit else 'FAIL'}"
        failed += limit is not None and best > limit
        print(f"{step:<22}{best:>8.2f}{statistics.median(seconds[1:]):>10.2f}{verdict}")
    return failed


def measured(truth: str, participants: int, seed: int) -> tuple[dict[str, list[float]], int]:
    """Return the seconds of each step, a trial after the other (the first warms up), and the events of the last."""
    from equipoise.analysis.analyse import primary_result
    from equipoise.conduct.verify import verify_events
    from equipoise.dataset.build import build
    from equipoise.dataset.store import write
    from equipoise.simulate.trial import simulate_trial
    from equipoise.study.reader import read_study

    taken: dict[str, list[float]] = {step: [] for step in ("play", "verify", "dataset", "store", "primary")}

    def timed(step: str, do: Callable[[], Any]) -> Any:
        begun = time.process_time()
        made = do()
        taken[step].append(time.process_time() - begun)
        return made

    study, events = read_study(STUDY), 0
    for number in range(REPEATS + 1):
        ledger = timed("play", lambda seed=seed + number: simulate_trial(study, truth, participants, seed))
        timed("verify", lambda ledger=ledger: verify_events(ledger.events))
        dataset = timed("dataset", lambda ledger=ledger: build(ledger.events))
        with tempfile.TemporaryDirectory() as folder:
            timed("store", lambda dataset=dataset, folder=folder: write(dataset, Path(folder)))
        timed("primary", lambda dataset=dataset: primary_result(dataset))
        events = len(ledger.events)
    return taken, events


if __name__ == "__main__":
    raise SystemExit(main())
