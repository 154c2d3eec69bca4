"""Run every benchmark and print its figures, one after the other (`make bench`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ORDER = (
    "command_line",
    "screening",
    "history",
    "trial",
    "trials",
    "operating",
    "report",
    "model",
    "records",
    "finder",
    "matching",
    "enquiries",
)
FEWER = {"trials": ("--trials", "60")}  # by itself it plays the thousand


def main() -> int:
    """Run the benchmarks in order; the exit code is the number that failed."""
    failed = 0
    for name in ORDER:
        print(f"\n== {name} ==", flush=True)
        failed += (
            subprocess.run([sys.executable, str(HERE / f"{name}.py"), *FEWER.get(name, ())], check=False).returncode
            != 0
        )
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
