"""A newcomer's first five minutes: a commented study folder that passes the check."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from equipoise.core.problem import Problem


def template() -> dict[str, str]:
    """Return the files of the commented folder by their relative names."""
    return dict(_files(resources.files("equipoise.study").joinpath("template"), ""))


def write_new(folder: Path) -> tuple[str, ...] | Problem:
    """Write the commented folder and return the names of its files; a folder that holds anything is left alone."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return Problem("study.folder-in-use", {"folder": folder.name or str(folder)})
    files = template()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(files)


def _files(place: Traversable, below: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in sorted(place.iterdir(), key=lambda entry: entry.name):
        name = below + entry.name
        if entry.is_dir():
            found.extend(_files(entry, name + "/"))
        elif name.endswith(".yaml"):
            found.append((name, entry.read_text(encoding="utf-8")))
    return found
