"""How long many trials take: played, made whole datasets of, stored, and analysed by the primary analysis.

    python benchmarks/trials.py [--trials N] [--jobs J] [--truth NAME] [--seed S]

Prints seconds, trials a second, what a thousand take at this pace, and how often the primary analysis rejects. The
claim is a thousand trials of 132 participants on two cores in eight minutes; `--trials 20` gives a first idea of it.
The same seed plays the same trials.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from equipoise.conduct.ledger import Ledger

LIMIT = 8 * 60  # seconds for a thousand
STUDY = Path(__file__).parent.parent / "studies" / "nct07328711"


def primary(_: int, ledger: Ledger) -> float:
    """Write the dataset of a trial, and return the p value of its primary analysis."""
    from equipoise.analysis.analyse import primary_result
    from equipoise.dataset.build import build
    from equipoise.dataset.store import write

    dataset = build(ledger.events)
    with tempfile.TemporaryDirectory() as folder:
        write(dataset, Path(folder))
    first = primary_result(dataset)
    return 1.0 if first.p is None else first.p


def main() -> int:
    """Measure and print; the exit code says whether the limit was kept."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--trials", type=int, default=1000)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--truth", default="none")
    asked.add_argument("--participants", type=int, default=132)
    asked.add_argument("--seed", type=int, default=1)
    said = asked.parse_args()

    from equipoise.simulate.trial import simulate_trials
    from equipoise.study.reader import read_study

    study = read_study(STUDY)
    # The processes start and import first: of a thousand trials that is nothing, of twenty a fifth of the time.
    simulate_trials(study, said.truth, 4, said.seed, 2 * said.jobs, jobs=said.jobs, then=primary)
    begun = time.perf_counter()
    found = simulate_trials(study, said.truth, said.participants, said.seed, said.trials, jobs=said.jobs, then=primary)
    seconds = time.perf_counter() - begun
    rejected = sum(isinstance(p, float) and p < 0.05 for p in found)
    thousand = seconds / said.trials * 1000
    verdict = "pass" if thousand <= LIMIT else "FAIL"
    print(f"{said.trials} trials of {said.participants}, {said.jobs} processes, truth {said.truth}")
    print(f"{'trials a second':<22}{said.trials / seconds:>8.2f}")
    print(f"{'a thousand, minutes':<22}{thousand / 60:>8.1f}   limit {LIMIT / 60:.1f}  {verdict}")
    print(f"{'primary p < 0.05':<22}{rejected:>8} of {said.trials}")
    return int(thousand > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
