"""Tables of people: encodings, units, and every fault of header and cells at once with line and column."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core import words
from equipoise.core.problem import ProblemsError
from equipoise.criteria.facts import Kind, Provenance, VariableType
from equipoise.exchange.limits import Faults
from equipoise.exchange.tables.people import People, read_people
from equipoise.exchange.tables.sheet import read_sheet

CODEBOOK = {
    "hbv_dna": VariableType("hbv_dna", Kind.LABORATORY, "IU/mL", limit=Decimal(10)),
    "weight": VariableType("weight", Kind.NUMBER, "kg"),
    "height": VariableType("height", Kind.NUMBER, "cm"),
    "bmi": VariableType("bmi", Kind.NUMBER, "kg/m²", rule="weight / (height / 100) ** 2"),
    "birth_date": VariableType("birth_date", Kind.DATE),
    "hbeag": VariableType("hbeag", Kind.CODE, codes=("negative", "positive")),
    "note": VariableType("note", Kind.TEXT),
}


def table(folder: Path, text: str | bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults(path: Path) -> list[tuple[str, int | None, int | None]]:
    with pytest.raises(ProblemsError) as caught:
        read_people(path, CODEBOOK)
    problems = caught.value.problems
    for problem in problems:
        for language in words.LANGUAGES:
            assert "{" not in words.say(problem, language)
    return [(p.code, p.place.line if p.place else None, p.place.column if p.place else None) for p in problems]


def people(folder: Path, text: str | bytes) -> People:
    return read_people(table(folder, text), CODEBOOK)


def test_each_value_knows_its_line(tmp_path: Path) -> None:
    read = people(tmp_path, "person,hbv_dna,birth_date\np1,<20,1985-06\n\np2,unknown,\n")
    facts = dict(read.facts())
    assert str(facts["p1"]["hbv_dna"][0].value) == "<20"
    assert facts["p1"]["hbv_dna"][0].source == "people.csv, line 2"
    assert facts["p2"]["hbv_dna"][0].provenance is Provenance.UNKNOWN
    assert facts["p2"]["birth_date"][0].provenance is Provenance.NOT_ASKED
    assert facts["p2"]["birth_date"][0].source == "people.csv, line 4"


def test_a_header_s_unit_is_converted(tmp_path: Path) -> None:
    read = people(tmp_path, "person,hbv_dna [kIU/mL],height [m]\np1,<0.02,1.7\n")
    facts = dict(read.facts())["p1"]
    assert str(facts["hbv_dna"][0].value) == "<20"
    assert facts["height"][0].value == Decimal(170)
    assert read.typed["height"].to_list() == [170.0]


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    text = (
        "person,wieght,bmi,colour_of_eyes,,hbv_dna [kg],height,height,birth_date,hbeag\n"
        "p1,70,3,x,,5,170,170,1985-13,negatve\n"
        ",70,3,x,,5,170,170,1985,negative\n"
        "p1,70,3,x,,5,abc,170,1985,negative\n"
        "p2,70,3\n"
    )
    assert faults(table(tmp_path, text)) == [
        ("exchange.unknown-column-close", 1, 2),
        ("exchange.column-derived", 1, 3),
        ("exchange.unknown-column", 1, 4),
        ("exchange.column-unnamed", 1, 5),
        ("core.bad-unit", 1, 6),
        ("exchange.column-twice", 1, 8),
        ("criteria.bad-date", 2, 9),
        ("criteria.bad-code-close", 2, 10),
        ("exchange.no-person", 3, 1),
        ("exchange.person-twice", 4, 1),
        ("criteria.bad-number", 4, 7),
        ("exchange.row-length", 5, None),
    ]


def test_a_table_without_persons(tmp_path: Path) -> None:
    assert faults(table(tmp_path, "weight\n70\n")) == [("exchange.person-missing", 1, None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    text = "person,hbv_dna,note\n张伟,未检出,乙型肝炎患者\n李娜,≤10,随访中\n"
    facts = dict(people(tmp_path, text.encode(encoding)).facts())
    assert list(facts) == ["张伟", "李娜"]
    assert str(facts["张伟"]["hbv_dna"][0].value) == "<10"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("person,note\np1,Mädchen\n".encode("latin-1"), "exchange.not-utf8"),
        (b"person,note\np1,a\x00b\n", "exchange.not-text"),
        (b"PK\x03\x04\x14\x00\xff\xfe\x00\x00\x08\x00\x01\x02\x00", None),
        (b"", "exchange.table-empty"),
        (b'person,note\np1,"open\np2,x\n', "exchange.table-quotes"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, code: str | None) -> None:
    found = faults(table(tmp_path, data))
    assert code is None or found[0][0] == code


def test_line_ends_and_separators(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        for separator in (",", ";", "\t"):
            text = end.join(separator.join(row) for row in (["person", "weight"], ["p1", "70"], ["p2", "80"]))
            assert people(tmp_path, text).typed["weight"].to_list() == [70.0, 80.0]


def test_quoted_cells_keep_their_lines(tmp_path: Path) -> None:
    text = 'person,note,weight\np1,"two\nlines, ""quoted""",70\n"p2",,abc\n'
    assert faults(table(tmp_path, text)) == [("criteria.bad-number", 4, 3)]
    read = people(tmp_path, text.replace("abc", "80"))
    assert read.frame["note"].to_list() == ['two\nlines, "quoted"', ""]


CELLS = st.text(st.sampled_from('ab",;\n x'), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_any_cells_come_back_as_the_csv_module_wrote_them(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("cells") / "cells.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["one", "two"])
        writer.writerows(rows)
    found = Faults("cells.csv")
    sheet = read_sheet(path, "cells.csv", found)
    assert found.problems == ()
    assert sheet is not None
    assert sheet.frame.rows() == rows


def test_a_typed_parquet_table(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    frame = pl.DataFrame({"person": [1, 2], "weight": [80.92, None], "hbeag": ["negative", "positive"]})
    frame.write_parquet(path)
    read = read_people(path, CODEBOOK)
    facts = dict(read.facts())
    assert facts["1"]["weight"][0].value == Decimal("80.92")
    assert "weight" not in facts["2"]
    path.write_bytes(b"no parquet")
    assert faults(path) == [("exchange.not-parquet", None, None)]
    assert faults(tmp_path / "none.csv") == [("exchange.file-unreadable", None, None)]


def test_many_faults_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"p{number},x{number}\n" for number in range(300))
    found = faults(table(tmp_path, "person,weight\n" + rows))
    assert found[0] == ("criteria.bad-number", 2, 2)
    assert found[-1][0].endswith("more-problems")
