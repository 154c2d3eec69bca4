"""The only way into a study folder: plain files below it, small, UTF-8, never through a link."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from equipoise.core.problem import Place, Problem
from equipoise.study.yaml_tree import MAX_BYTES

REQUIRED = ("study.yaml", "variables.yaml", "eligibility.yaml", "schedule.yaml", "endpoints.yaml")
OPTIONAL = ("prediction.yaml", "scenarios.yaml", "examples.yaml")
WORDS = "words"
VERSIONS = "versions"
DRAFTS = "drafts"  # words for patients, not yet approved: no part of the study
# What stands beside a study without being part of it: notes to the reader, licences, a version control's files, and
# what `equipoise run` imports and compares with.
_BESIDE = re.compile(r"(\..*|readme.*|license.*|notice.*|changelog.*|.*\.md|data|import\.yaml|published\.yaml)", re.I)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}", re.ASCII)


def read_text(folder: Path, name: str) -> str | Problem:
    """Return the text of a file of the folder, or why it is not read. `name` is relative, with forward slashes."""
    place = Place(name)
    path = folder
    for part in name.split("/"):
        path = path / part
        try:
            mode = path.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return Problem("study.file-missing", {"file": name}, place)
        except OSError:
            return Problem("study.file-unreadable", {"file": name}, place)
        if stat.S_ISLNK(mode):
            return Problem("study.file-link", {"file": name}, place)
    if not stat.S_ISREG(mode):  # a pipe would be read for ever
        return Problem("study.file-unreadable", {"file": name}, place)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        return Problem("study.file-unreadable", {"file": name}, place)
    if len(data) > MAX_BYTES:
        return Problem("study.file-too-large", {"file": name, "limit": MAX_BYTES // 1_000_000}, place)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Problem("study.not-utf8", {"file": name}, Place(name, line))


def entries(folder: Path, name: str = "") -> list[str]:
    """Return the names in the folder (or in a folder of it), sorted; none where it is absent or a link."""
    path = folder / name if name else folder
    if not path.is_dir() or (name and path.is_symlink()):
        return []
    return sorted(entry.name for entry in path.iterdir())


def languages(folder: Path) -> list[str]:
    """Return the languages that have a file of words."""
    return _languages(folder, WORDS)


def drafted(folder: Path) -> list[str]:
    """Return the languages that have a draft."""
    return _languages(folder, DRAFTS)


def _languages(folder: Path, below: str) -> list[str]:
    names = (name.removesuffix(".yaml") for name in entries(folder, below) if name.endswith(".yaml"))
    return [name for name in names if LANGUAGE.fullmatch(name)]


def strangers(folder: Path) -> list[str]:
    """Return what lies in the folder and belongs to no study: a misspelt file is found among these."""
    known = {*REQUIRED, *OPTIONAL, WORDS, VERSIONS, DRAFTS}
    found = [name for name in entries(folder) if name not in known and not _BESIDE.fullmatch(name)]
    for below in (WORDS, DRAFTS):
        spoken = {f"{language}.yaml" for language in _languages(folder, below)}
        words = [name for name in entries(folder, below) if name not in spoken and not _BESIDE.fullmatch(name)]
        found += [f"{below}/{name}" for name in words]
    return found
