"""Many trials of a truth: rows that can be played again, files that survive a kill, sums that are right."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from equipoise.core.problem import ProblemsError
from equipoise.exchange.operating import Store, read_rows
from equipoise.simulate.operating import Plan, check, played, replayed
from equipoise.simulate.operating_row import ArmRow, Found, TrialRow, look_of
from equipoise.simulate.operating_summary import Summary, VisitSummary, expected_power, summarise
from equipoise.simulate.truth import TrueEffects
from equipoise.simulate.world import world_of
from equipoise.stats.power import exact_power
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "studies" / "nct07328711"
COMMAND = Path(sys.executable).with_name("equipoise")
KEPT = ROOT / "docs" / "reference" / "operating"
REFERENCE = read_study(STUDY)
TRUTHS = [truth.id for truth in REFERENCE.scenarios.truths] if REFERENCE.scenarios else []
SIZE, SEED = 12, 5


def plan(truth: str = "masking", trials: int = 5, *, size: int = SIZE, seed: int = SEED) -> Plan:
    return Plan(REFERENCE, truth, size, seed, trials)


@pytest.fixture(scope="module")
def rows() -> list[TrialRow]:
    return list(played(plan()))


def stored(folder: Path, asked: Plan, found: list[TrialRow]) -> bytes:
    store = Store(folder, asked)
    assert store.begin() == []
    for row in found:
        store.append(row)
    return store.path.read_bytes()


# --- the rows ---


def test_any_row_can_be_played_again(rows: list[TrialRow]) -> None:
    assert [row.trial for row in rows] == [0, 1, 2, 3, 4]
    assert replayed(plan(), 3) == rows[3]
    assert replayed(plan(seed=6), 3) != rows[3]
    assert list(played(plan(), first=4)) == rows[4:]


def test_a_row_counts_what_the_trial_has(rows: list[TrialRow]) -> None:
    look = look_of(REFERENCE)
    assert look.names == ("primary", "unstratified", "imputed", "week_72")
    assert (look.visits[0], look.visits[-1]) == ("week 4", "week 72")
    for row in rows:
        assert sum(arm.people for arm in row.arms.values()) == SIZE
        treated, control = (row.arms[arm] for arm in look.arms)
        assert not any(control.masked)
        assert treated.masked[0] > 0
        assert treated.masked[-1] == 0
        for arm in (treated, control):
            assert arm.successes + arm.missing <= arm.people
            assert list(arm.seen) == sorted(arm.seen)
        primary = row.found["primary"]
        assert primary.estimate is not None
        assert -1 <= primary.estimate <= 1


def test_two_processes_give_the_same_bytes(rows: list[TrialRow], tmp_path: Path) -> None:
    alone = stored(tmp_path / "alone", plan(), rows)
    assert stored(tmp_path / "two", plan(), list(played(plan(), jobs=2))) == alone


def test_a_dask_cluster_gives_the_same_bytes(rows: list[TrialRow], tmp_path: Path) -> None:
    """In a process of its own: a cluster needs sockets."""
    asked = ("--truth", "masking", "--trials", 3, "--participants", SIZE, "--seed", SEED, "--people", 1000)
    command = (
        COMMAND,
        "operating",
        STUDY,
        *asked,
        "--dask",
        "local",
        "--jobs",
        1,
        "--store",
        tmp_path / "dask",
        "--json",
    )
    told = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "masking: 3 of 3 trials" in told.stderr
    assert json.loads(told.stdout)[0]["trials"] == 3
    alone = stored(tmp_path / "alone", plan(trials=3), rows[:3])
    assert (tmp_path / "dask" / "masking.csv").read_bytes() == alone


# --- the file ---

KILLED = """
import os, signal, sys
from pathlib import Path
from equipoise.exchange.operating import Store
from equipoise.simulate.operating import Plan, played
from equipoise.study.reader import read_study
plan = Plan(read_study(Path(sys.argv[1])), "masking", 12, 5, 5)
store = Store(Path(sys.argv[2]), plan)
done = store.begin()
for row in played(plan, first=len(done)):
    store.append(row)
    if row.trial == 2:
        with store.path.open("ab") as file:
            file.write(b"3,0.12")
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_goes_on_to_the_same_bytes(rows: list[TrialRow], tmp_path: Path) -> None:
    whole = stored(tmp_path / "whole", plan(), rows)
    killed = subprocess.run([sys.executable, "-c", KILLED, STUDY, tmp_path / "cut"], check=False)
    assert killed.returncode == -signal.SIGKILL
    store = Store(tmp_path / "cut", plan())
    assert store.path.read_bytes().endswith(b"3,0.12")
    done = store.begin()
    assert done == rows[:3]
    for row in played(plan(), first=len(done)):
        store.append(row)
    assert store.path.read_bytes() == whole
    assert Store(tmp_path / "cut", plan()).begin() == rows


@pytest.mark.parametrize("length", [0, 1, 7, 60, 400, 500, 700])
def test_a_file_cut_off_anywhere_goes_on_to_the_same_bytes(rows: list[TrialRow], tmp_path: Path, length: int) -> None:
    whole = stored(tmp_path, plan(), rows)
    store = Store(tmp_path, plan())
    store.path.write_bytes(whole[:length])
    for row in rows[len(store.begin()) :]:
        store.append(row)
    assert store.path.read_bytes() == whole


def test_a_folder_of_other_trials_is_refused(rows: list[TrialRow], tmp_path: Path) -> None:
    stored(tmp_path, plan(), rows)
    for other in (plan(seed=6), plan(size=14)):
        with pytest.raises(ProblemsError, match=r"exchange\.other-plan"):
            Store(tmp_path, other)
    content = {**REFERENCE.content, "identity": {**REFERENCE.content["identity"], "title": "Another"}}
    changed = Study.model_validate(content)
    with pytest.raises(ProblemsError, match=r"exchange\.other-plan"):
        Store(tmp_path, Plan(changed, "masking", SIZE, SEED, 5))


@pytest.mark.parametrize("change", [(b"\n2,", b"\n7,"), (b"\n1,", b"\n1,x"), (b"trial", b"number")])
def test_a_file_that_was_changed_is_refused(rows: list[TrialRow], tmp_path: Path, change: tuple[bytes, bytes]) -> None:
    whole = stored(tmp_path, plan(), rows)
    store = Store(tmp_path, plan())
    store.path.write_bytes(whole.replace(*change, 1))
    with pytest.raises(ProblemsError, match=r"exchange\.bad-rows"):
        store.begin()


def test_what_cannot_be_played_is_refused_at_once() -> None:
    with pytest.raises(ProblemsError, match=r"simulate\.unknown-truth"):
        check(REFERENCE, ("none", "nothing"))
    secondary = [each.model_copy(update={"role": "secondary"}) for each in REFERENCE.endpoints.analyses]
    endpoints = REFERENCE.endpoints.model_copy(update={"analyses": tuple(secondary)})
    with pytest.raises(ProblemsError, match=r"simulate\.no-binary-primary"):
        check(REFERENCE.model_copy(update={"endpoints": endpoints}), ("none",))


# --- the sums ---

EFFECTS = TrueEffects(
    people=1000,
    sustained={"hbig": {"week 48": 0.93, "week 72": 0.9}, "control": {"week 48": 0.75, "week 72": 0.7}},
    difference={"week 48": 0.1, "week 72": 0.2},
    error={"week 48": 0.001, "week 72": 0.001},
)


def made(trial: int, estimate: float | None, p: float | None, seen: int) -> TrialRow:
    low, high = (None, None) if estimate is None else (estimate - 0.05, estimate + 0.05)
    found = Found(estimate, low, high, p)
    treated = ArmRow(10, 8, 1, 2, (0,) * 6 + (seen,), (10,) * 7, (5,) * 7)
    control = ArmRow(10, 7, 2, 0, (0,) * 6 + (5,), (10,) * 7, (0,) * 7)
    names = look_of(REFERENCE).names
    return TrialRow(trial, dict.fromkeys(names, found), {"hbig": treated, "control": control})


def test_shares_bias_and_coverage_are_counted_right() -> None:
    given = [made(0, 0.1, 0.05, 0), made(1, 0.2, 0.01, 5), made(2, -0.1, 0.04, 5), made(3, None, None, 9)]
    found = summarise(REFERENCE, "design", given, EFFECTS)
    primary = found.analyses[0]
    assert (primary.id, primary.visit, primary.true) == ("primary", "week 48", 0.1)
    assert (primary.rejects.count, primary.rejects.of) == (3, 4)
    assert primary.in_favour.count == 2
    assert primary.bias.value == pytest.approx((0 + 0.1 - 0.2) / 3)
    assert (primary.covers.count, primary.covers.of) == (1, 3)
    assert found.analyses[-1].true == 0.2
    assert found.missing == pytest.approx((0.1, 0.2))
    assert found.flagged == pytest.approx((0.2, 0.0))
    last = found.visits[-1]
    assert last.seen == pytest.approx(((0 + 5 + 5 + 9) / 40, 0.5))
    assert last.masked == (0.5, 0.0)
    assert (last.fewer.count, last.fewer.of) == (1, 2)  # two of four do not differ
    assert last.significant.count == 1  # 0 of 10 against 5 of 10
    assert math.isnan(found.visits[0].fewer.value)
    assert last.apart.low < last.apart.value < last.apart.high


def test_the_expected_power_is_that_of_the_unstratified_test_with_drop_out() -> None:
    for truth, lost in (("design", 0.0), ("design-dropout", 0.08)):
        world = world_of(REFERENCE, truth)
        found = expected_power(world, look_of(world.study), EFFECTS)
        assert found.dropout == pytest.approx((lost, lost), abs=5e-4)
        exact = exact_power(66, 66, 0.93, 0.75, dropout=found.dropout)
        assert found.score == pytest.approx(exact.power)
    assert found.score == pytest.approx(0.63, abs=0.01)


# --- a short run of every truth ---

TRIALS, PEOPLE = 12, 24
# What the trials of a seed must show: the range of the mean estimate, and of the flagged share of outcomes under HBIG.
SHORT = {
    "none": ((-0.12, 0.12), (0, 0.05)),
    "masking": ((-0.12, 0.12), (0, 0.05)),
    "half": ((-0.12, 0.2), (0, 0.05)),
    "quarter": ((-0.12, 0.2), (0, 0.05)),
    "design": ((0.08, 0.35), (0, 0.05)),
    "late-dosing": ((-0.12, 0.2), (0.6, 1)),
    "design-dropout": ((0.03, 0.35), (0, 0.05)),
    "uneven-dropout": ((-0.1, 0.25), (0, 0.05)),
}


@cache
def short(truth: str) -> Summary:
    return summarise(REFERENCE, truth, list(played(plan(truth, TRIALS, size=PEOPLE))), EFFECTS)


def early(summary: Summary) -> list[VisitSummary]:
    return [visit for visit in summary.visits if visit.visit in ("week 4", "week 8", "week 12", "week 24", "week 36")]


@pytest.mark.parametrize("truth", TRUTHS)
def test_a_short_run_comes_out_as_its_truth_says(truth: str) -> None:
    found = short(truth)
    assert found.trials == TRIALS
    low, high = SHORT[truth][0]
    assert low < found.analyses[0].bias.value + EFFECTS.difference["week 48"] < high
    least, most = SHORT[truth][1]
    assert least <= found.flagged[0] <= most
    assert found.flagged[1] == 0
    assert all(visit.masked[0] > 0.8 and visit.masked[1] == 0 for visit in early(found))
    assert found.visits[-1].masked == (0, 0)
    if truth in ("design", "design-dropout"):
        assert found.analyses[0].in_favour.count >= 2
    else:
        assert found.analyses[0].rejects.count <= 4


@pytest.mark.parametrize("truth", ["masking", "late-dosing"])
def test_what_is_hidden_is_not_seen_where_results_are_flagged(truth: str) -> None:
    hidden, plain = (sum(visit.seen[0] for visit in early(short(name))) for name in (truth, "none"))
    assert hidden < 0.8 * plain


# --- what is committed ---


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.skipif(not KEPT.exists(), reason="make check-operating has not been run")
def test_a_committed_row_is_what_is_played_now(truth: str) -> None:
    """A stale table is found: run `make check-operating` anew, in an empty folder."""
    kept = read_rows(KEPT / f"{truth}.csv", look_of(world_of(REFERENCE, truth).study))
    trial = len(kept) // 2
    people = sum(arm.people for arm in kept[trial].arms.values())
    assert replayed(Plan(REFERENCE, truth, people, 1, len(kept)), trial) == kept[trial]


@pytest.mark.skipif(not KEPT.exists(), reason="make check-operating has not been run")
def test_the_page_is_made_from_the_committed_rows() -> None:
    import runpy

    made_by = runpy.run_path(str(ROOT / "docs" / "make_operating.py"))
    study = made_by["read_study"](STUDY)
    page = made_by["page"](study, made_by["read"](study))
    assert made_by["PAGE"].read_text(encoding="utf-8") == page, "run: python docs/make_operating.py"
