"""The drafts of a study folder, `drafts/<language>.yaml`, as text: they stand beside the study, outside its hash."""

from __future__ import annotations

from pathlib import Path

from equipoise.core.problem import Place, Problem
from equipoise.study import folder as folders


def name_of(language: str) -> str:
    """Return the name of a language's draft in its folder."""
    return f"{folders.DRAFTS}/{language}.yaml"


def read_draft_text(folder: Path, language: str) -> str | Problem | None:
    """Return the text of a draft, None if there is none, or why it is not read."""
    if language not in folders.drafted(folder):
        return None
    return folders.read_text(folder, name_of(language))


def write_draft_text(folder: Path, language: str, text: str) -> str | Problem:
    """Write a draft and return its name; a link is never followed, what stood there is replaced."""
    name = name_of(language)
    below, path = folder / folders.DRAFTS, folder / name
    if below.is_symlink() or path.is_symlink():
        return Problem("study.file-link", {"file": name}, Place(name))
    below.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return name
