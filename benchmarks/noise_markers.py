"""How often the look at candidate markers finds something in noise alone: the false discovery rate that is kept.

``python benchmarks/noise_markers.py --datasets 1000`` prints a table; data set i depends on the seed and on i alone.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Mapping

from joblib import Parallel, delayed

from equipoise.predict.markers_noise import NoiseCounts, NoisePlan, false_discoveries
from equipoise.predict.markers_results import FAMILIES
from equipoise.stats.proportion import wilson

SEED = 20260401
CHUNK = 10
PLANS: Mapping[str, NoisePlan] = {
    "25 markers, 20 % fail without treatment": NoisePlan(censored=0.0, missing=0.0, lost=0.0),
    "25 markers, 10 % fail without treatment": NoisePlan(censored=0.0, missing=0.0, lost=0.0, risk=0.10),
    "the same at 20 %, 30 % below the limit, 10 % missing, 8 % lost": NoisePlan(),
}


def measured(plan: NoisePlan, datasets: int, seed: int, workers: int) -> NoiseCounts:
    """Return the counts of a plan, its data sets shared out to processes."""
    begun = range(0, datasets, CHUNK)
    parts = Parallel(n_jobs=workers)(
        delayed(false_discoveries)(plan, min(CHUNK, datasets - first), seed, first) for first in begun
    )
    return sum(parts, NoiseCounts())


def within_promise(counts: NoiseCounts, rate: float) -> bool:
    """Whether neither family finds more in noise than the rate, but for three Monte Carlo standard errors."""
    allowed = rate + 3 * math.sqrt(rate * (1 - rate) / counts.datasets)
    return all(getattr(counts, f"{family}_false") / counts.datasets <= allowed for family in FAMILIES)


def rows(name: str, counts: NoiseCounts) -> list[str]:
    """Return the lines of the table for a plan."""
    lines = []
    for family in FAMILIES:
        found = wilson(getattr(counts, f"{family}_false"), counts.datasets)
        share = getattr(counts, f"{family}_below") / getattr(counts, f"{family}_tests")
        interval = f"{found.estimate:.1%} ({found.low:.1%} to {found.high:.1%})"
        lines.append(f"| {name} | {family} | {counts.datasets} | {interval} | {share:.1%} |")
    return lines


def main() -> int:
    """Print the table; the exit code is 1 where a promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    print("| data | family | data sets | with a false discovery (95 % interval) | p ≤ 0.05 |\n|---|---|---:|---:|---:|")
    kept = True
    for name, plan in PLANS.items():
        counts = measured(plan, given.datasets, given.seed, given.workers)
        kept &= within_promise(counts, plan.rate)
        print("\n".join(rows(name, counts)), flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
