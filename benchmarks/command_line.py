"""How fast the command line answers: `equipoise --help`, the median of seven starts, beside a bare interpreter."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("equipoise")
LIMIT = 0.3


def median_seconds(*command: str, runs: int = 7) -> float:
    """Return the median wall time of a command."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> int:
    """Print the figures; fail when the limit is passed."""
    bare = median_seconds(sys.executable, "-c", "pass")
    shown = median_seconds(str(COMMAND), "--help")
    print(
        f"equipoise --help: {shown:.2f} s (limit {LIMIT} s); a bare interpreter: {bare:.2f} s; ratio {shown / bare:.1f}"
    )
    return int(shown > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
