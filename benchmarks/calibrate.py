"""Print the calibrated constants of a study: `python benchmarks/calibrate.py all-comers [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from equipoise.simulate.calibrate import calibrate
from equipoise.study.reader import read_study


def main() -> None:
    """Calibrate and print the constants with what they give."""
    name, *rest = sys.argv[1:]
    study = read_study(Path(rest[0] if rest else "studies/nct07328711"))
    found = calibrate(study, name)
    for constant, value in found.constants.items():
        print(f"{constant}: {value:.5g}")
    print("gives", ", ".join(f"{value:.4f}" for value in found.reached))


if __name__ == "__main__":
    main()
