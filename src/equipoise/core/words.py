"""The words a person reads, kept beside the room that says them, in English and Simplified Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from equipoise.core.problem import Problem

LANGUAGES = ("en", "zh-hans")


class MissingWordError(LookupError):
    """A room was asked for a word that its file in that language does not have."""


@cache
def words(room: str, language: str) -> Mapping[str, Any]:
    """Return the tree of words of a room (``equipoise.<room>``, or ``equipoise.server.<room>``) in a language."""
    import yaml  # only when words are needed: the command line must answer at once

    if language not in LANGUAGES:
        raise MissingWordError(f"no language {language!r}; there are {', '.join(LANGUAGES)}")
    file = resources.files(f"equipoise.{room}").joinpath("words", f"{language}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tree = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader, our own file
    return tree if isinstance(tree, dict) else {}


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
    gap = " " if language == "en" else ""
    return f"{where}{what}{gap}{mend}"
