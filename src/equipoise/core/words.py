"""The words a person reads, kept beside the room that says them, in English and Simplified Chinese.

An added language keeps its words in a folder of its own, one file a room; what it does not say is said in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any

from equipoise.core.languages import BUILT_IN, language_of, read_yaml, spoken
from equipoise.core.problem import Problem

LANGUAGES = tuple(BUILT_IN)  # those that every room speaks; `spoken()` has the added ones too
Placeholders = frozenset[tuple[str, str]]
_PACKAGE = Path(str(resources.files("equipoise")))


class MissingWordError(LookupError):
    """A room was asked for a word that its file in that language does not have."""


def words(room: str, language: str) -> Mapping[str, Any]:
    """Return the tree of words of a room (``equipoise.<room>``, or ``equipoise.server.<room>``) in a language."""
    if language in BUILT_IN:
        return _built_in(room, language)
    if language not in spoken():
        raise MissingWordError(f"no language {language!r}; there are {', '.join(spoken())}")
    return _added(room, language, language_of(language).folder or _PACKAGE)


@cache
def _built_in(room: str, language: str) -> Mapping[str, Any]:
    return read_yaml(_PACKAGE.joinpath(*room.split("."), "words", f"{language}.yaml"))


@cache
def _added(room: str, language: str, folder: Path) -> Mapping[str, Any]:
    file = folder / f"{room}.yaml"
    own = read_yaml(file) if file.is_file() else {}
    return _completed(_built_in(room, "en"), own, language)


def _completed(english: Mapping[str, Any], own: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """Return the English tree with what a language says of it in its place."""
    found: dict[str, Any] = {}
    for key, said in english.items():
        mine = own.get(key)
        if isinstance(said, Mapping):
            found[key] = _completed(said, mine if isinstance(mine, Mapping) else {}, code)
        else:
            found[key] = mine if isinstance(mine, str) and _says(mine, str(said)) and fits(mine, said, code) else said
    return found


def _says(text: str, english: str) -> bool:
    """Whether a text says something; where English has a mere space between sentences, nothing may stand too."""
    return bool(text.strip()) or not english.strip()


def fits(text: str, english: str, code: str) -> bool:
    """Whether a text can stand for the English one: it asks for nothing that the English does not ask for."""
    wanted, asked = placeholders(english), placeholders(text, code)
    return wanted is None or (asked is not None and asked <= wanted)


def placeholders(text: str, code: str = "en") -> Placeholders | None:
    """Return what a text asks for, by name and format, or None if its braces make no sense.

    A format that is the language's own code (`{roles:fr}`: the roles, in French) counts as English's `{roles:en}`.
    """
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    asked = ((name, spec or "") for _, name, spec, _ in parts if name is not None)
    return frozenset((name, "en" if spec == code else spec) for name, spec in asked)


@cache
def rooms() -> tuple[str, ...]:
    """Return the rooms that have words."""
    files = sorted(_PACKAGE.rglob("words/en.yaml"))
    found = (file.parent.parent.relative_to(_PACKAGE) for file in files)
    return tuple(".".join(room.parts) for room in found if room.name != "template")  # of a study, and no room


def read_all() -> None:
    """Read every room's words in every added language. Raises ProblemsError for a file that cannot be read."""
    for language in spoken():
        for room in rooms() if language not in BUILT_IN else ():
            words(room, language)


def texts(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what stands at each dotted key of a tree of words."""
    for key, node in tree.items():
        if isinstance(node, Mapping):
            yield from texts(node, f"{path}{key}.")
        else:
            yield f"{path}{key}", node


def text(room: str, key: str, language: str, /, **params: object) -> str:
    """Return the words at a dotted key of a room, with its placeholders filled."""
    node: Any = words(room, language)
    for part in key.split("."):
        if not isinstance(node, Mapping) or part not in node:
            raise MissingWordError(f"equipoise.{room} has no words for {key!r} in {language}")
        node = node[part]
    if not isinstance(node, str):
        raise MissingWordError(f"equipoise.{room}: {key!r} in {language} is not a text")
    return node.format_map(params) if params else node


def say(problem: Problem, language: str) -> str:
    """Put a problem into words: where it is, what is wrong, what to do."""
    room, _, name = problem.code.rpartition(".")
    what = text(room, f"problems.{name}.what", language).format_map(problem.params)
    mend = text(room, f"problems.{name}.mend", language).format_map(problem.params)
    where = f"{problem.place}: " if problem.place else ""
    return f"{where}{what}{language_of(language).gap}{mend}"
