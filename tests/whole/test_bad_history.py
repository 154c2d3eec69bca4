"""Histories that were tampered with, damaged or mixed up: the command names the guilty event, in words, and ends with 1."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from equipoise.conduct.events import Event
from equipoise.exchange.history.write import line_of

Lines = list[bytes]
AT = 1200  # the event that is touched: an ordinary one in the middle


def remade(events: Sequence[Event], first: int) -> Lines:
    """Return the lines of a history whose chain was made anew from an event on, as a skilled forger would."""
    lines = [line_of(event) for event in events[: first - 1]]
    previous = events[first - 2].hash if first > 1 else events[0].previous
    for event in events[first - 1 :]:
        made = event._replace(previous=previous, hash="")
        made = made._replace(hash=made.computed_hash())
        lines.append(line_of(made))
        previous = made.hash
    return lines


@pytest.fixture(scope="session")
def lines(trial: Any) -> Lines:
    return trial.history.read_bytes().splitlines(keepends=True)


@pytest.fixture
def verified(command: Callable[..., Any], tmp_path: Path) -> Callable[..., str]:
    """Write a history, verify it on the command line, and return what is told; it must fail, and change nothing."""

    def run(found: Lines | bytes, *arguments: object) -> str:
        data = found if isinstance(found, bytes) else b"".join(found)
        path = tmp_path / "history.jsonl"
        path.write_bytes(data)
        told = command("verify", path, *arguments)
        assert told.exit_code == 1, told.stdout
        assert path.read_bytes() == data
        assert "Traceback" not in told.output
        return str(told.stdout)

    return run


def test_an_edited_row(lines: Lines, verified: Callable[..., str], trial: Any) -> None:
    at = next(event.seq for event in trial.events[AT:] if event.data.get("item") == "hbsag")
    edited = lines[at - 1].replace(b'"value":"', b'"value":"9')
    told = verified([*lines[: at - 1], edited, *lines[at:]])
    assert f"Event {at} ({trial.events[at - 1].stream}) was edited" in told


def test_a_missing_row(lines: Lines, verified: Callable[..., str]) -> None:
    assert f"Event {AT} is missing" in verified([*lines[: AT - 1], *lines[AT:]])


def test_a_missing_beginning(lines: Lines, verified: Callable[..., str]) -> None:
    assert "event 3" in verified(lines[2:])


def test_a_doubled_row(lines: Lines, verified: Callable[..., str]) -> None:
    told = verified([*lines[:AT], lines[AT - 1], *lines[AT:]])
    assert f"Event {AT} " in told
    assert "twice" in told


def test_swapped_rows(lines: Lines, verified: Callable[..., str]) -> None:
    told = verified([*lines[: AT - 1], lines[AT], lines[AT - 1], *lines[AT + 1 :]])
    assert f"Event {AT + 1} stands where event {AT} belongs" in told


def test_a_row_that_was_made_anew_with_its_hash(lines: Lines, verified: Callable[..., str], trial: Any) -> None:
    event = trial.events[AT - 1]
    made = event._replace(by="somebody-else", hash="")
    told = verified([*lines[: AT - 1], line_of(made._replace(hash=made.computed_hash())), *lines[AT:]])
    assert f"vent {AT} " in told


def test_a_slot_given_twice_with_the_whole_chain_made_anew(verified: Callable[..., str], trial: Any) -> None:
    first, second = [event for event in trial.events if event.type == "allocated"][:2]
    events = list(trial.events)
    events[second.seq - 1] = second._replace(data={**second.data, "slot": first.data["slot"]})
    told = verified(remade(events, second.seq))
    assert f"vent {second.seq} " in told
    assert first.stream in told


def test_an_arm_changed_with_the_whole_chain_made_anew(verified: Callable[..., str], trial: Any) -> None:
    given = [event for event in trial.events if event.type == "allocated"][-1]
    arm = {"hbig": "control", "control": "hbig"}[given.data["arm"]]
    events = list(trial.events)
    events[given.seq - 1] = given._replace(data={**given.data, "arm": arm})
    told = verified(remade(events, given.seq))
    assert f"vent {given.seq} " in told or given.stream in told


def test_a_truncated_last_line(lines: Lines, verified: Callable[..., str]) -> None:
    told = verified(b"".join(lines)[:-40])
    assert f"history.jsonl:{len(lines)}" in told


def test_another_encoding_is_said_once(lines: Lines, verified: Callable[..., str]) -> None:
    told = verified(b"".join(lines[:50]).decode().encode("utf-16"))
    assert told.count("mistake") == 1
    assert "history.jsonl:1: The history is not in UTF-8" in told


def test_a_byte_of_another_encoding_is_found_at_its_line_and_column(lines: Lines, verified: Callable[..., str]) -> None:
    told = verified([*lines[:6], b'{"at":"\xff"}\n', *lines[7:20]])
    assert "history.jsonl:7:8: The history is not in UTF-8" in told


def test_garbage_is_told_line_by_line(verified: Callable[..., str]) -> None:
    told = verified(b"\x00\x01\x02\nnonsense\n[1, 2]\n{}\n")
    assert [f"history.jsonl:{number}" in told for number in (1, 2, 3, 4)] == [True] * 4


def test_an_empty_file(verified: Callable[..., str]) -> None:
    assert "history.jsonl" in verified(b"")


def test_a_file_of_brackets_is_refused_quickly(verified: Callable[..., str]) -> None:
    assert "history.jsonl:1" in verified(b"[" * 1_000_000)


def test_an_event_with_a_field_too_many_or_too_few(lines: Lines, verified: Callable[..., str]) -> None:
    record = json.loads(lines[4])
    few = {name: value for name, value in record.items() if name != "by"}
    rows = [
        json.dumps(each, sort_keys=True, separators=(",", ":")).encode() + b"\n" for each in (few, {**record, "x": 1})
    ]
    told = verified([*lines[:4], *rows])
    assert "history.jsonl:5: The event lacks by" in told
    assert "history.jsonl:6" in told


def test_two_studies_mixed(lines: Lines, verified: Callable[..., str], masked_trial: Any) -> None:
    other = masked_trial.history.read_bytes().splitlines(keepends=True)
    assert "vent" in verified([*lines[:40], *other[40:80]])
    assert "vent" in verified([*lines, *other])


def test_two_studies_mixed_with_the_chain_made_anew(
    verified: Callable[..., str], trial: Any, masked_trial: Any
) -> None:
    stranger = masked_trial.events[60]._replace(seq=41)
    told = verified(remade([*trial.events[:40], stranger], 41))
    assert "demo-migraine" in told


def test_events_cut_off_at_the_end_do_not_give_the_dataset(
    lines: Lines, command: Callable[..., Any], trial: Any, tmp_path: Path
) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"".join(lines[:-1]))
    assert command("verify", path).exit_code == 0  # by itself it is whole, and not yet revealed
    told = command("verify", trial.folder / "dataset", "--history", path)
    assert told.exit_code == 1
    assert "history_head" in told.stdout


def test_a_tampered_signature_is_found_though_the_dataset_does_not_carry_it(
    lines: Lines, command: Callable[..., Any], trial: Any, tmp_path: Path
) -> None:
    signed = next(event for event in trial.events if event.type == "signed")
    found = list(lines)
    found[signed.seq - 1] = lines[signed.seq - 1].replace(b'"by":"', b'"by":"x')
    (tmp_path / "history.jsonl").write_bytes(b"".join(found))
    told = command("verify", trial.folder / "dataset", "--history", tmp_path / "history.jsonl")
    assert told.exit_code == 1
    assert f"Event {signed.seq} " in told.stdout


def test_a_program_reads_the_same_as_json(lines: Lines, verified: Callable[..., str]) -> None:
    found = json.loads(verified([*lines[: AT - 1], *lines[AT:]], "--json"))
    assert found["problems"][0]["code"] == "conduct.missing-row"
    assert found["problems"][0]["params"]["seq"] == AT
    found = json.loads(verified(b"nonsense\n", "--json"))
    assert found["problems"][0]["place"] == {"file": "history.jsonl", "line": 1}


def test_the_words_are_chinese_for_who_reads_chinese(lines: Lines, command: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").write_bytes(b"".join([*lines[:9], *lines[10:]]))
    told = command("verify", tmp_path / "history.jsonl", language="zh-hans")
    assert told.exit_code == 1
    assert "错误" in told.stdout
    assert "10" in told.stdout
