"""A third language for tests: the English with its letters changed, everything between braces left as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from equipoise.core.words import rooms, words

_LETTERS = str.maketrans("aeiouAEIOUncyN", "áéíóúÁÉÍÓÚñçýÑ")
_ASKED = re.compile(r"(\{[^{}]*\})")


def changed(text: str, code: str = "qps") -> str:
    """Return a text as the pseudo-language says it."""
    parts = (
        part.replace(":en}", f":{code}}}") if part.startswith("{") else part.translate(_LETTERS)
        for part in _ASKED.split(text)
    )
    return "".join(parts)


def tree(node: Any, code: str) -> Any:
    """Return a tree of words in the pseudo-language."""
    if isinstance(node, Mapping):
        return {key: tree(each, code) for key, each in node.items()}
    return changed(node, code) if isinstance(node, str) else node


def make(folder: Path, code: str = "qps", name: str = "Pséúdó", **stated: str) -> Path:
    """Write a whole language below a folder of languages, and return its own folder."""
    made = folder / code
    made.mkdir(parents=True)
    facts = {"name": name, "code": code, **stated}
    (made / "language.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    for room in rooms():
        own = tree(words(room, "en"), code)
        (made / f"{room}.yaml").write_text(yaml.safe_dump(own, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return made
