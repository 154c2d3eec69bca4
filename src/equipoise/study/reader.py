"""Reads a study folder: the whole study, or every mistake in it at once, each with its place and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from equipoise.core.problem import Place, Problem, ProblemsError, Severity
from equipoise.criteria.facts import meant
from equipoise.study import folder as folders
from equipoise.study.checks import check_meaning
from equipoise.study.checks.look import Look
from equipoise.study.model.codebook import Codebook
from equipoise.study.model.eligibility import Criterion
from equipoise.study.model.endpoints import Endpoints
from equipoise.study.model.prediction import Prediction
from equipoise.study.model.scenarios import Scenarios
from equipoise.study.model.schedule import Schedule
from equipoise.study.model.study import Example, Identity, Study
from equipoise.study.places import Places
from equipoise.study.structure import read_part
from equipoise.study.versions import Frozen, check_versions
from equipoise.study.yaml_tree import Mapping as Tree
from equipoise.study.yaml_tree import Node, compose, value_of, walk

# File → the field of Study and its kind.
_PARTS: dict[str, tuple[str, Any]] = {
    "study.yaml": ("identity", Identity),
    "variables.yaml": ("codebook", Codebook),
    "eligibility.yaml": ("eligibility", tuple[Criterion, ...]),
    "schedule.yaml": ("schedule", Schedule),
    "endpoints.yaml": ("endpoints", Endpoints),
    "prediction.yaml": ("prediction", Prediction),
    "scenarios.yaml": ("scenarios", Scenarios),
    "examples.yaml": ("examples", tuple[Example, ...]),
}
HASH = "HASH"


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading a folder came to. `study` is None if there is an error; notes alone do not stop it."""

    study: Study | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What a person should know: ambiguities, blind spots, stray files."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.NOTE)


def read_study(folder: Path) -> Study:
    """Return the study of a folder; raises ProblemsError with every mistake at once."""
    checked = check_folder(folder)
    if checked.study is None:
        raise ProblemsError(checked.errors)
    return checked.study


def check_folder(folder: Path) -> Checked:
    """Read and check a folder, its frozen versions included. Problems come in the order of the files and lines."""
    if not folder.is_dir():
        return Checked(None, (Problem("study.no-folder", {"folder": folder.name or str(folder)}),))
    read = _read(folder, "")
    problems = list(read.problems)
    if read.study is not None:
        look = Look(read.study, Places(read.trees))
        found = [*check_meaning(look), *check_versions(look, _frozen(folder))]
        problems.extend(_unreported(found, problems, read.unread))
    problems.extend(_strangers(folder))
    problems.sort(key=_order)
    clean = all(problem.severity is Severity.NOTE for problem in problems)
    return Checked(read.study if clean else None, tuple(problems))


def _unreported(found: list[Problem], reported: list[Problem], unread: frozenset[str]) -> list[Problem]:
    """Leave out what only follows: a mended part may seem wrong in its meaning too, an unread file to lack all."""
    lines = {(problem.place.file, problem.place.line) for problem in reported if problem.place}
    return [
        problem
        for problem in found
        if problem.place is None
        or (problem.place.file not in unread and (problem.place.file, problem.place.line) not in lines)
    ]


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading gave; `unread` are files that are there and could not be read."""

    study: Study | None
    problems: list[Problem]
    trees: Mapping[str, Node]
    unread: frozenset[str]


def _read(folder: Path, below: str) -> _Read:
    """Read the files of a folder; `below` is the way to it from the folder that problems are told about."""
    trees: dict[str, Node] = {}
    problems: list[Problem] = []
    names = [*folders.REQUIRED, *(name for name in folders.OPTIONAL if name in folders.entries(folder))]
    spoken = folders.languages(folder)
    if (folder / folders.WORDS).is_symlink():
        problems.append(Problem("study.file-link", {"file": folders.WORDS}, Place(folders.WORDS)))
    names += [f"{folders.WORDS}/{language}.yaml" for language in spoken]
    for name in names:
        text = folders.read_text(folder, name)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        root, mistakes = compose(text, name)
        problems.extend(mistakes)
        if root is not None:
            trees[name] = root
    parts, mistakes = _parts(trees)
    words, more = _words(trees, spoken)
    problems.extend(_unreported([*mistakes, *more], problems, frozenset()))
    study = Study(**parts, words=words) if all(_PARTS[name][0] in parts for name in folders.REQUIRED) else None
    if below:
        problems = [p.at(Place(below + p.place.file, p.place.line, p.place.column)) for p in problems if p.place]
    unread = frozenset(name for name in names if name not in trees or _PARTS.get(name, ("",))[0] not in ("", *parts))
    return _Read(study, problems, trees, unread)


def _parts(trees: Mapping[str, Node]) -> tuple[dict[str, Any], list[Problem]]:
    parts: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, (field, kind) in _PARTS.items():
        if name in trees:
            part, mistakes = read_part(TypeAdapter(kind), kind, name, Places(trees))
            problems.extend(mistakes)
            if part is not None:
                parts[field] = part
    return parts, problems


def _words(trees: Mapping[str, Node], spoken: list[str]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the trees of words: texts alone, at any depth."""
    words: dict[str, Any] = {}
    problems: list[Problem] = []
    for language in spoken:
        name = f"{folders.WORDS}/{language}.yaml"
        root = trees.get(name)
        if root is None:
            continue
        if not isinstance(root, Tree):
            problems.append(Problem("study.wants-mapping", {"key": name, "found": "…"}, Place(name, root.line)))
            continue
        words[language] = _texts(value_of(root))
        for path, scalar in walk(root):
            value = value_of(scalar)
            key = str(path[-1])
            place = Place(name, scalar.line, scalar.column)
            if value is None:
                problems.append(Problem("study.empty-value", {"key": key}, place))
            elif not isinstance(value, str) or any(isinstance(part, int) for part in path):
                problems.append(Problem("study.wants-text", {"key": key, "found": scalar.text[:40]}, place))
    return words, problems


def _texts(tree: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _texts(value) if isinstance(value, dict) else value
        for key, value in tree.items()
        if isinstance(value, str | dict)
    }


def _strangers(folder: Path) -> list[Problem]:
    known = [*folders.REQUIRED, *folders.OPTIONAL]
    found = []
    for name in folders.strangers(folder):
        # Half of each name is ".yaml": only the other half tells whether it was meant.
        near = meant(name.rpartition(".")[0] or name, [file.removesuffix(".yaml") for file in known])
        if near is None:
            found.append(Problem("study.unknown-file", {"file": name}, Place(name), Severity.NOTE))
        else:
            params = {"file": name, "meant": f"{near}.yaml"}
            found.append(Problem("study.unknown-file-close", params, Place(name), Severity.NOTE))
    return found


def _frozen(folder: Path) -> list[Frozen]:
    """Read the frozen copies of earlier versions, each with the hash that was written down when it was frozen."""
    found = []
    for name in folders.entries(folder, folders.VERSIONS):
        below = f"{folders.VERSIONS}/{name}"
        if (folder / below).is_symlink() or not (folder / below).is_dir():
            found.append(Frozen(name, None, None, (Problem("study.file-link", {"file": below}, Place(below)),)))
            continue
        read = _read(folder / below, below + "/")
        stated = folders.read_text(folder, f"{below}/{HASH}")
        clean = read.study if not read.problems else None
        found.append(Frozen(name, clean, None if isinstance(stated, Problem) else stated.strip(), tuple(read.problems)))
    return found


def _order(problem: Problem) -> tuple[int, str, int, int]:
    """Files in the order in which a person writes them, then lines."""
    place = problem.place or Place("")
    names = list(_PARTS)
    rank = names.index(place.file) if place.file in names else len(names)
    return rank, place.file, place.line or 0, place.column or 0
