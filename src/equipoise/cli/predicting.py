"""Fit and apply a prediction model, and show what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.cli.console import Voice
from equipoise.cli.layout import counted, ruled, show
from equipoise.core.words import say, text
from equipoise.predict import store
from equipoise.predict.apply import ARM, Risk, codebook_of, refuse_lacking, risks, risks_of_dataset
from equipoise.predict.card import banners, shown, spoken_cautions
from equipoise.predict.markers_results import FAMILIES, Markers
from equipoise.predict.model import Model
from equipoise.study.model.study import Study
from equipoise.study.words import code_label, label

if TYPE_CHECKING:
    from equipoise.dataset.model import Dataset
    from equipoise.report.prediction import Prediction

_SHOWN = 8  # of the markers, those with the smallest p-values


def fit_model(voice: Voice, dataset: Path, out: Path, landmark: str, *, exploratory: bool) -> None:
    """Fit the declared model to a dataset, write it, and show how good it is."""
    from equipoise.dataset import store as datasets
    from equipoise.predict.build import build_model
    from equipoise.predict.fit import fit, prepare
    from equipoise.predict.markers import study_markers

    store.refuse_full(out)
    read = datasets.read(dataset)
    prepared = prepare(read, landmark, exploratory=exploratory)
    if not voice.json:
        voice.out.print(prepared.carries.sentence(voice.language), markup=False)
    declared = prepared.declared
    with voice.progress() as progress:
        task = progress.add_task(voice.say("predict.markers"), total=len(declared.candidates))
        markers = study_markers(prepared, partial(progress.advance, task))
        task = progress.add_task(voice.say("predict.resampling"), total=declared.resamples)
        fitted = fit(prepared, partial(progress.advance, task))
        model = build_model(fitted, asked_for=exploratory)
        store.write(model, markers, out)
    if voice.json:
        voice.write_json(_fit_as_json(voice, model, markers, out))
    else:
        _show_fit(voice, model, markers, read.study, out)


def prediction_of(path: Path, dataset: Dataset) -> Prediction:
    """Return a model for the report of the dataset that it was fitted to, with the markers that lie beside it."""
    from equipoise.report.prediction import Prediction

    model = store.read(path)
    store.refuse_other_data(model, dataset)
    return Prediction(model, store.read_markers(path if path.is_dir() else path.parent, model))


def predicted(dataset: Dataset, out: Path) -> Prediction | None:
    """Fit the declared model to a dataset and write it; None where the study declares none."""
    from equipoise.predict.build import build_model
    from equipoise.predict.fit import fit, prepare
    from equipoise.predict.markers import study_markers
    from equipoise.report.prediction import Prediction

    if dataset.study.prediction is None:
        return None
    prepared = prepare(dataset)
    markers = study_markers(prepared)
    model = build_model(fit(prepared), asked_for=False)
    store.write(model, markers, out)
    return Prediction(model, markers)


def _fit_as_json(voice: Voice, model: Model, markers: Markers, out: Path) -> dict[str, Any]:
    return {
        "model": str(out / store.MODEL),
        "sha256": store.hash_of(model),
        "exploratory": model.exploratory,
        "banners": banners(model, voice.language),
        "carried": {**asdict(model.carried), "sentence": model.carried.sentence[voice.language]},
        "people": model.people,
        "events": model.events,
        "undecided": model.undecided,
        "measures": {each.name: asdict(each) for each in model.performance.measures},
        "coefficients": [asdict(each) for each in model.coefficients],
        "cautions": spoken_cautions(model, voice.language),
        "markers": {
            **{family: [asdict(row) for row in markers.forest(family)] for family in FAMILIES},
            "not_analysable": {each.variable: say(each.problem, voice.language) for each in markers.not_analysable},
        },
    }


def _show_fit(voice: Voice, model: Model, markers: Markers, study: Study, out: Path) -> None:
    for banner in banners(model, voice.language):
        voice.out.print(banner, style="yellow", markup=False)
    params = {"people": model.people, "events": model.events, "undecided": model.undecided}
    voice.tell("predict.people", **params)
    said = partial(text, "predict")
    level = f"{100 * model.performance.confidence:g}"
    titles = ["measure", "apparent", "corrected", "interval"]
    table = ruled(*((said(f"card.columns.{key}", voice.language, level=level), key != "measure") for key in titles))
    for each in model.performance.measures:
        interval = said("card.to", voice.language, low=shown(each.low), high=shown(each.high))
        name = said(f"card.measures.{each.name}", voice.language)
        table.add_row(name, shown(each.apparent), shown(each.corrected), interval)
    show(voice, table)
    for caution in spoken_cautions(model, voice.language):
        voice.out.print(caution, style="yellow", markup=False)
    _show_markers(voice, markers, study)
    voice.tell("predict.written", path=out / store.MODEL, hash=store.hash_of(model)[:12])


def _show_markers(voice: Voice, markers: Markers, study: Study) -> None:
    """Show the strongest of each family, and say of how many they are: a small p alone is no finding."""
    rate = f"{100 * markers.rate:g}"
    for family in FAMILIES:
        rows = markers.forest(family)
        found = markers.discovered(family)
        voice.out.print()
        voice.out.print(
            counted(voice, f"predict.{family}", len(found), of=len(markers.markers), rate=rate), markup=False
        )
        if not rows:
            continue
        table = ruled(
            *((voice.say(f"predict.columns.{key}"), key != "marker") for key in ("marker", "ratio", "p", "q"))
        )
        for row in rows[:_SHOWN]:
            each = row.contrast
            interval = text("predict", "card.to", voice.language, low=shown(each.low), high=shown(each.high))
            called = label(study, "variables", row.variable, voice.language)
            if isinstance(each.start, str) and len([one for one in rows if one.variable == row.variable]) > 1:
                codes = (code_label(study, row.variable, str(end), voice.language) for end in (each.start, each.end))
                called += f" ({' → '.join(codes)})"
            mark = " *" if row.discovered else ""
            table.add_row(called + mark, f"{shown(each.ratio)} ({interval})", shown(row.p, 3), shown(row.q, 3))
        show(voice, table)
    for refused in markers.not_analysable:
        voice.out.print(say(refused.problem, voice.language), style="yellow", markup=False)


def apply_model(voice: Voice, path: Path, people: Path, out: Path | None) -> None:
    """Apply a model to a table of people, or to the participants of a dataset of its study version."""
    from equipoise.dataset import store as datasets
    from equipoise.exchange.tables.people import read_people

    model = store.read(path)
    if people.is_dir():
        read = datasets.read(people)
        store.refuse_other(model, read)
        found = risks_of_dataset(model, read)
    else:
        table = read_people(people, codebook_of(model))
        refuse_lacking(model, table.frame.columns, people.name)
        found = risks(model, table.facts())
    if out is not None:
        store.write_risks(model, found, out)
    if voice.json:
        voice.write_json(_risks_as_json(voice, model, found))
        return
    _show_risks(voice, model, found)
    if out is not None:
        voice.tell("predict.risks", path=out / store.RISKS)


def _risks_as_json(voice: Voice, model: Model, found: Sequence[Risk]) -> dict[str, Any]:
    return {
        "model": store.hash_of(model),
        "exploratory": model.exploratory,
        "banners": banners(model, voice.language),
        "people": [asdict(each) for each in found],
    }


def _show_risks(voice: Voice, model: Model, found: Sequence[Risk]) -> None:
    for banner in banners(model, voice.language):
        voice.out.print(banner, style="yellow", markup=False)
    if not found:
        voice.tell("predict.nobody")
        return
    called = {each.variable: each.label[voice.language] for each in model.predictors}
    called[ARM] = voice.say("predict.arm")
    table = ruled(*((voice.say(f"predict.columns.{key}"), key == "risk") for key in ("person", "risk", "remark")))
    for each in found:
        table.add_row(each.person, _risk(voice, each), _remark(voice, each, called))
    show(voice, table)


def _risk(voice: Voice, risk: Risk) -> str:
    if risk.low is None or risk.high is None:
        return "–"
    low, high = (f"{100 * value:.1f} %" for value in (risk.low, risk.high))
    return low if risk.low == risk.high else text("predict", "card.to", voice.language, low=low, high=high)


def _remark(voice: Voice, risk: Risk, called: dict[str, str]) -> str:
    told = []
    for key in ("missing", "outside", "bounded"):
        names: tuple[str, ...] = getattr(risk, key)
        if names:
            told.append(
                voice.say(f"predict.remarks.{key}", names=voice.say("study.comma").join(called[n] for n in names))
            )
    return voice.say("study.semicolon").join(told)
