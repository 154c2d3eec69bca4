"""Deliveries of a registry, on both databases. The oracle is what stands in the files, counted by hand."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
record = runpy.run_path(str(ROOT / "tests" / "exchange" / "ctgov" / "record.py"))["record"]
EXAMPLES = ROOT / "examples" / "registry"


def dated(number: str, updated: str, title: str = "Asthma", status: str = "RECRUITING") -> dict[str, Any]:
    """Return a record that was last changed on a day."""
    return record(
        number,
        identificationModule={"nctId": number, "briefTitle": title},
        statusModule={"overallStatus": status, "lastUpdatePostDateStruct": {"date": updated}},
    )


@pytest.fixture
def deliver(tmp_path: Path, database: str) -> Any:
    """Return what writes files and imports them; a value that is no text is written as JSON."""
    from equipoise.server.recruit.importing import import_files

    def delivered(files: dict[str, Any], **options: Any) -> Any:
        folder = tmp_path / "delivery"
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, content in files.items():
            (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
        return import_files([folder], **options)

    return delivered


def counts(done: Any) -> dict[str, int]:
    """Return what became of the records, without zeros."""
    return {name: count for name, count in done.counts().items() if count}


def codes(problems: Any) -> list[str]:
    """Return the names of problems."""
    return [problem.code.rpartition(".")[2] for problem in problems]


def listed(number: str) -> Any:
    """Return a listing as it is kept."""
    from equipoise.server.recruit.shown import shown

    return shown(number)


A, B, C = "NCT99000101", "NCT99000102", "NCT99000103"


def test_new_changed_the_same_and_withdrawn(deliver: Any) -> None:
    from equipoise.server.recruit.models import Listed

    first = {"a.json": dated(A, "2026-01-01"), "b.json": [dated(B, "2026-01-01"), dated(C, "2026-01-01")]}
    assert counts(deliver(first)) == {"new": 3}
    Listed.objects.update(to_match=False)
    before = dict(Listed.objects.values_list("number", "changed_at"))
    assert counts(deliver(first)) == {"same": 3}, "again does no harm"
    assert dict(Listed.objects.values_list("number", "changed_at")) == before
    assert not Listed.objects.filter(to_match=True).exists()
    second = {
        "a.json": first["a.json"],
        "b.json": [dated(B, "2026-02-01", "Stroke"), dated(C, "2026-02-01", status="WITHDRAWN")],
    }
    assert counts(deliver(second)) == {"same": 1, "changed": 1, "withdrawn": 1}
    assert set(Listed.objects.filter(to_match=True).values_list("number", flat=True)) == {B, C}
    assert listed(B).listing("en").title == "Stroke"
    assert counts(deliver(second)) == {"same": 3}


def test_what_a_complete_delivery_lacks_is_listed_no_more_and_comes_back(deliver: Any) -> None:
    both = {"a.json": [dated(A, "2026-01-01"), dated(B, "2026-01-01")]}
    deliver(both)
    assert counts(deliver({"a.json": dated(A, "2026-01-01")})) == {"same": 1}
    assert listed(B) is not None
    assert not listed(B).row.withdrawn_at
    assert counts(deliver({"a.json": dated(A, "2026-01-01")}, complete=True)) == {"same": 1, "absent": 1}
    assert listed(B).row.withdrawn_at
    assert counts(deliver({"a.json": dated(A, "2026-01-01")}, complete=True)) == {"same": 1}
    assert counts(deliver(both, complete=True)) == {"same": 1, "changed": 1}
    assert not listed(B).row.withdrawn_at


def test_nothing_is_taken_out_for_what_could_not_be_read(deliver: Any) -> None:
    deliver({"a.json": [dated(A, "2026-01-01"), dated(B, "2026-01-01")]})
    broken = record(B, identificationModule={"nctId": B})
    done = deliver({"a.json": dated(A, "2026-01-01"), "b.json": broken}, complete=True)
    assert counts(done) == {"same": 1, "refused": 1}
    assert not listed(B).row.withdrawn_at, "it was delivered"
    done = deliver({"a.json": dated(A, "2026-01-01"), "b.json": "{}"}, complete=True)
    assert done.kept_back
    assert not listed(B).row.withdrawn_at, "nobody knows what was in b.json"


def test_each_record_that_cannot_be_read_is_said_and_the_rest_goes_in(deliver: Any) -> None:
    whole = json.dumps([dated(A, "2026-01-01"), dated(B, "2026-01-01")])
    done = deliver({
        "a.json": whole[: whole.index(B) + 30], "b.json": "nonsense", "c.json": dated(C, "2026-01-01"),
        "d.json": record("NCT1"), "e.txt": "not looked at",
    })  # fmt: skip
    assert counts(done) == {"new": 2, "refused": 3}
    assert codes(done.problems) == ["cut-off", "not-json", "no-number"]
    assert (done.files, done.records) == (4, 5)
    assert listed(A) is not None
    assert listed(C) is not None


@pytest.mark.parametrize("newer_first", [True, False])
@pytest.mark.parametrize("batch", [1, 100])
def test_of_two_records_of_one_number_the_newer_is_listed(
    deliver: Any, monkeypatch: pytest.MonkeyPatch, newer_first: bool, batch: int
) -> None:
    from equipoise.server.recruit import importing

    monkeypatch.setattr(importing, "_BATCH", batch)
    pair = [dated(A, "2026-05-01", "Newer"), dated(A, "2026-01-01", "Older")]
    files = {"a.json": pair[0], "b.json": pair[1]} if newer_first else {"a.json": pair[1], "b.json": pair[0]}
    done = deliver(files)
    assert counts(done) == {"new": 1}
    assert done.twice == 1
    assert codes(done.notes) == ["record-twice"]
    assert listed(A).listing("en").title == "Newer"
    again = deliver(files)
    assert again.counts()["changed"] == 0
    assert listed(A).listing("en").title == "Newer"


def test_of_two_records_of_one_day_the_first_stays(deliver: Any) -> None:
    files = {"a.json": dated(A, "2026-05-01", "First"), "b.json": dated(A, "2026-05-01", "Second")}
    for expected in ({"new": 1}, {"same": 1}):
        assert counts(deliver(files)) == expected
        assert listed(A).listing("en").title == "First"


def test_an_older_delivery_changes_nothing(deliver: Any) -> None:
    deliver({"a.json": dated(A, "2026-05-01", "Newer")})
    done = deliver({"a.json": dated(A, "2026-01-01", "Older")})
    assert counts(done) == {"older": 1}
    assert codes(done.notes) == ["record-older"]
    assert listed(A).listing("en").title == "Newer"


def test_an_imported_record_never_takes_the_place_of_a_study_of_this_site(stage: Any, tmp_path: Path) -> None:
    from equipoise.server.recruit.actions.list_study import list_study
    from equipoise.server.recruit.importing import import_files

    (tmp_path / "a.json").write_text(json.dumps(dated("NCT07328711", "2030-01-01", "Taken over")))
    list_study(stage.study.id, shown=True)
    done = import_files([tmp_path])
    assert counts(done) == {"ours": 1}
    assert listed("NCT07328711").row.study == stage.study.id
    assert listed("NCT07328711").listing("en").title != "Taken over"
    assert counts(import_files([tmp_path], complete=True)) == {"ours": 1}


def test_a_study_of_this_site_takes_the_place_of_an_imported_record(stage: Any, tmp_path: Path) -> None:
    from equipoise.server.recruit.actions.list_study import list_study
    from equipoise.server.recruit.importing import import_files

    (tmp_path / "a.json").write_text(json.dumps(dated("NCT07328711", "2030-01-01", "Imported")))
    import_files([tmp_path])
    list_study(stage.study.id, shown=True)
    assert listed("NCT07328711").row.study == stage.study.id
    assert listed("NCT07328711").row.source == ""


def test_the_invented_studies_are_in_the_registrys_format_and_say_that_they_are_invented(database: str) -> None:
    from equipoise.server.recruit.importing import import_files

    done = import_files([EXAMPLES], invented=True)
    assert counts(done) == {"new": 11, "withdrawn": 1}
    assert not done.notes
    for path in EXAMPLES.glob("*.json"):
        found = listed(path.stem)
        for language, words in (("en", "invented"), ("zh-hans", "虚构")):
            one = found.listing(language)
            assert words in one.demonstration
            assert one.language == "en"
            assert one.title.startswith("[Demonstration]")
            assert not one.url
        text = path.read_text(encoding="utf-8")
        assert all(address.endswith("example.org") for address in _addresses(json.loads(text)))


def _addresses(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [node["email"] for key in node if key == "email"] + [
            each for inner in node.values() for each in _addresses(inner)
        ]
    return [each for inner in node for each in _addresses(inner)] if isinstance(node, list) else []


def test_the_command_tells_what_changed_and_leaves_with_one_if_a_record_was_refused(
    database: str, tmp_path: Path
) -> None:
    from typer.testing import CliRunner

    from equipoise.cli.main import app

    (tmp_path / "a.json").write_text(json.dumps([dated(A, "2026-01-01"), record("NCT1")]))

    def run(*words: str) -> Any:
        return CliRunner().invoke(app, words)

    answer = run("registry", "import", str(tmp_path), "--json")
    assert answer.exit_code == 1
    told = json.loads(answer.stdout)
    assert told["counts"]["new"] == 1
    assert told["changes"]["new"] == [A]
    assert told["problems"][0]["code"] == "exchange.ctgov.no-number"
    assert "a.json" in told["problems"][0]["words"]
    chinese = run("--language", "zh-hans", "registry", "import", str(tmp_path))
    assert chinese.exit_code == 1
    assert "无变化" in chinese.output
    (tmp_path / "a.json").write_text(json.dumps(dated(A, "2026-01-01")))
    answer = run("--language", "en", "registry", "import", str(tmp_path))
    assert answer.exit_code == 0
    assert "1 records in 1 files" in answer.output
    (tmp_path / "a.json").unlink()
    assert run("registry", "import", str(tmp_path)).exit_code == 1
