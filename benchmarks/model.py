"""How long the bootstrap of the prediction model takes: a thousand resamples, every step inside each of them.

    python benchmarks/model.py [--truth NAME] [--seed S]

The best of three runs, after one that warms up.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

LIMIT, RESAMPLES, REPEATS = 3.0, 1000, 3
STUDY = Path(__file__).parent.parent / "studies" / "nct07328711"


def main() -> int:
    """Measure and print; the exit code says whether the limit was kept."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--truth", default="half")
    asked.add_argument("--seed", type=int, default=1)
    said = asked.parse_args()

    from equipoise.dataset.build import build
    from equipoise.predict.fit import fit, prepare
    from equipoise.simulate.trial import simulate_trial
    from equipoise.study.reader import read_study

    study = read_study(STUDY)
    dataset = build(simulate_trial(study, said.truth, study.identity.enrolment, said.seed).events)
    prepared = prepare(dataset, exploratory=True)
    taken = []
    for _ in range(REPEATS + 1):
        begun = time.perf_counter()
        fitted = fit(prepared)
        taken.append(time.perf_counter() - begun)
    best = min(taken[1:])
    resamples = prepared.declared.resamples
    print(f"{len(prepared.population.people)} people, {resamples:,} resamples, {len(fitted.coef)} coefficients")
    enough = resamples >= RESAMPLES
    print(f"{'fit and bootstrap, s':<24}{best:>8.2f}   limit {LIMIT:.0f}  ", end="")
    print("pass" if best <= LIMIT and enough else "FAIL")
    return int(best > LIMIT or not enough)


if __name__ == "__main__":
    raise SystemExit(main())
