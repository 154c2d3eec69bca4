"""A small valid study folder: the newcomer's template with a reversion, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.study.new import template

_REVERSION = """\
reversions:
  - id: relapse
    label: Low again
    variable: vitamin_d
    positive: vitamin_d < 25
    repeat_after: 14
    repeat_before: 28
    masking: fresh_dose
"""


def small_study() -> dict[str, str]:
    """The files of the folder."""
    files = template()
    files["endpoints.yaml"] += _REVERSION
    files["words/zh-hans.yaml"] += "reversions:\n  relapse:\n    label: 再次偏低\n"
    return files


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write a folder's files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Fault:
    """One mistake: what is done to the folder, and the problem that must come of it.

    `at` is a text on the line that the problem must name ("" where it names no line); `says` stands in its English
    words. `do` spoils the folder on disk where no edit of a text can.
    """

    code: str
    file: str
    at: str
    edits: tuple[tuple[str, str, str], ...] = ()
    says: str = ""
    also: frozenset[str] = frozenset()
    do: Callable[[Path], None] | None = None
    column: int | None = None
    name: str = ""

    @property
    def full_code(self) -> str:
        return self.code if "." in self.code else f"study.{self.code}"


@dataclass
class Spoiled:
    """A small study with a mistake in it."""

    fault: Fault
    files: dict[str, str] = field(default_factory=small_study)

    def write(self, folder: Path) -> Path:
        for file, old, new in self.fault.edits:
            if not old:
                self.files[file] = self.files.get(file, "") + new
                continue
            text = self.files[file]
            assert text.count(old) >= 1, f"{old!r} is not in {file}"
            self.files[file] = text.replace(old, new, 1)
        write(folder, self.files)
        if self.fault.do is not None:
            self.fault.do(folder)
        return folder

    @property
    def line(self) -> int | None:
        """The line that the problem must name."""
        if not self.fault.at:
            return None
        lines = self.files[self.fault.file].split("\n")
        return next(number for number, line in enumerate(lines, start=1) if self.fault.at in line)
