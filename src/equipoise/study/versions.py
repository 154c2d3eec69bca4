"""Versions and amendments: the root is the version in force, `versions/<n>/` are frozen copies that nobody touches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.core.problem import Place, Problem
from equipoise.core.words import text
from equipoise.study.checks.look import Look
from equipoise.study.model.study import Study

_NAMES = ("id", "name", "value", "version", "variable", "event", "number")
_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen copy: its folder's name, the study (None if it cannot be read), the hash written down beside it."""

    name: str
    study: Study | None
    hash: str | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of two versions: where, what stood there and what stands there now ("" for nothing)."""

    path: tuple[str, ...]
    before: str
    after: str

    @property
    def where(self) -> str:
        """The place as a person reads it."""
        return " › ".join(self.path)


def say_change(change: Change, language: str) -> str:
    """Return a difference in a sentence."""
    kind = "changed" if change.before and change.after else "added" if change.after else "removed"
    return text("study", f"changes.{kind}", language, where=change.where, before=change.before, after=change.after)


def number_of(version: str) -> tuple[int, ...] | None:
    """Return a version as numbers to be ordered by ("1.10" follows "1.9"), or None if it is not one."""
    return tuple(int(part) for part in version.split(".")) if _VERSION.fullmatch(version) else None


def changes(old: Study, new: Study) -> tuple[Change, ...]:
    """Return every difference of two versions, part by part; things in lists are matched by their names."""
    return tuple(_differences(old.content, new.content, ()))


def check_versions(look: Look, frozen: list[Frozen]) -> Iterator[Problem]:
    """Find frozen copies that were touched, versions that were not raised, and amendments that nobody explained."""
    version = look.study.version
    current = number_of(version)
    if current is None:
        yield look.error("bad-version", "study.yaml", "version", version=version)
    for copy in frozen:
        yield from _frozen(look, copy, current)
    yield from _amendments(look, [copy.name for copy in frozen])


def _frozen(look: Look, copy: Frozen, current: tuple[int, ...] | None) -> Iterator[Problem]:
    place = Place(f"versions/{copy.name}")
    own = number_of(copy.name)
    if copy.study is None:
        if copy.problems and copy.problems[0].code == "study.file-link":
            yield copy.problems[0]
        else:
            where = copy.problems[0].place if copy.problems else place
            yield Problem("study.version-unreadable", {"version": copy.name}, where)
        return
    if copy.study.version != copy.name or own is None:
        params = {"folder": copy.name, "version": copy.study.version}
        yield Problem("study.version-misnamed", params, Place(f"versions/{copy.name}/study.yaml"))
    found = copy.study.content_hash
    if copy.hash is None:
        yield Problem("study.version-unsealed", {"version": copy.name, "hash": found}, place)
    elif copy.hash != found:
        params = {"version": copy.name, "hash": found, "stated": copy.hash[:64]}
        yield Problem("study.version-touched", params, Place(f"versions/{copy.name}/HASH", 1))
    if own is None or current is None:
        return
    if current < own:
        params = {"version": look.study.version, "frozen": copy.name}
        yield look.error("version-behind", "study.yaml", "version", **params)
    elif current == own and copy.study.content != look.study.content:
        params = {"version": look.study.version, "next": _next(own)}
        yield look.error("version-not-raised", "study.yaml", "version", **params)


def _next(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in (*version[:-1], version[-1] + 1))


def _amendments(look: Look, frozen: list[str]) -> Iterator[Problem]:
    """Every version after the first is explained by an amendment, and every earlier one is kept."""
    study = look.study
    explained = [amendment.version for amendment in study.identity.amendments]
    for index, version in enumerate(explained):
        path = ("amendments", index, "version")
        number, current = number_of(version), number_of(study.version)
        if number is None:
            yield look.error("bad-version", "study.yaml", *path, version=version)
        elif current is not None and number > current:
            yield look.error("amendment-ahead", "study.yaml", *path, amendment=version, version=study.version)
        elif version != study.version and version not in frozen:
            yield look.error("version-missing", "study.yaml", *path, version=version)
        if version in explained[:index]:
            first = look.places.of("study.yaml", "amendments", explained.index(version), "version").line or 0
            yield look.error("duplicate-id", "study.yaml", *path, id=version, first=first)
    earlier = [name for name in frozen if name != study.version]
    if earlier and study.version not in explained:
        yield look.error("amendment-missing", "study.yaml", "version", version=study.version)


def _differences(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _differences(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _differences(_named(old), _named(new), path)
    else:
        yield Change(path, _shown(old), _shown(new))


def _named(items: list[Any]) -> dict[str, Any]:
    """Return a list's things by their names, or by their number where they have none."""
    found: dict[str, Any] = {}
    for index, item in enumerate(items, start=1):
        names = [str(item[key]) for key in _NAMES if key in item] if isinstance(item, Mapping) else []
        name = names[0] if names else str(index)
        found[name if name not in found else f"{name} ({index})"] = item
    return found


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        names = [str(value[key]) for key in ("label", "text", "id", "name") if key in value]
        return names[0] if names else ", ".join(f"{key}: {_shown(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
