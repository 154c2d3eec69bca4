"""Ambiguities: what a careful reader would ask about. They are notes: the folder works, but readers may differ."""

from __future__ import annotations

import re
from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.criteria.facts import Kind
from equipoise.criteria.nodes import Shift
from equipoise.study.checks.look import Look, entered
from equipoise.study.masking import collected
from equipoise.study.yaml_tree import Mapping, Node, Scalar, Sequence

# "within the 6 months", "for over 6 months", "6 个月内": words that need a day to count from. An age is no window.
_WINDOW = re.compile(
    r"\b(?:within|over|more than|less than|at least|in the last|in the past|during the|previous|prior|last|past)"
    r"\s+(?:the\s+)?(?:last\s+|past\s+|previous\s+)?(?:\d+|one|two|three|four|five|six|twelve)\s*-?\s*"
    r"(?:days?|weeks?|months?)\b"
    r"|\bwithin\s+(?:the\s+)?(?:last\s+|past\s+)?\d+\s*years?\b"
    r"|(?:\d+|[一二三四五六十两]+)\s*(?:天|日|周|个月)(?:之?内|以内|以上|以前|之?前)",
    re.IGNORECASE,
)
_BEFORE_ALLOCATION = ("screening", "baseline")


def check(look: Look) -> Iterator[Problem]:
    """Say what stands in the folder and can be read in more than one way, or by nobody."""
    yield from _windows(look)
    yield from _undecidable(look)
    for file, root in look.places.trees.items():
        if not file.startswith("words/"):
            for path in _without_reason(root):
                yield look.note("assumed-unexplained", file, *path)


def _windows(look: Look) -> Iterator[Problem]:
    for index, criterion in enumerate(look.study.eligibility):
        rule = look.rules.get(("criteria", criterion.id))
        if rule is None:
            continue
        dates = {ref.variable.name for ref in rule.node.refs if ref.variable.kind is Kind.DATE}
        words = _WINDOW.search(criterion.text)
        if words and not dates:
            params = {"criterion": criterion.id, "words": words.group().strip()}
            yield look.note("window-undated", "eligibility.yaml", index, "text", **params)
    for written in look.written:
        rule = look.rules.get(written.owner)
        if rule is None or not any(isinstance(node, Shift) for node in rule.node.walk()):
            continue
        dates = {ref.variable.name for ref in rule.node.refs if ref.variable.kind is Kind.DATE}
        if len(dates) < 2:
            named = ", ".join(dates) or "–"
            yield look.note("window-unanchored", written.file, *written.path, variable=named)


def _undecidable(look: Look) -> Iterator[Problem]:
    """A criterion needs variables that some form asks before the allocation.

    The anchor comes from the consent and what identifies a person from the registration, not from a form.
    """
    study = look.study
    asked = {study.identity.allocation.anchor}
    asked |= {variable.name for variable in study.codebook.variables if variable.personal}
    early = [visit for visit in study.schedule.visits if visit.kind in _BEFORE_ALLOCATION]
    for visit in early:
        asked |= collected(study, visit)
    too_late = {visit.id for visit in study.schedule.visits} - {visit.id for visit in early}
    for index, criterion in enumerate(study.eligibility):
        rule = look.rules.get(("criteria", criterion.id))
        if rule is None:
            continue
        missing = [variable.name for variable in entered(look, rule) if variable.name not in asked]
        later = [name for name in rule.variables if name not in study.variables]
        later += dict.fromkeys(f"{ref.variable.name} ({ref.visit})" for ref in rule.node.refs if ref.visit in too_late)
        if missing or later:
            params = {"criterion": criterion.id, "variables": ", ".join([*missing, *later])}
            yield look.note("criterion-undecidable", "eligibility.yaml", index, "rule", **params)


def _without_reason(root: Node, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every `assumed: true` that has no reason beside it."""
    if isinstance(root, Mapping):
        stated = root.entries.get("assumed")
        if stated is not None and isinstance(stated[1], Scalar) and stated[1].text == "true":
            reason = root.entries.get("reason")
            if reason is None or (isinstance(reason[1], Scalar) and not reason[1].text.strip()):
                yield (*path, "assumed")
        for key, (_, value) in root.entries.items():
            yield from _without_reason(value, (*path, key))
    elif isinstance(root, Sequence):
        for index, item in enumerate(root.items):
            yield from _without_reason(item, (*path, index))
