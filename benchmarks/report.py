"""How long the whole answer of one trial takes: every declared analysis, and the report with its PDFs.

    python benchmarks/report.py [--truth NAME] [--participants N] [--seed S]

A first run warms up (imports, fonts, what is worked out once for a study); the second is measured.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

LIMIT = 15.0  # seconds, warm
STUDY = Path(__file__).parent.parent / "studies" / "nct07328711"


def main() -> int:
    """Measure and print; the exit code says whether the limit was kept."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--truth", default="half")
    asked.add_argument("--participants", type=int, default=132)
    asked.add_argument("--seed", type=int, default=1)
    said = asked.parse_args()

    from equipoise.analysis.analyse import analyse
    from equipoise.dataset.build import build
    from equipoise.report.write import write_report
    from equipoise.simulate.trial import simulate_trial
    from equipoise.study.reader import read_study

    study = read_study(STUDY)
    taken: dict[str, list[float]] = {"analyse": [], "report": []}
    for seed in (said.seed, said.seed + 1):
        dataset = build(simulate_trial(study, said.truth, said.participants, seed).events)
        begun = time.perf_counter()
        results = analyse(dataset)
        taken["analyse"].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            write_report(results, dataset, Path(folder))
        taken["report"].append(time.perf_counter() - begun)
    print(f"{len(results.analyses)} analyses of {said.participants} participants, truth {said.truth}")
    print(f"{'step':<20}{'first s':>9}{'warm s':>9}")
    for step, (first, warm) in taken.items():
        print(f"{step:<20}{first:>9.2f}{warm:>9.2f}")
    whole = sum(warm for _, warm in taken.values())
    print(f"{'both':<20}{sum(first for first, _ in taken.values()):>9.2f}{whole:>9.2f}   limit {LIMIT:.0f}  ", end="")
    print("pass" if whole <= LIMIT else "FAIL")
    return int(whole > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
