"""A model as a folder: `model.json`, its card in both languages, the markers. A changed byte is refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from equipoise.core import canonical
from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.core.words import LANGUAGES
from equipoise.dataset.model import Dataset
from equipoise.predict.apply import Risk
from equipoise.predict.card import banners, card
from equipoise.predict.design import names as column_names
from equipoise.predict.markers_results import Markers
from equipoise.predict.model import FORMAT, Model

MODEL = "model.json"
MARKERS = "markers.json"
RISKS = "risks.csv"
_KINDS = ("laboratory", "number", "yes_no")
CARDS = {language: "card.md" if language == "en" else f"card.{language}.md" for language in LANGUAGES}


def refuse_full(folder: Path) -> None:
    """Refuse a folder that holds something: nothing of anybody's is overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProblemsError([Problem("predict.folder-taken", {"folder": folder.name})])


def write(model: Model, markers: Markers | None, folder: Path) -> tuple[Path, ...]:
    """Write a model, its cards and the markers into a folder that is new or empty."""
    refuse_full(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    if markers is not None:
        (folder / MARKERS).write_bytes(_encode_markers(model, markers))
        written.append(folder / MARKERS)
    for language, name in CARDS.items():
        (folder / name).write_text(card(model, language), encoding="utf-8")
        written.append(folder / name)
    # The model comes last: a folder that lacks it was not written whole.
    (folder / MODEL).write_bytes(encode(model))
    return folder / MODEL, *written


def read(path: Path) -> Model:
    """Read a model from its file or folder; raises ProblemsError where it was edited or is none of this format."""
    file = path / MODEL if path.is_dir() else path
    place = Place(file.name)
    if not file.is_file():
        raise ProblemsError([Problem("predict.no-file", {"path": path.name}, place)])
    data = file.read_bytes()
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise ProblemsError([Problem("predict.not-json", {"file": file.name}, place)]) from None
    if not isinstance(content, dict) or str(content.get("format")) != str(FORMAT):
        found = content.get("format", "–") if isinstance(content, dict) else "–"
        raise ProblemsError([Problem("predict.other-format", {"found": str(found)[:20], "known": FORMAT}, place)])
    try:
        stated = content.pop("sha256", "")
        model = _reader().validate_python(content)
        # Written again it must be the same bytes, so that nothing stands in it twice, besides or otherwise.
        is_sound = stated == hash_of(model) and encode(model) == data and _is_usable(model)
    except ValueError:  # another shape, or what has no canonical content: an infinite number, half a character
        is_sound = False
    if not is_sound:
        raise ProblemsError([Problem("predict.edited", {"file": file.name}, place)])
    return model


def _is_usable(model: Model) -> bool:
    """Whether each coefficient has its column and each predictor a scale: a file with its hash made anew may not."""
    terms, knots = [each.variable for each in model.predictors], tuple(each.knots for each in model.predictors)
    if tuple(each.name for each in model.coefficients) != column_names(terms, model.arms, knots):
        return False
    return all(
        each.kind in _KINDS
        and each.scale in ("", "log10")
        and (not each.scale or 0 < each.drawn_low <= each.low <= each.high <= each.drawn_high)
        and (not each.knots or (len(each.knots) >= 3 and all(a < b for a, b in pairwise(each.knots))))
        for each in model.predictors
    )


def read_markers(folder: Path, model: Model) -> Markers | None:
    """Read the markers beside a model, or None where there are none; raises ProblemsError where they were edited."""
    file = folder / MARKERS
    if not file.is_file():
        return None
    place = Place(file.name)
    names = {each.name for each in fields(Markers)}
    try:
        content = json.loads(file.read_bytes())
        found = _markers_reader().validate_python({key: value for key, value in content.items() if key in names})
    except (ValueError, AttributeError, RecursionError):
        raise ProblemsError([Problem("predict.edited", {"file": file.name}, place)]) from None
    if _encode_markers(model, found) != file.read_bytes():
        raise ProblemsError([Problem("predict.edited", {"file": file.name}, place)])
    return found


def write_risks(model: Model, found: Sequence[Risk], folder: Path) -> Path:
    """Write people's risks as a table into a folder that is new or empty; every row says what the model is."""
    refuse_full(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow(("person", "risk_low", "risk_high", "missing", "outside", "bounded", "exploratory", "model"))
    sha = hash_of(model)
    for each in found:
        ends = ["" if value is None else f"{value:.6f}" for value in (each.low, each.high)]
        why = (" ".join(names) for names in (each.missing, each.outside, each.bounded))
        table.writerow((each.person, *ends, *why, "yes" if model.exploratory else "no", sha))
    path = folder / RISKS
    path.write_text(lines.getvalue(), encoding="utf-8")
    return path


def refuse_other(model: Model, dataset: Dataset) -> None:
    """Refuse a dataset of another study, or of another version of it: its variables may mean something else."""
    header, origin = dataset.header, model.origin
    params = {"study": header.study, "version": header.version, "model_study": origin.study, "model": origin.version}
    if header.study != origin.study:
        raise ProblemsError([Problem("predict.other-study", params)])
    if (header.version, header.content_hash) != (origin.version, origin.content_hash):
        raise ProblemsError([Problem("predict.other-version", params)])


def refuse_other_data(model: Model, dataset: Dataset) -> None:
    """Refuse a dataset that the model was not fitted to: a report tells of one trial."""
    refuse_other(model, dataset)
    if model.origin.dataset != dataset.hash:
        params = {"model": model.origin.dataset[:12], "dataset": dataset.hash[:12]}
        raise ProblemsError([Problem("predict.other-dataset", params)])


def hash_of(model: Model) -> str:
    """Return the SHA-256 of a model's canonical content."""
    return canonical.digest_of(_plain(model))


def encode(model: Model) -> bytes:
    """Return the file: the canonical content, one thing a line, with its own hash."""
    content = {**_plain(model), "sha256": hash_of(model)}
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _encode_markers(model: Model, markers: Markers) -> bytes:
    """Return the file of the markers: what they are, of which model, and the hash of all that."""
    content = {
        "model": hash_of(model),
        "exploratory": model.exploratory,
        "banners": {language: list(banners(model, language)) for language in LANGUAGES},
        **markers.as_json(),
    }
    told = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    content["sha256"] = canonical.digest(told.encode())
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


@cache
def _markers_reader() -> TypeAdapter[Markers]:
    return TypeAdapter(Markers)


@cache
def _reader() -> TypeAdapter[Model]:
    return TypeAdapter(Model)


def _plain(value: Any) -> Any:
    """Return a value as plain JSON; a number is the shortest text that gives it back, as decimals are everywhere."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        if value - value != 0:  # neither infinite nor undefined
            raise ValueError("a model holds finite numbers alone")
        return repr(value)
    return value
