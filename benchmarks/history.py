"""Measure the history: entering an item at the end of a short and of a long one, and verifying one.

Run it by itself (python benchmarks/history.py) or with all (make bench). Times are of the processor, the best of
several rounds, so that a busy machine does not change what is compared.
"""

from __future__ import annotations

import gc
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from equipoise.conduct import commands as c
from equipoise.conduct.context import Context
from equipoise.conduct.ledger import Ledger
from equipoise.conduct.verify import Verification, verify_events
from equipoise.core.problem import Problem
from equipoise.simulate.trial import simulate_trial
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[1]
LABORATORY = {
    "hbsag": "<0.05", "anti_hbs": "120", "hbv_dna": "<10", "alt": "21", "ast": "23", "albumin": "44",
    "bilirubin": "11", "platelets": "210",
}  # fmt: skip
DAY = "2026-03-02"
ENTRIES = tuple(c.Entry(item=item, value=value) for item, value in LABORATORY.items())
SHORT, LONG, ROUNDS = 1_000, 1_000_000, 400
RATIO, SPEED = 1.2, 50_000  # what is claimed: times the cost at most, events a second at least


class Bench:
    """A simulated study whose history grows by visits of people who only come and are measured."""

    def __init__(self) -> None:
        self.ledger = Ledger(read_study(ROOT / "studies" / "nct07328711"))
        self._count = 0
        self.number = ""
        self._visits = 0
        self._day = DAY
        self.do(c.PublishVersion())

    def do(self, command: c.Command) -> None:
        """Do a command that must not be refused."""
        self._count += 1
        context = Context(by="bench", role="simulator", at="2026-12-01T08:00:00.000000Z", key=f"b{self._count}")
        done = self.ledger.do(command, context)
        if isinstance(done, Problem):
            raise SystemExit(f"the benchmark is refused: {done}")
        self.number = done[0].stream

    def person(self, site: str) -> None:
        """Let a new person consent."""
        self.do(c.Register(participant="", site=site, on=DAY))
        self.do(c.GiveConsent(participant=self.number, document="1.0", language="en", on=DAY, age=40))
        self._visits = 0

    def visit(self) -> None:
        """Record the next unscheduled visit of the person."""
        self._visits += 1
        self._day = (date.fromisoformat(DAY) + timedelta(days=7 * self._visits)).isoformat()
        self.do(c.RecordVisit(participant=self.number, visit=f"unscheduled-{self._visits}", on=self._day))

    def enter(self) -> None:
        """Enter a laboratory form of eight items at the visit."""
        visit = f"unscheduled-{self._visits}"
        self.do(c.EnterItems(participant=self.number, visit=visit, form="laboratory", on=self._day, entries=ENTRIES))

    def grow(self, events: int) -> None:
        """Grow the history to a number of events."""
        sites = [site.id for site in self.ledger.study.protocol.study.identity.sites]
        while len(self.ledger.events) < events:
            self.person(sites[self._count % len(sites)])
            for _ in range(12):
                self.visit()
                self.enter()

    def cost(self) -> float:
        """Return the microseconds that entering one item costs at the end of this history."""
        best = float("inf")
        for _ in range(ROUNDS // 8):
            self.person("01")
            spent = 0.0
            for _ in range(8):
                self.visit()
                began = time.process_time()
                self.enter()
                spent += time.process_time() - began
            best = min(best, spent / 8 / len(ENTRIES))
        return best * 1e6


def verified() -> tuple[float, Verification]:
    """Return the events a second at which a simulated trial is verified, draws and verdicts included."""
    study = read_study(ROOT / "studies" / "nct07328711")
    truth = study.scenarios.truths[0].id if study.scenarios else ""
    events = tuple(simulate_trial(study, truth, study.identity.enrolment, 1).events)
    speed = 0.0
    for _ in range(5):
        began = time.process_time()
        found = verify_events(events)
        speed = max(speed, len(events) / (time.process_time() - began))
    return speed, found


def main() -> int:
    """Print the figures; the exit code says whether they keep what the docs claim."""
    long = int(sys.argv[1]) if len(sys.argv) > 1 else LONG
    bench = Bench()
    bench.grow(SHORT)
    gc.collect()
    gc.freeze()
    gc.disable()
    short = bench.cost()
    speed, found = verified()
    bench.grow(long)
    at_the_end = bench.cost()
    ratio = at_the_end / short
    whole = f"whole, allocations {found.allocations}" if found.is_whole else str(found.problems)
    kept = {True: "pass", False: "FAIL"}
    print(f"{'entering an item':<34}{'µs':>9}")
    print(f"{f'after {SHORT:,} events':<34}{short:>9.1f}")
    print(f"{f'after {len(bench.ledger.events):,} events':<34}{at_the_end:>9.1f}")
    print(f"{'times the cost':<34}{ratio:>9.2f}   limit {RATIO}  {kept[ratio <= RATIO]}")
    print(
        f"{f'verifying {found.events:,}, events a second':<34}{speed:>9,.0f}   limit {SPEED:,}  {kept[speed >= SPEED]}"
    )
    print(f"{'the history is':<34} {whole}")
    return 0 if ratio <= RATIO and speed >= SPEED and found.is_whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
