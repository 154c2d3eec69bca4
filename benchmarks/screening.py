"""How fast a cohort is screened: the thirteen criteria of the reference study, on one core.

    python benchmarks/screening.py [--rows N] [--seed S] [--runs K]

Prints a table: seconds, seconds of the processor (which other work on the machine disturbs less) and peak memory
from typed Parquet and from CSV, reading the file included, and microseconds to decide and explain one person.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

# Polars counts its threads when it is first imported.
os.environ["POLARS_MAX_THREADS"] = "1"
sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "criteria"))

SIGNS = ("anti_hav_igm", "anti_hcv", "anti_hdv", "anti_hev_igm", "anti_hiv", "hbeag")
YES_NO = (
    "decompensated_cirrhosis", "severe_illness", "malignancy", "immunosuppressant_now", "ever_immunosuppressant",
    "other_liver_disease", "willing_and_compliant", "otherwise_unsuitable",
)  # fmt: skip


def write_cohort(folder: Path, rows: int, seed: int) -> None:
    """Write the same people as typed Parquet and as CSV."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(seed)

    def some(values: list[str | None], shares: list[float]) -> pl.Series:
        picked = draw.choice(len(values), rows, p=shares)
        return pl.Series(values, dtype=pl.String).gather(picked)

    def days(first: str, last: str, missing: float) -> pl.Series:
        low, high = np.datetime64(first, "D").astype(int), np.datetime64(last, "D").astype(int)
        found = pl.Series(draw.integers(low, high, rows).astype(np.int32)).cast(pl.Date)
        return found.zip_with(pl.Series(draw.random(rows) >= missing), pl.Series([None], dtype=pl.Date))

    def results(limit: float, scale: float, censored: float) -> tuple[pl.Series, pl.Series]:
        values = np.maximum(np.round(draw.lognormal(np.log(scale), 1.5, rows), 3), limit)
        is_censored = pl.Series(draw.random(rows) < censored)
        value = pl.Series(values).zip_with(~is_censored, pl.Series([limit]))
        comparator = pl.select(pl.when(is_censored).then(pl.lit("<")).otherwise(pl.lit("="))).to_series()
        shape = pl.DataFrame({"comparator": comparator, "value": value}).to_struct()
        sign = comparator.replace("=", "")
        return shape, pl.select(pl.concat_str(sign, value.cast(pl.String))).to_series()

    hbsag, hbsag_text = results(0.05, 0.02, 0.7)
    dna, dna_text = results(10, 8, 0.8)
    shared: dict[str, Any] = {
        "person": pl.select(pl.int_range(rows).cast(pl.String)).to_series(),
        "birth_date": days("1955-01-01", "2010-01-01", 0.0),
        "consent_date": days("2026-01-01", "2027-01-01", 0.05),
        "first_documented_positive": days("2010-01-01", "2026-10-01", 0.02),
        "last_immunosuppressant": days("2015-01-01", "2026-12-01", 0.95),
        "clearance_regimen": some(
            ["peginterferon", "nucleoside_analogue", "spontaneous", "unknown", None], [0.8, 0.08, 0.08, 0.02, 0.02]
        ),
        **{name: some(["negative", "positive", "unknown", None], [0.93, 0.03, 0.02, 0.02]) for name in SIGNS},
        **{name: some(["no", "yes", "declined", None], [0.93, 0.03, 0.02, 0.02]) for name in YES_NO},
        "weight": np.round(draw.normal(68, 12, rows), 2),
        "height": np.round(draw.normal(167, 8, rows), 1),
    }
    pl.DataFrame({**shared, "hbsag": hbsag, "hbv_dna": dna}).write_parquet(folder / "people.parquet")
    written = pl.DataFrame({**shared, "hbsag": hbsag_text, "hbv_dna": dna_text})
    # Some people know only the year or the month of their birth.
    birth = pl.col("birth_date").cast(pl.String)
    length = pl.Series(draw.choice([4, 7, 10], rows, p=[0.02, 0.05, 0.93]))
    written.with_columns(birth.str.head(length)).write_csv(folder / "people.csv")


def screen(path: Path, rows: int, answers: Any) -> None:
    """Screen a file in a process of its own and send back seconds, peak memory and the verdicts."""
    import numpy  # noqa: F401 - loaded before the clock starts, as the other libraries are
    import polars as pl
    from reference_rules import CODEBOOK, criteria

    from equipoise.criteria.engines.polars import assess_frame
    from equipoise.criteria.engines.table import prepare

    rules = criteria()
    began, worked = time.perf_counter(), time.process_time()
    frame = pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)
    read = time.perf_counter()
    typed = prepare(frame, CODEBOOK)
    del frame
    prepared = time.perf_counter()
    verdicts = assess_frame(rules, typed)
    done, worked = time.perf_counter(), time.process_time() - worked
    assert verdicts.height == rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    counts = dict(verdicts.get_column("verdict").cast(pl.String).value_counts().iter_rows())
    answers.put((read - began, prepared - read, done - prepared, worked, peak, counts))


def explain_one() -> tuple[float, float]:
    """Return the microseconds to decide one person with the explanation, and without (best of many rounds)."""
    from reference_rules import CODEBOOK, ELIGIBLE, criteria

    from equipoise.criteria.facts import Observation, parse_cell
    from equipoise.criteria.verdict import assess

    rules = criteria()
    read = {name: parse_cell(CODEBOOK[name], text) for name, text in {**ELIGIBLE, "hbv_dna": "<20"}.items()}
    facts = {name: (found,) for name, found in read.items() if isinstance(found, Observation)}
    best = []
    for explained in (True, False):
        spent = []
        for _ in range(30):
            began = time.perf_counter()
            for _ in range(50):
                assess(rules, facts, explained=explained)
            spent.append((time.perf_counter() - began) / 50)
        best.append(min(spent) * 1e6)
    return best[0], best[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3, help="the quickest of so many processes is printed")
    parser.add_argument("--seed", type=int, default=20260301)
    asked = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writing = processes.Process(target=write_cohort, args=(folder, asked.rows, asked.seed))
        writing.start()
        writing.join()
        print(f"{asked.rows:,} people, 13 criteria, one core, the quickest of {asked.runs}")
        print(f"{'from':<16}{'read s':>9}{'type s':>9}{'decide s':>10}{'all s':>8}{'CPU s':>8}{'peak GB':>9}")
        for file in ("people.parquet", "people.csv"):
            answers = processes.Queue()
            found = []
            for _ in range(asked.runs):
                run = processes.Process(target=screen, args=(folder / file, asked.rows, answers))
                run.start()
                found.append(answers.get())
                run.join()
            read, typed, decided, worked, peak, counts = min(found, key=lambda one: sum(one[:3]))
            total = read + typed + decided
            print(f"{file:<16}{read:>9.2f}{typed:>9.2f}{decided:>10.2f}{total:>8.2f}{worked:>8.2f}{peak:>9.2f}")
        print("verdicts (CSV): " + ", ".join(f"{verdict} {count:,}" for verdict, count in sorted(counts.items())))
    with_explanation, without = explain_one()
    print(f"one person: {with_explanation:.0f} µs explained, {without:.0f} µs decided only")


if __name__ == "__main__":
    main()
