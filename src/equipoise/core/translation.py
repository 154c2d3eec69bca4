"""What an added language still lacks, and the files to begin one with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from equipoise.core.languages import FILE, read_language, read_yaml
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.words import fits, placeholders, rooms, texts, words

_PLAIN_KEY = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
# What YAML 1.1 takes for a truth or for nothing.
_NO_KEYS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


class Fault(StrEnum):
    """What is wrong with a text of a language."""

    MISSING = "missing"
    EMPTY = "empty"
    BROKEN = "broken"  # its placeholders are not the English ones, or it is no text
    SUPERFLUOUS = "superfluous"  # English has no such text: it is never shown


@dataclass(frozen=True, slots=True)
class Found:
    """A fault: in which room, at which key, and what the English says or what stands there too much."""

    fault: Fault
    room: str
    key: str
    said: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How far a language is: of all texts that are wanted, those that it says."""

    code: str
    wanted: int
    said: int
    faults: tuple[Found, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every text will be shown in the language."""
        return self.said == self.wanted


def check(folder: Path) -> Checked:
    """Compare the words of a language with the English ones, room by room.

    Raises ProblemsError, with all problems at once, if its files cannot be read.
    """
    language = read_language(folder)
    problems = [language] if isinstance(language, Problem) else []
    wanted, faults = 0, list(_no_rooms(folder))
    for room in rooms():
        file = folder / f"{room}.yaml"
        try:
            own = dict(texts(read_yaml(file))) if file.is_file() else {}
        except ProblemsError as error:
            problems += error.problems
            continue
        english = dict(texts(words(room, "en")))
        wanted += sum(isinstance(text, str) and bool(text.strip()) for text in english.values())
        faults += _compared(room, english, own, folder.name.lower())
    if problems:
        raise ProblemsError(problems)
    lost = sum(found.fault is not Fault.SUPERFLUOUS for found in faults)
    return Checked(folder.name.lower(), wanted, wanted - lost, tuple(faults))


def _no_rooms(folder: Path) -> Iterator[Found]:
    """Yield the files that belong to no room."""
    for file in sorted(folder.glob("*.y*ml")):
        if file.name != FILE and (file.suffix != ".yaml" or file.stem not in rooms()):
            yield Found(Fault.SUPERFLUOUS, file.name, "", "")


def _compared(room: str, english: Mapping[str, Any], own: Mapping[str, Any], code: str) -> Iterator[Found]:
    chinese = dict(texts(words(room, "zh-hans")))
    for key, said in english.items():
        if not isinstance(said, str) or not said.strip():
            continue
        mine = own.get(key)
        if mine is None:
            # A key with nothing after it is an empty text; one that is not there is missing.
            yield Found(Fault.EMPTY if key in own else Fault.MISSING, room, key, said)
        elif not isinstance(mine, str):
            yield Found(Fault.BROKEN, room, key, said)
        elif not mine.strip():
            yield Found(Fault.EMPTY, room, key, said)
        elif not fits(mine, said, code) or _lost(mine, said, str(chinese.get(key, "")), code):
            yield Found(Fault.BROKEN, room, key, said)
    for key, mine in own.items():
        if key not in english:
            yield Found(Fault.SUPERFLUOUS, room, key, str(mine))


def _lost(mine: str, english: str, chinese: str, code: str) -> bool:
    """Whether a text leaves out a fact that both built-in languages state; a plural's letter is none."""
    stated = placeholders(english)
    facts = {name for name, _ in stated or ()} & {name for name, _ in placeholders(chinese, "zh-hans") or ()}
    return not facts <= {name for name, _ in placeholders(mine, code) or ()}


def skeleton(room: str) -> str:
    """Return the file of a room with every text empty, and the English above it."""
    return "\n".join(_lines(words(room, "en"), "")) + "\n"


def _lines(tree: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, node in tree.items():
        plain = _PLAIN_KEY.fullmatch(str(key)) and str(key).lower() not in _NO_KEYS
        named = f"{indent}{key if plain else json.dumps(str(key), ensure_ascii=False)}:"
        if isinstance(node, Mapping) and node:
            yield named
            yield from _lines(node, indent + "  ")
        elif isinstance(node, str) and node.strip():
            yield from (f"{indent}# {line}".rstrip() for line in node.splitlines())
            yield f'{named} ""'
