"""The oracle: figures of other software that the estimators are held against.

``pytest tests/oracle --oracle DIR`` runs any folder of reference files; without the option it is
``../shared/oracle`` where that exists, else the cases kept in ``tests/oracle/cases``. A module of oracle tests names
its file's code as ``ORACLE = "A1"`` and takes the fixtures ``case`` and ``agree``. The summary has a line a file.
"""

import csv
import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

KEY = "oracle"
Compared = Callable[..., None]
Scale = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Case:
    """One case of a reference file."""

    file: str
    folder: Path
    id: str
    input: dict[str, Any]
    expected: dict[str, Any]

    def columns(self) -> dict[str, np.ndarray]:
        """Read the case's CSV as numeric columns; an empty cell is nan."""
        with (self.folder / self.input["csv"]).open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        return {name: np.array([float(row[name] or "nan") for row in rows]) for name in rows[0]}

    def has(self, *path: str) -> bool:
        """Say whether the case states a quantity or a block of them."""
        try:
            self.at(*path)
        except KeyError:
            return False
        return True

    def at(self, *path: str) -> Any:
        """Return what the case states under a path of keys."""
        found: Any = self.expected
        for key in path:
            if not isinstance(found, dict):
                raise KeyError(key)
            found = found[key]
        return found

    def quantities(self) -> list[str]:
        """Name every leaf of the expected values that holds numbers: a number or an array is one quantity."""
        return list(_leaves(self.expected, ()))


def _leaves(node: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        elif not _is_label(value):
            yield "/".join((*path, key))


def _is_label(value: Any) -> bool:
    """Say whether a leaf names things, such as the terms of a model, and states no number."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, str) and first not in ("Inf", "-Inf")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--oracle", metavar="DIR", default=None, help="a folder of reference files for tests/oracle")
    parser.addoption("--records", metavar="DIR", default=None, help="a folder of a registry's records to try")


def oracle_folder(config: pytest.Config) -> Path:
    given = config.getoption("--oracle")
    if given is not None:
        folder = Path(given)
        if not folder.is_dir():
            raise pytest.UsageError(f"--oracle {given}: there is no such folder")
        return folder
    shared = config.rootpath.parent / "shared" / "oracle"
    return shared if shared.is_dir() else config.rootpath / "tests" / "oracle" / "cases"


def oracle_cases(config: pytest.Config) -> dict[str, list[Case]]:
    """Return the cases of each reference file in the folder, by the file's name."""
    folder = oracle_folder(config)
    found = {}
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(document, dict) and "cases" in document:
            cases = document["cases"]
            found[path.name] = [Case(path.name, folder, c["id"], c["input"], c["expected"]) for c in cases]
    return found


def _code(file: str) -> str:
    return Path(file).stem.split("_")[0]


def _built(config: pytest.Config) -> set[str]:
    """Return the codes that a module of oracle tests is written for."""
    modules = (config.rootpath / "tests" / "oracle").glob("*/test_*.py")
    named = (re.search(r'^ORACLE = "(\w+)"', module.read_text(encoding="utf-8"), re.MULTILINE) for module in modules)
    return {match[1] for match in named if match}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    code = getattr(metafunc.module, "ORACLE", None)
    if code is not None and "case" in metafunc.fixturenames:
        cases = [c for file, group in oracle_cases(metafunc.config).items() if _code(file) == code for c in group]
        metafunc.parametrize("case", cases, ids=[c.id for c in cases])
    if "file_not_built" in metafunc.fixturenames:
        built = _built(metafunc.config)
        metafunc.parametrize("file_not_built", [f for f in oracle_cases(metafunc.config) if _code(f) not in built])


@pytest.fixture
def agree(case: Case, request: pytest.FixtureRequest) -> Compared:
    """Compare a quantity with what the case states; a quantity that the case does not state is passed over."""

    def compare(
        path: str, actual: Any, absolute: float | np.ndarray = 0.0, relative: float = 0.0, scale: Scale = np.asarray
    ) -> None:
        keys = path.split("/")
        if not case.has(*keys):
            return
        record = [case.file, case.id, path, False]
        request.node.user_properties.append((KEY, record))
        stated = np.array(_numbers(case.at(*keys)), dtype=float)
        found = np.array(_numbers(actual), dtype=float)
        found, stated = scale(found), scale(stated)
        if found.shape != stated.shape:
            pytest.fail(f"{case.id} {path}: shape {found.shape}, the oracle has {stated.shape}")
        wrong = np.argwhere(~np.isclose(found, stated, rtol=relative, atol=absolute, equal_nan=True))
        if len(wrong):
            first = tuple(wrong[0])
            pytest.fail(
                f"{case.id} {path}: {len(wrong)} of {found.size} differ, first at {list(map(int, first))}: "
                f"{float(found[first])!r}, the oracle has {float(stated[first])!r}"
            )
        record[3] = True

    return compare


def _numbers(value: Any) -> Any:
    """Read a stated value: null is nan, "Inf" and "-Inf" are infinite."""
    if isinstance(value, list | tuple | np.ndarray):
        return [_numbers(item) for item in value]
    if value is None:
        return math.nan
    return float(value)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    compared: dict[str, dict[tuple[str, str], bool]] = {}
    touched = False
    for reports in terminalreporter.stats.values():
        for report in reports:
            touched = touched or "tests/oracle/" in str(getattr(report, "nodeid", ""))
            for key, record in getattr(report, "user_properties", ()):
                if key == KEY and report.when == "call":
                    file, case, path, good = record
                    quantities = compared.setdefault(file, {})
                    quantities[case, path] = quantities.get((case, path), True) and good
    if not touched:
        return
    built = _built(config)
    terminalreporter.section(f"oracle: {oracle_folder(config)}")
    for file, cases in oracle_cases(config).items():
        terminalreporter.write_line(_line(file, cases, compared.get(file, {}), _code(file) in built))


def _line(file: str, cases: list[Case], compared: dict[tuple[str, str], bool], built: bool) -> str:
    run = len({case for case, _ in compared})
    present = sum(len(case.quantities()) for case in cases)
    differ = sum(not good for good in compared.values())
    line = f"{file}  cases {run} of {len(cases)}, quantities {len(compared)} of {present}"
    if not built:
        return f"{line}; method not built, skipped"
    return f"{line}; {differ} outside the stated accuracy" if differ else line
