"""How long one trial takes: 132 participants of the reference study, played, verified, as dataset, analysed.

    python benchmarks/trial.py [--truth NAME] [--participants N] [--seed S]

Prints seconds for each step, the best and the median of five trials after one to warm up.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT = 1.0  # seconds to play a trial
REPEATS = 5
STUDY = Path(__file__).parent.parent / "studies" / "nct07328711"


def main() -> int:
    """Measure and print; the exit code says whether playing kept its limit."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--truth", default="masking")
    asked.add_argument("--participants", type=int, default=132)
    asked.add_argument("--seed", type=int, default=1)
    said = asked.parse_args()

    from equipoise.analysis.analyse import analyse
    from equipoise.conduct.verify import verify_events
    from equipoise.dataset.build import build
    from equipoise.simulate.trial import simulate_trial
    from equipoise.study.reader import read_study

    taken: dict[str, list[float]] = {"play": [], "verify": [], "dataset": [], "analysis": []}

    def timed(step: str, do: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        made = do()
        taken[step].append(time.perf_counter() - begun)
        return made

    study, events = read_study(STUDY), 0
    for number in range(REPEATS + 1):
        seed = said.seed + number
        ledger = timed("play", lambda seed=seed: simulate_trial(study, said.truth, said.participants, seed))
        timed("verify", lambda ledger=ledger: verify_events(ledger.events))
        dataset = timed("dataset", lambda ledger=ledger: build(ledger.events))
        timed("analysis", lambda dataset=dataset: analyse(dataset))
        events = len(ledger.events)
    print(f"{said.participants} participants, {events:,} events, truth {said.truth}")
    print(f"{'step':<10}{'best s':>9}{'median s':>10}")
    for step, seconds in taken.items():
        print(f"{step:<10}{min(seconds[1:]):>9.2f}{statistics.median(seconds[1:]):>10.2f}")
    return int(min(taken["play"][1:]) > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
