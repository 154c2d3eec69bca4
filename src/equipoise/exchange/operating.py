"""The rows of many simulated trials as a folder: `plan.json`, `truths.json`, and a CSV file for each truth.

Rows stand in the order of their trials and are appended as they are done. Whatever moment a run is stopped at, the
next one goes on behind the last whole row, and the file comes out the same to the byte.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from equipoise.core import canonical
from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.simulate.operating import Plan
from equipoise.simulate.operating_row import ArmRow, Found, Look, TrialRow, look_of
from equipoise.simulate.truth import TrueEffects
from equipoise.simulate.world import world_of
from equipoise.study.model.study import Study

PLAN, TRUTHS = "plan.json", "truths.json"
_FORMAT = 2  # 1: played from a study whose shares were sorted, so that no row could be played again
_SERIES = ("seen", "results", "masked")  # one figure a visit, apart by spaces


class Store:
    """The folder of one study's rows. Raises ProblemsError if it holds rows of another study, seed or size."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self._plan = plan
        self._look = look_of(world_of(plan.study, plan.truth).study)
        self._said = {
            "format": _FORMAT,
            "study": plan.study.id,
            "version": plan.study.version,
            "played": _played(plan.study),
            "participants": plan.participants,
            "seed": plan.seed,
            "analyses": list(self._look.names),
            "visits": list(self._look.visits),
        }
        path = folder / PLAN
        if path.exists():
            self._compare(_json(path))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            _write_json(path, self._said)

    def _compare(self, stated: Mapping[str, Any]) -> None:
        for name, value in self._said.items():
            if stated.get(name) != value:
                params = {"what": name, "stated": str(stated.get(name)), "asked": str(value)}
                raise ProblemsError([Problem("exchange.other-plan", params, Place(PLAN))])

    @property
    def path(self) -> Path:
        """The file of the plan's truth."""
        return self.folder / f"{quote(self._plan.truth, safe='')}.csv"

    def begin(self) -> list[TrialRow]:
        """Return the rows that are there, and make the file ready for the next one: a row half written is cut off."""
        header = _line(_columns(self._look)).encode()
        data = self.path.read_bytes() if self.path.exists() else b""
        if header.startswith(data):  # nothing yet, or stopped within its first line
            self.path.write_bytes(header)
            return []
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            self.path.write_bytes(data[:whole])
        return read_rows(self.path, self._look)

    def append(self, row: TrialRow) -> None:
        """Add the next row, whole."""
        with self.path.open("ab", buffering=0) as file:
            file.write(_line(_cells(row)).encode())

    # --- the truths -----------------------------------------------------------------------------------------------

    def true_effects(self, people: int, seed: int) -> TrueEffects | None:
        """Return what is kept of the truth's true differences, where they rest on as many people and the seed."""
        path = self.folder / TRUTHS
        kept = _json(path) if path.exists() else {}
        found = kept.get("truths", {}).get(self._plan.truth)
        if found is None or (kept["people"], kept["seed"]) != (people, seed):
            return None
        return TrueEffects(people=people, **found)

    def keep_truth(self, effects: TrueEffects, seed: int) -> None:
        """Keep the true differences of the plan's truth."""
        path = self.folder / TRUTHS
        kept = _json(path) if path.exists() else {}
        same = (kept.get("people"), kept.get("seed")) == (effects.people, seed)
        own = {name: value for name, value in asdict(effects).items() if name != "people"}
        truths = {**(kept["truths"] if same else {}), self._plan.truth: own}
        _write_json(path, {"people": effects.people, "seed": seed, "truths": truths})


def _played(study: Study) -> str:
    """Return the hash of what a trial follows: neither its words nor the prediction change how one comes out."""
    apart = {"words", "prediction", "examples"}
    return canonical.digest_of({name: part for name, part in study.content.items() if name not in apart})


def read_rows(path: Path, look: Look) -> list[TrialRow]:
    """Return the rows of a file. Raises ProblemsError at the first line that is not the next trial's row."""
    found = []
    for line, cells in enumerate(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))), 2):
        try:
            row = _read(look, cells)
        except (TypeError, ValueError, KeyError):
            row = None
        if row is None or row.trial != line - 2:
            problem = Problem("exchange.bad-rows", {"file": path.name, "line": line}, Place(path.name, line))
            raise ProblemsError([problem])
        found.append(row)
    return found


def _columns(look: Look) -> list[str]:
    found = [f"{name} {field.name}" for name in look.names for field in fields(Found)]
    return ["trial", *found, *(f"{arm} {field.name}" for arm in look.arms for field in fields(ArmRow))]


def _cells(row: TrialRow) -> list[str]:
    cells = [str(row.trial)]
    for found in row.found.values():
        cells += ["" if value is None else repr(value) for value in asdict(found).values()]
    for arm in row.arms.values():
        for value in asdict(arm).values():
            cells.append(" ".join(map(str, value)) if isinstance(value, tuple) else str(value))
    return cells


def _read(look: Look, cells: Mapping[str, str]) -> TrialRow:
    def number(text: str) -> float | None:
        return float(text) if text else None

    def counted(arm: str, name: str) -> Any:
        text = cells[f"{arm} {name}"]
        return tuple(map(int, text.split())) if name in _SERIES else int(text)

    return TrialRow(
        trial=int(cells["trial"]),
        found={name: Found(*(number(cells[f"{name} {field.name}"]) for field in fields(Found))) for name in look.names},
        arms={arm: ArmRow(*(counted(arm, field.name) for field in fields(ArmRow))) for arm in look.arms},
    )


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProblemsError([Problem("exchange.bad-rows", {"file": path.name, "line": 1}, Place(path.name))])
    return found


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    # In another name first: a run that is stopped here leaves no half of it.
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)
