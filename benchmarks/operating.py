"""How long two thousand trials of one truth take on two cores, and whether their rows depend on who plays them.

    python benchmarks/operating.py [--trials N] [--jobs J] [--truth NAME] [--whole]

The pace is that of N trials of 132 participants: played, analysed by the primary analysis and its companions, kept as
rows; `--whole` plays the two thousand. Then a few small trials are played in one process, in two, and on a local Dask
cluster, and the files compared.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import joblib

from equipoise.exchange.operating import Store
from equipoise.simulate.operating import Plan, played
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

LIMIT, TRIALS = 20 * 60, 2000  # seconds for so many
STUDY = Path(__file__).parent.parent / "studies" / "nct07328711"
SMALL = 6


def stored(folder: Path, plan: Plan, jobs: int) -> bytes:
    """Play a plan into a folder and return the file."""
    store = Store(folder, plan)
    store.begin()
    for row in played(plan, jobs=jobs):
        store.append(row)
    return store.path.read_bytes()


def same_bytes(study: Study, truth: str, folder: Path) -> bool:
    """Whether one process, two, and a Dask cluster give the same file."""
    from distributed import Client, LocalCluster

    plan = Plan(study, truth, 12, 1, SMALL)
    files = {stored(folder / "one", plan, 1), stored(folder / "two", plan, 2)}
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        files.add(stored(folder / "dask", plan, -1))
    return len(files) == 1


def main() -> int:
    """Measure and print; the exit code says whether the limit was kept and the bytes were the same."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--trials", type=int, default=40)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--truth", default="none")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--whole", action="store_true")
    said = asked.parse_args()
    trials = TRIALS if said.whole else said.trials
    study = read_study(STUDY)
    with tempfile.TemporaryDirectory() as folder:
        # The processes start and import first: of two thousand trials that is nothing, of forty a tenth of the time.
        stored(Path(folder) / "first", Plan(study, said.truth, 12, said.seed, 2 * said.jobs), said.jobs)
        plan = Plan(study, said.truth, study.identity.enrolment, said.seed, trials)
        begun = time.perf_counter()
        stored(Path(folder) / "measured", plan, said.jobs)
        seconds = (time.perf_counter() - begun) / trials * TRIALS
        same = same_bytes(study, said.truth, Path(folder))
    print(f"{trials} trials of {plan.participants}, {said.jobs} processes, truth {said.truth}")
    kept = {True: "pass", False: "FAIL"}
    print(f"{f'{TRIALS:,} trials, minutes':<34}{seconds / 60:>8.1f}   limit {LIMIT / 60:.0f}  {kept[seconds <= LIMIT]}")
    print(f"{'one process, two, Dask':<34}{'same' if same else 'other':>8}   bytes     {kept[same]}")
    return int(seconds > LIMIT) + int(not same)


if __name__ == "__main__":
    raise SystemExit(main())
