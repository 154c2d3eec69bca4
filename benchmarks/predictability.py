"""How often the next allocation can be guessed under each scheme, at the size of the reference study.

``python benchmarks/predictability.py --write`` puts the table into docs/explanation/allocation.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.random import Generator

from equipoise.randomise.draw import Scheme, advance, draw, new_state
from equipoise.randomise.schemes.minimisation import Minimisation
from equipoise.randomise.schemes.permuted_blocks import PermutedBlocks
from equipoise.randomise.schemes.shares import Shares
from equipoise.randomise.schemes.simple import Simple
from equipoise.randomise.secret import derive_secret

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "allocation.md"
BEGIN = "<!-- predictability: made by `python benchmarks/predictability.py --write`; do not edit by hand -->\n"
END = "<!-- predictability: end -->"
TRIALS, SEED = 2000, 20260201

PEOPLE = 132
# The first centre is the sponsor's hospital and recruits most; the split is an assumption of this measurement.
CENTRES = {"01": 0.35, "02": 0.17, "03": 0.14, "04": 0.12, "05": 0.12, "06": 0.10}
STRATA = {"titre": {"low": 0.3, "middle": 0.4, "high": 0.3}, "consolidation": {"short": 0.5, "long": 0.5}}
SHARES = Shares(("a", "b"), (1, 1))
CLINICAL = tuple(STRATA)
EVERY = ("centre", *CLINICAL)

SCHEMES: Mapping[str, Scheme] = {
    "simple": Simple(SHARES),
    "blocks of 4, clinical strata": PermutedBlocks(SHARES, (4,), CLINICAL),
    "blocks of 2, 4 or 6, clinical strata": PermutedBlocks(SHARES, (2, 4, 6), CLINICAL),
    "blocks of 4, centre": PermutedBlocks(SHARES, (4,), ("centre",)),
    "blocks of 2, 4 or 6, centre": PermutedBlocks(SHARES, (2, 4, 6), ("centre",)),
    "blocks of 2 or 4, centre × clinical strata": PermutedBlocks(SHARES, (2, 4), EVERY),
    "minimisation 0.7": Minimisation(SHARES, EVERY, Decimal("0.7")),
    "minimisation 0.8 (the reference study)": Minimisation(SHARES, EVERY, Decimal("0.8")),
    "minimisation 0.9": Minimisation(SHARES, EVERY, Decimal("0.9")),
    "minimisation 1, no random element": Minimisation(SHARES, EVERY, Decimal(1)),
}


@dataclass(frozen=True)
class Measured:
    """Shares of right guesses and the difference of the arms' sizes, with the Monte Carlo standard errors."""

    own_centre: float
    all_centres: float
    own_error: float
    all_error: float
    difference: float


def people(random: Generator) -> list[dict[str, str]]:
    """Return the levels of the people of one trial, in the order in which they come."""
    columns = {"centre": CENTRES, **STRATA}
    drawn = {name: random.choice(list(levels), PEOPLE, p=list(levels.values())) for name, levels in columns.items()}
    return [{name: str(values[person]) for name, values in drawn.items()} for person in range(PEOPLE)]


def groups(scheme: Scheme, person: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return what a guesser counts the arms within: the stratum of the blocks, or each margin."""
    match scheme:
        case PermutedBlocks():
            return [tuple(person[factor] for factor in scheme.factors)]
        case Minimisation():
            return [(factor, person[factor]) for factor in scheme.factors]
        case _:
            return [()]


def played(scheme: Scheme, secret: bytes, random: Generator) -> tuple[float, float, int]:
    """Return the share of right guesses, knowing the own centre or all, and the difference of the arms' sizes."""
    state = new_state(scheme)
    ahead: dict[tuple[str, ...], int] = {}  # arm a minus arm b, within a group, and within a group at a centre
    right = [0.0, 0.0]
    total = 0
    for person in people(random):
        drawn = draw(scheme, state, secret, "predictability", person)
        state = advance(scheme, state, drawn)
        step = 1 if drawn.arm == "a" else -1
        found = groups(scheme, person)
        for knows, keys in enumerate(([("at", person["centre"], *key) for key in found], found)):
            # Each margin has one vote, as in the sum of ranges that minimisation itself takes.
            lead = sum((count > 0) - (count < 0) for count in (ahead.get(key, 0) for key in keys))
            # Where no arm is behind, the guess is a coin: half a right guess, without drawing it.
            right[knows] += 0.5 if lead == 0 else float((lead < 0) == (step > 0))
            for key in keys:
                ahead[key] = ahead.get(key, 0) + step
        total += step
    return right[0] / PEOPLE, right[1] / PEOPLE, abs(total)


def measured(scheme: Scheme, trials: int, seed: int) -> Measured:
    """Return the means over trials."""
    random = np.random.default_rng(seed)
    rows = np.array([played(scheme, derive_secret(seed + trial, "predictability"), random) for trial in range(trials)])
    means = rows.mean(axis=0)
    errors = rows.std(axis=0, ddof=1) / np.sqrt(trials)
    return Measured(float(means[0]), float(means[1]), float(errors[0]), float(errors[1]), float(means[2]))


def table(results: Mapping[str, Measured], trials: int, seed: int) -> str:
    """Return the table of the docs page."""
    worst = max(max(found.own_error, found.all_error) for found in results.values())
    lines = [
        f"{trials:,} trials each, seed {seed}; standard errors are below {100 * worst:.2f} percentage points.\n",
        "| scheme | right, own centre known | right, all centres known | mean difference of the arms |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {100 * found.own_centre:.1f} % | {100 * found.all_centres:.1f} % | {found.difference:.1f} |"
        for name, found in results.items()
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and with ``--write`` put the table into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    results = {name: measured(scheme, given.trials, given.seed) for name, scheme in SCHEMES.items()}
    made = table(results, given.trials, given.seed)
    print(made)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
