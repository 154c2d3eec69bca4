"""Words: every language says everything, and nothing that the study has no place for."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.criteria.facts import meant
from equipoise.study.checks.look import Look
from equipoise.study.words import Path, leaves, wanted_words

_STATUS_WORDS = "words/{}.yaml"


def check(look: Look) -> Iterator[Problem]:
    """Find words that a language lacks, words that belong to nothing, and languages that nobody declared."""
    study = look.study
    places = {wanted.path: wanted for wanted in wanted_words(study)}
    main = study.identity.language
    stated = dict(leaves(study.words.get(main, {})))
    for language in study.identity.languages:
        file = _STATUS_WORDS.format(language)
        if language not in study.words:
            if file not in look.places.trees:
                yield look.error("words-file-missing", file, language=language)
            continue
        said = dict(leaves(study.words[language]))
        for path, wanted in places.items():
            held = language == main and wanted.in_structure
            if wanted.required and not held and not said.get(path):
                yield _missing(look, file, path, wanted.text or stated.get(path, ""))
        for path in said:
            if path not in places:
                yield _unknown(look, file, path, list(places))
    for language in study.words:
        if language not in study.identity.languages:
            known = ", ".join(study.identity.languages)
            yield look.error("language-undeclared", _STATUS_WORDS.format(language), language=language, known=known)


def _missing(look: Look, file: str, path: Path, text: str) -> Problem:
    said = text if len(text) <= 60 else text[:60] + "…"
    return look.error("words-missing", file, *path, key=".".join(path), text=said or "–")


def _unknown(look: Look, file: str, path: Path, known: list[Path]) -> Problem:
    """Name the first part of the path that leads nowhere, and what may stand there instead."""
    depth = next(
        (depth for depth in range(1, len(path) + 1) if not any(place[:depth] == path[:depth] for place in known)),
        len(path),
    )
    wrong = path[:depth]
    choices = list(
        dict.fromkeys(place[depth - 1] for place in known if place[: depth - 1] == wrong[:-1] and len(place) >= depth)
    )
    near = meant(wrong[-1], choices)
    place = look.places.of_key(file, *wrong)
    if near is not None and near != wrong[-1]:
        return Problem("study.words-unknown-close", {"key": ".".join(wrong), "meant": near}, place)
    shown = ", ".join(choices[:30]) or "–"
    return Problem("study.words-unknown", {"key": ".".join(wrong), "known": shown}, place)
