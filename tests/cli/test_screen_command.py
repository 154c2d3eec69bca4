"""`equipoise screen`: both engines, both languages, and every fault of a table at once."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from equipoise.cli.main import app

STUDY = Path(__file__).parents[2] / "studies" / "nct07328711"
WELL = {
    "birth_date": "1986-03-12",
    "consent_date": "2026-03-10",
    "first_documented_positive": "2009",
    "clearance_regimen": "peginterferon",
    "hbsag": "<0.05",
    "hbeag": "negative",
    "hbv_dna": "<10",
    "willing_and_compliant": "yes",
    "decompensated_cirrhosis": "no",
    "anti_hav_igm": "negative",
    "anti_hcv": "negative",
    "anti_hdv": "negative",
    "anti_hev_igm": "negative",
    "anti_hiv": "negative",
    "severe_illness": "no",
    "malignancy": "no",
    "immunosuppressant_now": "",
    "last_immunosuppressant": "",
    "ever_immunosuppressant": "no",
    "other_liver_disease": "no",
    "weight": "68",
    "height": "172",
    "otherwise_unsuitable": "no",
}
NOBODY = dict.fromkeys(WELL, "")
# Who differs from WELL in what, and what follows: the verdict, and the criteria that do not pass.
PEOPLE: dict[str, tuple[Mapping[str, str], str, dict[str, str]]] = {
    "well": ({}, "eligible", {}),
    "bmi-28": ({"weight": "80.92", "height": "170"}, "eligible", {}),
    "bmi-over": ({"weight": "80.93", "height": "170"}, "not eligible", {"E7": "fail"}),
    "dna-20": ({"hbv_dna": "<20"}, "cannot tell yet", {"I4": "unknown"}),
    "dna-5": ({"hbv_dna": "<5"}, "eligible", {}),
    "dna-power": ({"hbv_dna": "5×10^2"}, "not eligible", {"I4": "fail"}),
    "not-found": ({"hbsag": "未检出", "hbv_dna": "not detected"}, "eligible", {}),
    "wide-sign": ({"hbsag": "＜0.05"}, "eligible", {}),
    "at-limit": ({"hbsag": "≤0.05"}, "cannot tell yet", {"I3": "unknown"}),
    "born-1985": ({"birth_date": "1985"}, "eligible", {}),
    "born-2008": ({"birth_date": "2008"}, "cannot tell yet", {"I1": "unknown"}),
    "six-months": (
        {"first_documented_positive": "2025-08-31", "consent_date": "2026-02-28"},
        "not eligible",
        {"I2": "fail"},
    ),
    "tests-open": (
        {"anti_hcv": "unknown", "anti_hdv": "declined", "anti_hiv": ""},
        "cannot tell yet",
        {"E3": "unknown"},
    ),
    "one-positive": ({"anti_hcv": "positive", "anti_hiv": ""}, "not eligible", {"E3": "fail"}),
    "not-judged": (
        {"willing_and_compliant": "", "otherwise_unsuitable": "unknown"},
        "needs judgement",
        {"I5": "judgement", "E8": "judgement"},
    ),
    "never-but-now": ({"immunosuppressant_now": "yes"}, "not eligible", {"E5": "fail"}),
    "never-but-once": ({"last_immunosuppressant": "2020"}, "eligible", {}),
    "never-no-consent": (
        {"consent_date": ""},
        "cannot tell yet",
        {"I1": "unknown", "I2": "unknown"},
    ),
    "on-the-day": (
        {"ever_immunosuppressant": "", "immunosuppressant_now": "no", "last_immunosuppressant": "2025-09-10"},
        "not eligible",
        {"E5": "fail"},
    ),
    "now-unknown": (
        {"ever_immunosuppressant": "unknown", "immunosuppressant_now": "declined"},
        "cannot tell yet",
        {"E5": "unknown"},
    ),
    "silent": (
        NOBODY,
        "cannot tell yet",
        {
            **dict.fromkeys(("I1", "I2", "I3", "I4", "E1", "E2", "E3", "E4", "E5", "E6", "E7"), "unknown"),
            **dict.fromkeys(("I5", "E8"), "judgement"),
        },
    ),
}
CLASHING = {"never-but-now", "never-but-once"}


def run(*arguments: object, width: int = 80) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(width)})


def write(path: Path, people: Mapping[str, Mapping[str, str]], header: Mapping[str, str] | None = None) -> Path:
    """Write people that differ from WELL; `header` renames columns."""
    names = ["person", *WELL]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([(header or {}).get(name, name) for name in names])
        for person, differs in people.items():
            writer.writerow([person, *({**WELL, **differs}[name] for name in WELL)])
    return path


def parsed(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("screen") / "people.csv"
    return write(path, {person: differs for person, (differs, _, _) in PEOPLE.items()})


@pytest.fixture(scope="module")
def explained(table: Path) -> dict[str, Any]:
    return {entry["person"]: entry for entry in parsed(run("screen", STUDY, table, "--json"))}


@pytest.fixture(scope="module")
def spoken(table: Path) -> str:
    result = run("--language", "en", "screen", STUDY, table, width=200)
    assert result.exit_code == 0
    return result.stdout


def of(person: str, page: str) -> str:
    """Return one person's part of the page."""
    return next(block for block in page.split("\n\n") if block.startswith(f"{person}  "))


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_gets_the_verdict_and_the_statuses(person: str, explained: dict[str, Any]) -> None:
    _, verdict, differing = PEOPLE[person]
    entry = explained[person]
    assert list(entry) == ["person", "verdict", "criteria"]
    assert entry["verdict"] == verdict
    found = {name: result["status"] for name, result in entry["criteria"].items()}
    assert list(found) == ["I1", "I2", "I3", "I4", "I5", "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8"]
    assert {name: status for name, status in found.items() if status != "pass"} == differing


def test_the_reasons_have_the_value_its_source_and_the_remedy(explained: dict[str, Any]) -> None:
    found = explained["dna-20"]["criteria"]["I4"]
    atom = next(part for part in found["parts"]["parts"] if part["truth"] == "unknown")
    line = list(PEOPLE).index("dna-20") + 2
    assert atom["values"][0]["value"] == "<20"
    assert atom["values"][0]["source"] == f"people.csv, line {line}"
    assert "10 IU/mL or lower" in found["remedies"][0]["words"]


def test_silence_unknown_and_declined_stay_apart(explained: dict[str, Any]) -> None:
    parts = explained["tests-open"]["criteria"]["E3"]["parts"]["parts"]
    found = {value["variable"]: value["provenance"] for part in parts for value in part["values"]}
    assert found["anti_hcv"] == "unknown"
    assert found["anti_hdv"] == "declined"
    assert found["anti_hiv"] == "not_asked"
    assert found["anti_hav_igm"] == "documented"


def test_a_contradiction_is_shown_with_its_criterion(explained: dict[str, Any], spoken: str) -> None:
    seen = {person for person, entry in explained.items() if entry["criteria"]["E5"]["contradiction"]}
    assert seen == CLASHING
    assert explained["never-but-once"]["criteria"]["E5"]["contradicting"]
    # It passes, and is shown all the same.
    assert "The record contradicts itself" in of("never-but-once", spoken)
    assert "contradicts itself" not in of("on-the-day", spoken)


def test_both_engines_agree_on_the_table(table: Path, explained: dict[str, Any]) -> None:
    fast = parsed(run("screen", STUDY, table, "--cohort", "--json"))
    assert [entry["person"] for entry in fast] == list(PEOPLE)
    for entry in fast:
        slow = explained[entry["person"]]
        assert entry["verdict"] == slow["verdict"]
        for name, result in entry["criteria"].items():
            assert result["status"] == slow["criteria"][name]["status"], (entry["person"], name)
            assert result.get("contradiction") == slow["criteria"][name].get("contradiction")


def test_the_page_says_first_what_decides(spoken: str) -> None:
    lines = of("bmi-over", spoken).splitlines()
    assert lines[0].startswith("bmi-over  not eligible  people.csv, line 4")
    assert lines[1].split()[:2] == ["fail", "E7"]
    assert "28.003 kg/m²" in lines[2]
    assert "Weight: 80.93 kg" in lines[2]
    assert lines[-1].split() == ["pass", *["I1", "I2", "I3", "I4", "I5", "E1", "E2", "E3", "E4", "E5", "E6", "E8"]]
    assert spoken.splitlines()[-1].startswith(f"{len(PEOPLE)} people")


def test_what_is_calculated_never_seems_to_lie_on_the_threshold(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", {"close": {"weight": "80.9200001", "height": "170"}})
    assert "28.00000003 kg/m²" in run("--language", "en", "screen", STUDY, path, width=200).stdout


def test_all_shows_the_passes_with_their_values(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", {"well": {}})
    result = run("--language", "en", "screen", STUDY, path, "--all", width=200)
    assert "Body mass index: 22.99 kg/m²" in result.stdout
    assert "HBV DNA: <10 IU/mL" in result.stdout


def test_chinese_is_spoken_whole_and_never_cut(table: Path) -> None:
    result = run("--language", "zh-hans", "screen", STUDY, table)
    assert result.exit_code == 0
    for words in ("不符合", "尚不能判定", "待研究者判断", "记录自相矛盾", "people.csv 第 2 行"):
        assert words in result.stdout
    assert "eligible" not in result.stdout


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_summary_of_a_cohort_fits_the_terminal(table: Path, language: str, width: int) -> None:
    from rich.cells import cell_len

    result = run("--language", language, "screen", STUDY, table, "--cohort", width=width)
    assert result.exit_code == 0
    rows = [line for line in result.stdout.splitlines() if line.startswith(("I", "E"))]
    assert len(rows) == 13 + 1  # the criteria, and the contradictions of E5
    assert all(cell_len(line.rstrip()) <= width for line in result.stdout.splitlines())
    share = f"{100 * sum(v == 'eligible' for _, v, _ in PEOPLE.values()) / len(PEOPLE):.1f} %"
    assert share in result.stdout


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("way", [(), ("--cohort",)], ids=["explained", "cohort"])
def test_statuses_are_written_to_a_file(table: Path, tmp_path: Path, suffix: str, way: tuple[str, ...]) -> None:
    out = tmp_path / "new" / f"out.{suffix}"
    parsed(run("screen", STUDY, table, "--json", "--out", out, *way))
    frame = pl.read_csv(out) if suffix == "csv" else pl.read_parquet(out)
    assert frame.columns[:3] == ["person", "verdict", "I1"]
    assert frame.width == 2 + 13
    rows = {row["person"]: row for row in frame.cast(pl.String).to_dicts()}
    assert {person: row["verdict"] for person, row in rows.items()} == {p: v for p, (_, v, _) in PEOPLE.items()}
    assert rows["not-judged"]["I5"] == "judgement"


def test_a_typed_parquet_table_is_read_like_the_csv(table: Path, tmp_path: Path, explained: dict[str, Any]) -> None:
    frame = pl.read_csv(table, infer_schema=False).with_columns(
        pl.col("weight", "height").cast(pl.Float64, strict=False),
        pl.col("consent_date").str.to_date(strict=False),
    )
    path = tmp_path / "people.parquet"
    frame.write_parquet(path)
    for way in ((), ("--cohort",)):
        found = parsed(run("screen", STUDY, path, "--json", *way))
        assert {entry["person"]: entry["verdict"] for entry in found} == {p: v for p, (_, v, _) in PEOPLE.items()}


def test_a_unit_in_the_header_is_converted(tmp_path: Path) -> None:
    people = {"low": {"hbv_dna": "0.009"}, "high": {"hbv_dna": "0.01"}, "open": {"hbv_dna": "<0.02"}}
    path = write(tmp_path / "p.csv", people, {"hbv_dna": "hbv_dna [kIU/mL]"})
    for way in ((), ("--cohort",)):
        found = parsed(run("screen", STUDY, path, "--json", *way))
        statuses = {entry["person"]: entry["criteria"]["I4"]["status"] for entry in found}
        assert statuses == {"low": "pass", "high": "fail", "open": "unknown"}


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("person,hbsag\nA,0.01\n", encoding="utf-8")
    for way in ((), ("--cohort",)):
        result = run("--language", "en", "screen", STUDY, path, *way, width=200)
        assert result.exit_code == 0
        assert "Without a column" in result.stdout
        assert "hbv_dna (HBV DNA)" in result.stdout


@pytest.mark.parametrize("way", [(), ("--cohort",)], ids=["explained", "cohort"])
def test_a_table_with_nobody_says_so(tmp_path: Path, way: tuple[str, ...]) -> None:
    path = write(tmp_path / "p.csv", {})
    assert "nobody" in run("--language", "en", "screen", STUDY, path, *way).stdout
    assert parsed(run("screen", STUDY, path, "--json", *way)) == []


@pytest.mark.parametrize("way", [(), ("--cohort",)], ids=["explained", "cohort"])
def test_all_faults_come_at_once_with_their_lines(tmp_path: Path, way: tuple[str, ...]) -> None:
    people = {"A": {"consent_date": "2026-13-01"}, "B": {"hbeag": "negativ"}, "C": {"weight": "heavy"}}
    path = write(tmp_path / "p.csv", people, {"hbv_dna": "hbv_dna [kg]", "malignancy": "malignant_ever"})
    path.write_text(path.read_text(encoding="utf-8") + ",".join(["A", *WELL.values()]) + "\n", encoding="utf-8")
    result = run("--language", "en", "screen", STUDY, path, "--json", *way)
    assert result.exit_code == 1
    found = {(p["code"], p["place"]["line"]) for p in json.loads(result.stdout)["problems"]}
    assert {
        ("core.bad-unit", 1),
        ("criteria.bad-date", 2),
        ("criteria.bad-code-close", 3),
        ("criteria.bad-number", 4),
        ("exchange.person-twice", 5),
    } <= found
    assert any(code.startswith("exchange.unknown-column") for code, _ in found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "exchange.table-empty"),
        (b"name,hbsag\nA,0.01\n", "exchange.person-missing"),
        ("person,hbsag\nJosé,0.01\n".encode("latin-1"), "exchange.not-utf8"),
        (b"PK\x03\x04 a spreadsheet of its own kind \x00", "exchange.not-text"),
    ],
    ids=["empty", "no person", "other encoding", "spreadsheet"],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    result = run("screen", STUDY, path, "--json")
    assert result.exit_code == 1
    assert code in {problem["code"] for problem in json.loads(result.stdout)["problems"]}


def test_chinese_encodings_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", {"张三": {"hbsag": "未检出"}})
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert parsed(run("screen", STUDY, path, "--json"))[0]["person"] == "张三"


def test_wrong_use_is_told_from_problems(table: Path, tmp_path: Path) -> None:
    assert run("screen", STUDY, tmp_path / "none.csv").exit_code == 2
    assert run("screen", STUDY, table, "--out", tmp_path / "out.txt").exit_code == 2
    assert run("screen", STUDY, table, "--out", table).exit_code == 2
    assert run("screen", tmp_path, table).exit_code == 1


def test_a_file_that_cannot_be_written_is_said(table: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("no folder", encoding="utf-8")
    for way in ((), ("--cohort",)):
        result = run("--language", "en", "screen", STUDY, table, "--out", tmp_path / "taken" / "out.csv", *way)
        assert result.exit_code == 1
        assert "cannot be written" in result.stderr
