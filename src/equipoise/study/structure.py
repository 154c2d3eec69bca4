"""From a file's tree to its part of the study: every mistake of kind, with its line, in our own words.

After the mistakes are noted the part is mended where that can be done without guessing a meaning (an unknown key
left out, a default taken), so that the checks of meaning can go on and a person hears of everything at once. A
mended study never leaves `study.reader`.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from equipoise.core.problem import Place, Problem
from equipoise.criteria.facts import meant
from equipoise.study.model.scenarios import Sourced
from equipoise.study.places import Path, Places
from equipoise.study.yaml_tree import value_of

T = TypeVar("T")
_ROUNDS = 4
_KINDS = {
    "string_type": "wants-text",
    "int_parsing": "wants-whole-number",
    "int_type": "wants-whole-number",
    "int_from_float": "wants-whole-number",
    "int_parsing_size": "wants-whole-number",
    "number": "wants-number",
    "decimal_type": "wants-number",
    "decimal_parsing": "wants-number",
    "bool_type": "wants-true-or-false",
    "tuple_type": "wants-list",
    "list_type": "wants-list",
    "model_type": "wants-mapping",
    "model_attributes_type": "wants-mapping",
    "dict_type": "wants-mapping",
}
_BOUNDS = {
    "greater_than": (">", "gt"),
    "greater_than_equal": ("≥", "ge"),
    "less_than": ("<", "lt"),
    "less_than_equal": ("≤", "le"),
    "too_short": ("≥", "min_length"),
    "too_long": ("≤", "max_length"),
    "string_too_short": ("≥", "min_length"),
    "string_too_long": ("≤", "max_length"),
}


def read_part(adapter: TypeAdapter[T], annotation: Any, file: str, places: Places) -> tuple[T | None, list[Problem]]:
    """Return a file's part, mended if need be (None where it cannot be), and every mistake of kind in it."""
    root = places.trees[file]
    content = value_of(root)
    problems: list[Problem] = []
    for attempt in range(_ROUNDS):
        try:
            return adapter.validate_python(content), problems
        except ValidationError as error:
            details = error.errors(include_url=False)
        if attempt == 0:
            problems = [_problem(detail, annotation, file, places) for detail in details]
        mended = [_mend(content, detail, annotation) for detail in details]  # each is tried, even after a failure
        if not all(mended):
            break
    return None, problems


def _problem(detail: Any, annotation: Any, file: str, places: Places) -> Problem:
    kind, path = detail["type"], _written(detail["loc"], file, places)
    key = str(path[-1]) if path else file
    if isinstance(path[-1] if path else None, int):
        key = str(next((part for part in reversed(path) if isinstance(part, str)), file))
    place = places.of(file, *path)
    if kind == "missing":
        missing = str(detail["loc"][-1])
        return Problem("study.missing-key", {"key": missing}, place)
    if kind == "extra_forbidden":
        return _unknown_key(path, annotation, places.of_key(file, *path))
    if kind in _KINDS:
        if detail["input"] is None:
            return Problem("study.empty-value", {"key": key}, place)
        return Problem(f"study.{_KINDS[kind]}", {"key": key, "found": _shown(detail["input"])}, place)
    if kind in ("literal_error", "enum"):
        return _not_in_list(detail, key, place)
    if kind in _BOUNDS:
        sign, name = _BOUNDS[kind]
        bound = f"{sign} {detail['ctx'][name]}"
        found = _shown(detail["input"])
        return Problem("study.out-of-range", {"key": key, "found": found, "bound": bound}, place)
    if any(issubclass(model, Sourced) for model in _models(annotation, path)):
        return Problem("study.figure-unsourced", {}, place)
    return Problem("study.invalid-value", {"key": key, "found": _shown(detail["input"])}, place)


def _written(loc: tuple[str | int, ...], file: str, places: Places) -> Path:
    """Return the part of a location that is a path of the file: unions put their branches' names between."""
    path: list[str | int] = []
    for part in loc:
        if places.node(file, *path, part) is not None:
            path.append(part)
    return tuple(path)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _unknown_key(path: Path, annotation: Any, place: Place) -> Problem:
    key = str(path[-1])
    known = sorted({name for model in _models(annotation, path[:-1]) for name in model.model_fields})
    near = meant(key, known)
    if near is not None:
        return Problem("study.unknown-key-close", {"key": key, "meant": near}, place)
    return Problem("study.unknown-key", {"key": key, "known": ", ".join(known)}, place)


def _not_in_list(detail: Any, key: str, place: Place) -> Problem:
    known = re.findall(r"'([^']*)'", detail["ctx"]["expected"]) or [detail["ctx"]["expected"]]
    found = _shown(detail["input"])
    near = meant(found, known)
    if near is not None and near != found:
        params = {"key": key, "found": found, "meant": near, "known": ", ".join(known)}
        return Problem("study.not-in-list-close", params, place)
    return Problem("study.not-in-list", {"key": key, "found": found, "known": ", ".join(known)}, place)


# --- mending -------------------------------------------------------------------------------------------------


def _mend(content: Any, detail: Any, annotation: Any) -> bool:
    """Take one mistake out of a part's plain content; False if only a person can."""
    *path, last = detail["loc"] or ("",)
    parent = content
    for part in path:
        if isinstance(parent, dict | list) and (part in parent if isinstance(parent, dict) else _within(parent, part)):
            parent = parent[part]
        else:
            return False
    if detail["type"] == "extra_forbidden" and isinstance(parent, dict):
        del parent[last]
        return True
    if isinstance(parent, list) and isinstance(last, int) and _within(parent, last):
        parent[last] = ""  # never taken out: that would shift the lines of all that follows
        return isinstance(detail["input"], str | bool | None)
    if not isinstance(parent, dict):
        return False
    for model in _models(annotation, tuple(path)):
        field = model.model_fields.get(str(last))
        if field is None:
            continue
        if not field.is_required():
            parent.pop(last, None)
            return True
        stand_in = _stand_in(field.annotation, detail["input"])
        if stand_in is not None:
            parent[last] = stand_in
            return True
    return False


def _within(items: list[Any], index: object) -> bool:
    return isinstance(index, int) and 0 <= index < len(items)


def _stand_in(annotation: Any, found: object) -> Any:
    """Return a value of the wanted kind for a required key, or None where none is harmless."""
    kind = _bare(annotation)
    if kind is str:
        return ""
    if kind is int or kind is bool:
        return "1" if kind is int else False
    if get_origin(kind) is Literal:
        values = [str(value) for value in get_args(kind)]
        return meant(str(found), values) or values[0]
    if isinstance(kind, type) and issubclass(kind, Enum):
        values = [str(member.value) for member in kind]
        return meant(str(found), values) or values[0]
    return [] if get_origin(kind) is tuple else None


def _bare(annotation: Any) -> Any:
    return _bare(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation


def _models(annotation: Any, path: Path) -> list[type[BaseModel]]:
    """Return the models that may stand at a path below an annotation."""
    current = list(_branches(annotation))
    for part in path:
        following: list[Any] = []
        for kind in current:
            origin, args = get_origin(kind), get_args(kind)
            if isinstance(kind, type) and issubclass(kind, BaseModel) and str(part) in kind.model_fields:
                following.extend(_branches(kind.model_fields[str(part)].annotation))
            elif origin in (tuple, list) and isinstance(part, int):
                following.extend(_branches(args[0]))
            elif origin is dict:
                following.extend(_branches(args[1]))
        # A union's branch has a name in the location that stands for no step.
        current = following or current
    return [kind for kind in current if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _branches(annotation: Any) -> Iterator[Any]:
    bare = _bare(annotation)
    if get_origin(bare) in (Union, types.UnionType):
        for branch in get_args(bare):
            yield from _branches(branch)
    else:
        yield bare
