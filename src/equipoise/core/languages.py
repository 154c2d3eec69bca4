"""The languages that are spoken: English and Simplified Chinese, and others whose folders of words a person adds.

What is written once and kept (reports, queries in a history) is written in the two built-in languages alone: it must
not depend on which folders a machine happens to have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equipoise.core.problem import Place, Problem, ProblemsError

FILE = "language.yaml"
_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}", re.ASCII)
# Where only the region is told, the script that is read there; a reader of traditional script who finds no other
# Chinese gets the simplified, which is nearer to them than English.
_SCRIPTS = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code in addresses, its own name, and how its sentences and words follow one another."""

    code: str
    name: str
    right_to_left: bool = False
    gap: str = " "  # between two sentences
    between: str = ", "  # between the words of a list
    folder: Path | None = None  # where its words lie, of one that was added

    @property
    def tag(self) -> str:
        """The language as a page states it: zh-Hans, pt-BR."""
        first, *others = self.code.split("-")
        return "-".join([first, *(each.title() if len(each) == 4 else each.upper() for each in others)])

    @property
    def direction(self) -> str:
        """The direction in which it is written."""
        return "rtl" if self.right_to_left else "ltr"


ENGLISH = Language("en", "English")
BUILT_IN: Mapping[str, Language] = {
    "en": ENGLISH,
    "zh-hans": Language("zh-hans", "中文", gap="", between="、"),
}
_spoken: dict[str, Language] = dict(BUILT_IN)


def spoken() -> tuple[str, ...]:
    """Return the codes of all languages that are spoken, the built-in ones first."""
    return tuple(_spoken)


def language_of(code: str) -> Language:
    """Return a language that is spoken; English for a code that is none."""
    return _spoken.get(code, ENGLISH)


def nearest(wanted: Iterable[str]) -> str:
    """Return the spoken language nearest to the first of these tags that one is near to, or ""."""
    for tag in wanted:
        low = tag.lower().replace("_", "-")
        parts = _SCRIPTS.get(low, low).split("-")
        for count in range(len(parts), 0, -1):
            if (code := "-".join(parts[:count])) in _spoken:
                return code
        for code in _spoken:
            if code.startswith(f"{parts[0]}-"):
                return code
    return ""


def learn(folder: Path | None) -> tuple[Language, ...]:
    """Speak also the languages whose folders of words lie in a folder, and no other added ones; None: none.

    Raises ProblemsError, and speaks what was spoken before, if one of them cannot be understood.
    """
    found = [read_language(each) for each in _folders(folder)] if folder is not None else []
    problems = [each for each in found if isinstance(each, Problem)]
    if problems:
        raise ProblemsError(problems)
    added = tuple(each for each in found if isinstance(each, Language))
    _spoken.clear()
    _spoken.update({**BUILT_IN, **{each.code: each for each in added}})
    return added


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ProblemsError([Problem("core.languages-missing", {"path": str(folder)})])
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))


def read_language(folder: Path) -> Language | Problem:
    """Return the language of a folder, or what is wrong with its `language.yaml`."""
    try:
        stated = read_yaml(folder / FILE)
    except ProblemsError as error:
        return error.problems[0]
    place = Place(f"{folder.name}/{FILE}")
    code, name = str(stated.get("code", "")).lower(), str(stated.get("name") or "").strip()
    if code != folder.name.lower() or not is_code(code):
        return Problem("core.language-code", {"code": code or "-", "folder": folder.name}, place)
    if code in BUILT_IN:
        return Problem("core.language-built-in", {"code": code}, place)
    if not name or stated.get("direction", "ltr") not in ("ltr", "rtl"):
        return Problem("core.language-unnamed", {"code": code}, place)
    gap, between = str(stated.get("gap", " ")), str(stated.get("between", ", "))
    return Language(code, name, stated.get("direction") == "rtl", gap, between, folder)


def is_code(text: str) -> bool:
    """Whether a text has the form of a language's code: fr, zh-hant, pt-br."""
    return _CODE.fullmatch(text) is not None


def read_yaml(file: Path) -> Mapping[str, Any]:
    """Return the tree of a file of words. Raises ProblemsError if it cannot be read, or is no tree."""
    import yaml  # only when words are needed: the command line must answer at once

    place = Place(f"{file.parent.name}/{file.name}")
    try:
        tree = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        why = str(getattr(error, "problem", None) or getattr(error, "strerror", None) or error)
        at = Place(place.file, mark.line + 1, mark.column + 1) if mark else place
        raise ProblemsError([Problem("core.words-unreadable", {"why": why}, at)]) from error
    if not isinstance(tree, dict):
        if tree is None:
            return {}
        raise ProblemsError([Problem("core.words-unreadable", {"why": "no tree of words"}, place)])
    return tree
