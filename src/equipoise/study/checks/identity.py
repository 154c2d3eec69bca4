"""The study's identity: dates, time zones, languages, consent, and placeholders that nobody filled."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator

from equipoise.core.dates import PartialDate
from equipoise.core.ids import is_id
from equipoise.core.languages import spoken
from equipoise.core.problem import Problem
from equipoise.criteria.facts import meant
from equipoise.study.checks.look import Look
from equipoise.study.folder import LANGUAGE
from equipoise.study.yaml_tree import walk

_FILE = "study.yaml"
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{\{[A-Za-z_]+")


def check(look: Look) -> Iterator[Problem]:
    """Find what is wrong with the identity, and placeholders in any file."""
    yield from _dates(look)
    yield from _zones(look)
    yield from _languages(look)
    yield from _consent(look)
    for file, root in look.places.trees.items():
        for path, scalar in walk(root):
            for found in _PLACEHOLDER.finditer(scalar.text):
                line = scalar.text.count("\n", 0, found.start()) + 1
                column = found.start() - scalar.text.rfind("\n", 0, found.start())
                place = look.places.of_text(file, path, line, column)
                yield Problem("study.placeholder-left", {"placeholder": found.group()[:40]}, place)
    identity = look.study.identity
    if not is_id(identity.id):
        yield look.error("bad-id", _FILE, "id", name=identity.id)
    if identity.blinding == "open_label":
        for index, product in enumerate(identity.products):
            if product.kit:
                yield look.error("kit-unblinded", _FILE, "products", index, "kit", product=product.id)


def _dates(look: Look) -> Iterator[Problem]:
    identity = look.study.identity
    found: list[tuple[tuple[str | int, ...], str]] = []
    found += [(("dates", index, "value"), date.value) for index, date in enumerate(identity.dates)]
    found += [(("consent", i, "valid_from"), doc.valid_from) for i, doc in enumerate(identity.consent)]
    found += [(("amendments", index, "date"), made.date) for index, made in enumerate(identity.amendments)]
    for path, text in found:
        if text and PartialDate.parse(text) is None:
            yield look.error("bad-date", _FILE, *path, found=text)


def _zones(look: Look) -> Iterator[Problem]:
    known = zoneinfo.available_timezones()
    for index, site in enumerate(look.study.identity.sites):
        if site.time_zone in known:
            continue
        near = meant(site.time_zone, sorted(known))
        place = ("sites", index, "time_zone")
        if near is None:
            yield look.error("unknown-time-zone", _FILE, *place, zone=site.time_zone)
        else:
            yield look.error("unknown-time-zone-close", _FILE, *place, zone=site.time_zone, meant=near)


def _languages(look: Look) -> Iterator[Problem]:
    identity = look.study.identity
    if identity.language not in identity.languages:
        shown = ", ".join(identity.languages)
        yield look.error("language-undeclared", _FILE, "language", language=identity.language, known=shown)
    for index, language in enumerate(identity.languages):
        if not LANGUAGE.fullmatch(language):
            yield look.error("bad-language", _FILE, "languages", index, language=language)
        elif language not in spoken():
            known = ", ".join(spoken())
            yield look.note("language-unspoken", _FILE, "languages", index, language=language, known=known)


def _consent(look: Look) -> Iterator[Problem]:
    """A consent form has a version of its own, exists in declared languages, and follows the one before it in time."""
    identity = look.study.identity
    versions: dict[str, int] = {}
    latest: PartialDate | None = None
    for index, document in enumerate(identity.consent):
        path = ("consent", index)
        line = look.places.of(_FILE, *path, "version").line or 0
        if document.version in versions:
            first = versions[document.version]
            yield look.error("duplicate-id", _FILE, *path, "version", id=document.version, first=first)
        versions.setdefault(document.version, line)
        for place, language in enumerate(document.languages):
            if language not in identity.languages:
                shown = ", ".join(identity.languages)
                at = (*path, "languages", place)
                yield look.error("language-undeclared", _FILE, *at, language=language, known=shown)
        if not document.languages:
            yield look.error("consent-no-language", _FILE, *path, version=document.version)
        begins = PartialDate.parse(document.valid_from)
        if begins is not None:
            if latest is not None and begins.earliest < latest.earliest:
                yield look.error("consent-order", _FILE, *path, "valid_from", version=document.version)
            latest = begins
    if not identity.consent:
        yield look.note("consent-missing", _FILE)
