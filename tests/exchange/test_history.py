"""A history as a file: the same bytes there and back, and every fault of the file at once with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from equipoise.conduct.events import GENESIS, Event
from equipoise.core.problem import Problem, ProblemsError
from equipoise.exchange.history import read_history, stream_history, write_history


def events(number: int = 5) -> list[Event]:
    made: list[Event] = []
    previous = GENESIS
    for seq in range(1, number + 1):
        bare = Event(
            study="S",
            seq=seq,
            stream="01-0001",
            version="1",
            type="item_entered",
            at="2026-01-01T00:00:00.000000Z",
            by="x",
            role="importer",
            key=f'line {seq}, "hash":"no"',
            data={"item": "hbsag", "value": "<0.05", "words": "未检出 \u2028"},
            previous=previous,
        )
        previous = bare.computed_hash()
        made.append(Event(**{**bare.envelope(), "hash": previous}))
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.jsonl"


def codes(path: Path) -> list[tuple[str, int | None]]:
    with pytest.raises(ProblemsError) as caught:
        read_history(path)
    return [(problem.code, problem.place.line if problem.place else None) for problem in caught.value.problems]


def test_there_and_back(path: Path) -> None:
    made = events()
    assert write_history(path, made) == 5
    assert read_history(path) == tuple(made)
    first = path.read_bytes()
    write_history(path, read_history(path))
    assert path.read_bytes() == first
    assert list(path.parent.iterdir()) == [path]


def test_an_edited_value_is_read_and_left_to_the_chain(path: Path) -> None:
    write_history(path, events())
    path.write_bytes(path.read_bytes().replace(b"<0.05", b"<0.04", 1))
    assert read_history(path)[0].data["value"] == "<0.04"


def test_every_fault_is_told_with_its_line(path: Path) -> None:
    write_history(path, events(8))
    lines = path.read_bytes().splitlines(keepends=True)
    record = json.loads(lines[2])
    del record["by"], record["role"]
    lines[0] = b"\n"
    lines[1] = lines[1][:50] + b"\n"
    lines[2] = json.dumps(record).encode() + b"\n"
    lines[3] = lines[3].replace(b'"seq":4', b'"seq":"4"')
    lines[4] = lines[4].replace(b'"by":"x"', b'"by": "x"')
    lines[5] = lines[5].replace(b'"by":"x"', b'"by":"y","by":"x"')
    lines[6] = lines[6].replace("未".encode(), b"\xff")
    lines[7] = lines[7].replace(b'{"at"', b'{"and":1,"at"')
    path.write_bytes(b"".join(lines) + b"[1]\n")
    assert codes(path) == [
        ("exchange.bad-json", 1),
        ("exchange.bad-json", 2),
        ("exchange.event-incomplete", 3),
        ("exchange.event-type", 4),
        ("exchange.not-canonical", 5),
        ("exchange.not-canonical", 6),
        ("exchange.history-not-utf8", 7),
        ("exchange.event-extra", 8),
        ("exchange.bad-json", 9),
    ]


def test_many_faults_are_counted(path: Path) -> None:
    path.write_text("x\n" * 250, encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        read_history(path)
    assert len(caught.value.problems) == 201
    assert caught.value.problems[-1].params["count"] == 50


def test_hostile_lines_are_refused_quickly(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("equipoise.exchange.history.read.MAX_LINE", 20_000)
    path.write_bytes(b"[" * 10_000 + b"\n" + b"x" * 50_000 + b"\n" + b"{}\n")
    assert codes(path) == [
        ("exchange.bad-json", 1),
        ("exchange.line-too-long", 2),
        ("exchange.event-incomplete", 3),
    ]


def test_an_empty_and_a_missing_file(path: Path) -> None:
    path.write_bytes(b"")
    assert codes(path) == [("exchange.history-empty", None)]
    assert codes(path.with_name("none.jsonl")) == [("exchange.file-unreadable", None)]


def test_reading_is_a_stream(path: Path) -> None:
    write_history(path, events(3))
    path.write_bytes(path.read_bytes() + b"no\n")
    found = list(stream_history(path))
    assert [type(one) for one in found] == [Event, Event, Event, Problem]
