"""A draft as it is written down: its text as YAML, and an overview from it again, or every mistake of its form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.recruit.plain.overview import Overview, Paragraphs, Sentence
from equipoise.study.yaml_tree import compose, value_of

_KEYS = {"language", "author", "model", "writer", "date", "paragraphs"}


def content_of(overview: Overview) -> dict[str, Any]:
    """Return a draft as plain values: who wrote it when, and its sentences. Who checked it is no part of it."""
    made = {"language": overview.language, "author": overview.author}
    made |= {key: said for key, said in (("model", overview.model), ("writer", overview.writer)) if said}
    if overview.drafted_on:
        made["date"] = overview.drafted_on
    return {**made, "paragraphs": paragraphs_as_plain(overview.paragraphs)}


def paragraphs_as_plain(paragraphs: Paragraphs) -> list[list[dict[str, Any]]]:
    """Return paragraphs as plain values."""
    return [[{"text": one.text, "sources": list(one.sources)} for one in part] for part in paragraphs]


def paragraphs_from(value: Any) -> Paragraphs | str:
    """Return paragraphs from plain values; where they are not as they should be, the place of the first mistake."""
    if not isinstance(value, list):
        return "paragraphs"
    made: list[tuple[Sentence, ...]] = []
    for number, part in enumerate(value, 1):
        if not isinstance(part, list):
            return f"paragraphs[{number}]"
        sentences = []
        for place, one in enumerate(part, 1):
            sentence = _sentence(one)
            if sentence is None:
                return f"paragraphs[{number}][{place}]"
            sentences.append(sentence)
        if sentences:
            made.append(tuple(sentences))
    return tuple(made)


def _sentence(value: Any) -> Sentence | None:
    if not isinstance(value, Mapping) or not set(value) <= {"text", "sources"} or "text" not in value:
        return None
    text, sources = value["text"], value.get("sources") or []
    if not isinstance(text, str) or not isinstance(sources, list) or not all(isinstance(one, str) for one in sources):
        return None
    return Sentence(" ".join(text.split()), tuple(one.strip() for one in sources))


def read_draft(text: str, file: str, language: str) -> Overview:
    """Return the draft of a file's text. Raises ProblemsError with what is wrong with its form."""
    root, problems = compose(text, file)
    if root is None or problems:
        raise ProblemsError(problems)
    return draft_from(value_of(root), file, language)


def draft_from(value: Any, file: str, language: str) -> Overview:
    """Return a draft from its plain values. Raises ProblemsError with what is wrong with its form."""
    place = Place(file)

    def refuse(where: str) -> ProblemsError:
        return ProblemsError([Problem("recruit.plain.draft-shape", {"where": where}, place)])

    if not isinstance(value, dict) or not set(value) <= _KEYS:
        unknown = ", ".join(sorted(set(value) - _KEYS)) if isinstance(value, dict) else file
        raise refuse(unknown[:80])
    if value.get("author") not in ("ai", "automatic", "person"):
        raise refuse("author")
    named = {"ai": "model", "person": "writer"}.get(value["author"])
    texts = {key: value.get(key) or "" for key in ("language", "model", "writer", "date")}
    for key, said in texts.items():
        if not isinstance(said, str) or (key == named and not said.strip()):
            raise refuse(key)
    if texts["language"] != language:
        params = {"found": texts["language"][:40], "wanted": language}
        raise ProblemsError([Problem("recruit.plain.draft-language", params, place)])
    if texts["date"] and not _is_day(texts["date"]):
        raise ProblemsError([Problem("recruit.plain.draft-date", {"found": texts["date"][:40]}, place)])
    paragraphs = paragraphs_from(value.get("paragraphs"))
    if isinstance(paragraphs, str):
        raise refuse(paragraphs)
    return Overview(
        language, paragraphs, value["author"], texts["model"], drafted_on=texts["date"], writer=texts["writer"]
    )


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def draft_text(overview: Overview) -> str:
    """Return a draft as the text of its file."""
    content = content_of(overview)
    if "date" in content:
        content["date"] = _Quoted(content["date"])
    said = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False)
    return str(said)


class _Quoted(str):
    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes each sentence's sources on one line, and days as text."""


def _sources(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.Node:
    flow = bool(items) and all(isinstance(item, str) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flow)


def _quoted(dumper: yaml.SafeDumper, text: _Quoted) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


_Dumper.add_representer(list, _sources)
_Dumper.add_representer(_Quoted, _quoted)
