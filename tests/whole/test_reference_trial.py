"""The reference study from its folder to its report: the same bytes each time, and every number finds its way back."""

from __future__ import annotations

import ast
import importlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from equipoise.analysis.analyse import analyse
from equipoise.conduct.verify import Allocations, verify_events
from equipoise.core import canonical
from equipoise.core.words import LANGUAGES
from equipoise.dataset import store
from equipoise.dataset.build import build
from equipoise.exchange.history import read_history, write_history
from equipoise.report.names import Names
from equipoise.report.view import Part, View
from equipoise.report.write import make_view, write_report
from equipoise.simulate.trial import simulate_trial
from equipoise.study.model.study import Study


def test_a_history_comes_back_from_its_file_as_it_was(trial: Any, tmp_path: Path) -> None:
    write_history(tmp_path / "again.jsonl", trial.events)
    assert (tmp_path / "again.jsonl").read_bytes() == trial.history.read_bytes()
    assert read_history(tmp_path / "again.jsonl") == trial.events


def test_the_history_verifies_whole_with_every_draw(trial: Any) -> None:
    found = verify_events(trial.events)
    assert (found.problems, found.allocations, found.allocated) == ((), Allocations.VERIFIED, 26)
    assert found.head == trial.results.dataset.head == trial.events[-1].hash


def test_the_dataset_is_the_same_bytes_from_memory_and_from_the_file(trial: Any, reference: Study) -> None:
    played = build(simulate_trial(reference, "half", 26, 11).events)
    assert played.files == trial.dataset.files
    assert canonical.dumps(played.manifest) == (trial.folder / "dataset" / "manifest.json").read_bytes()


def test_the_dataset_follows_from_its_history_and_from_no_other(trial: Any, masked_trial: Any) -> None:
    assert store.verify_dataset(trial.folder / "dataset", trial.events).hash == trial.dataset.hash
    with pytest.raises(store.ProblemsError) as caught:
        store.verify_dataset(trial.folder / "dataset", masked_trial.events)
    assert "dataset.other-header" in {problem.code for problem in caught.value.problems}


def test_the_same_dataset_gives_the_same_report(trial: Any, tmp_path: Path) -> None:
    dataset = store.read(trial.folder / "dataset")
    again = write_report(analyse(dataset), dataset, tmp_path)
    assert again.page.read_bytes() == trial.written.page.read_bytes()
    assert again.results.read_bytes() == trial.written.results.read_bytes()
    for file in (again.page, again.results):  # neither where nor when it was made
        assert str(tmp_path) not in file.read_text(encoding="utf-8")


def test_another_seed_gives_another_trial(trial: Any, reference: Study) -> None:
    other = simulate_trial(reference, "half", 26, 12)
    dataset = build(other.events)
    assert other.head != trial.events[-1].hash
    assert dataset.hash != trial.dataset.hash
    changed = [name for name, data in dataset.files.items() if data != trial.dataset.files[name]]
    assert {"tables/labs.parquet", "tables/allocation.parquet", "tables/endpoints.parquet"} <= set(changed)
    assert "study/study.json" not in changed


def test_every_outcome_leads_to_an_event_of_its_participant(trial: Any) -> None:
    numbers = json.loads(trial.written.results.read_text(encoding="utf-8"))
    assert len({row["participant"] for row in numbers["endpoints"]}) == 26
    for row in [*numbers["endpoints"], *numbers["reversions"]]:
        event = trial.events[row["seq"] - 1]
        assert event.seq == row["seq"]
        assert event.stream == row["participant"], row


def test_every_row_of_every_table_leads_to_an_event_of_its_participant(trial: Any) -> None:
    for name, frame in trial.dataset.tables.items():
        for row in frame.select("participant", "seq").iter_rows():
            assert trial.events[row[1] - 1].stream == row[0], name


def test_the_counts_of_the_flow_add_up(trial: Any) -> None:
    flow, types = trial.results.flow, Counter(event.type for event in trial.events)
    assert flow.referred == types["referred"]
    assert flow.registered == types["registered"] == flow.allocated + flow.not_allocated
    assert flow.consented == types["consent_given"]
    assert flow.referred >= flow.registered >= flow.consented >= flow.assessed >= flow.allocated
    assert flow.allocated == types["allocated"] == sum(arm.allocated for arm in flow.arms) == 26
    for arm in flow.arms:
        assert arm.allocated == arm.completed + sum(each.count for each in arm.left)
        assert arm.received is None or arm.received + arm.not_received + arm.withheld == arm.allocated
    primary = {arm.arm: arm for arm in trial.results.primary.arms}
    for arm in flow.arms:
        assert primary[arm.arm].n == arm.analysed == primary[arm.arm].successes + primary[arm.arm].failures
        assert primary[arm.arm].missing == arm.missing


def test_arms_and_strata_count_the_same_people(trial: Any) -> None:
    found = trial.results.primary
    for arm, people, successes in (
        (found.arms[0], sum(row.n1 for row in found.strata), sum(row.x1 for row in found.strata)),
        (found.arms[1], sum(row.n0 for row in found.strata), sum(row.x0 for row in found.strata)),
    ):
        assert (arm.n, arm.successes) == (people, successes)


def test_every_recipe_names_the_dataset_and_a_call_that_gives_the_number_again(trial: Any) -> None:
    numbers = json.loads(trial.written.results.read_text(encoding="utf-8"))
    repeated = 0
    for analysis in numbers["analyses"]:
        recipe = analysis["recipe"]
        assert (recipe["dataset"], recipe["content_hash"]) == (trial.dataset.hash, trial.dataset.study.content_hash)
        # A call upon columns of the dataset is repeated elsewhere: `analyse --reproduce` writes them out for R.
        call = with_draws(recipe["call"], analysis["detail"])
        if analysis["estimate"] is None or analysis["note"] or "<" in call or "fit_" in call:
            continue
        found, _, test = call.partition("; p: ")
        gives = dict.fromkeys(("estimate", "low", "high", "p"), called(found))
        gives["p"] = called(test) if test else gives["p"]
        for name, found in gives.items():
            if analysis[name] is not None and hasattr(found, name):
                assert getattr(found, name) == pytest.approx(float(analysis[name]), rel=1e-12), analysis["id"]
                repeated += 1
    assert repeated >= 80
    primary = next(each for each in numbers["analyses"] if each["role"] == "primary")
    again = called(primary["recipe"]["call"])
    assert (again.estimate, again.low, again.high, again.p) == tuple(
        primary[name] for name in ("estimate", "low", "high", "p")
    )


def with_draws(call: str, detail: dict[str, Any] | None) -> str:
    """Return the call with what each completed dataset gave, which stands beside it in the results."""
    for name in ("estimates", "variances"):
        call = call.replace(f"<{name}>", str((detail or {}).get(name)))
    return call


def called(call: str) -> Any:
    """Call the function that a recipe names with the values that it states; nothing is evaluated."""
    tree = ast.parse(call, mode="eval").body
    assert isinstance(tree, ast.Call)
    module, _, name = ast.unparse(tree.func).rpartition(".")
    assert module.startswith("equipoise.")
    values = [ast.literal_eval(value) for value in tree.args]
    named = {str(each.arg): ast.literal_eval(each.value) for each in tree.keywords}
    return getattr(importlib.import_module(module), name)(*values, **named)


def test_both_languages_say_the_same_things(trial: Any) -> None:
    english, chinese = (
        make_view(Names(trial.dataset.study, trial.results, language), trial.dataset) for language in LANGUAGES
    )
    assert shape(english) == shape(chinese)
    pairs = [*zip(prose(english), prose(chinese), strict=True)]
    assert len(pairs) > 40
    for one, other in pairs:
        assert one.isascii() or not any("\u4e00" <= letter <= "\u9fff" for letter in one), one
        assert one != other
        assert any("\u4e00" <= letter <= "\u9fff" for letter in other), other


def shape(page: View) -> list[tuple[object, ...]]:
    """Return how a page is built: what stands where, whatever its words are."""
    return [(section.id, *(of_part(part) for part in section.parts)) for section in page.sections]


def of_part(part: Part) -> tuple[object, ...]:
    rows = [(len(row.cells), row.kind) for row in part.table.rows] if part.table else []
    return (part.kind, len(part.facts), rows)


def prose(page: View) -> list[str]:
    """Return the sentences and titles of a page; cells may be numbers and codes, which no language changes."""
    found = [page.kind, page.title, page.standing, *page.answer, *page.statements, page.contents, page.footer]
    for section in page.sections:
        found.append(section.title)
        for part in section.parts:
            found += [words for words in (part.text,) if words]
            found += [name for name, _, _ in part.facts]
            if part.table:
                found += [part.table.caption, part.table.head[0]] if part.table.head[0] else [part.table.caption]
            if part.drawing:
                found += [part.drawing.title, part.drawing.caption]
    return found
