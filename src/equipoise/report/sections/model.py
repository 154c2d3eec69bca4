"""The prediction model: what it is not, what the data can carry, how good it is, and every coefficient."""

from __future__ import annotations

from equipoise.core.words import text
from equipoise.predict.card import banners, spoken_cautions
from equipoise.predict.model import Coefficient, Curve, Model, Predictor
from equipoise.report import view
from equipoise.report.figures.calibration import CalibrationLines, CalibrationWords, draw_calibration
from equipoise.report.figures.style import Caption
from equipoise.report.names import Names
from equipoise.report.numbers import count, decimal, points


def model_section(names: Names, model: Model) -> view.Section:
    """Return the model in words, tables and its calibration curve; what stands against it comes first."""
    language = names.language
    parts: list[view.Part] = [view.note(said) for said in banners(model, language)]
    visit = names.visit(model.visit)
    parts += [
        view.text(model.title[language]),
        view.text(_card(names, "for", target=model.target[language], landmark=visit, day=model.day)),
        view.text(_card(names, "not-for")),
        view.text(_card(names, "people", people=model.people, events=model.events, undecided=model.undecided)),
        view.table(_predictors(names, model)),
        view.text(_card(names, "imputed", imputations=model.origin.imputations)),
        *(view.text(said) for said in spoken_cautions(model, language)),
        view.heading(_card(names, "size"), "carries"),
        view.text(model.carried.sentence[language]),
        view.heading(_card(names, "performance"), "performance"),
        view.table(_performance(names, model)),
        *_calibration(names, model),
        view.text(_validated(names, model)),
        view.heading(_card(names, "specification"), "coefficients"),
        view.text(_card(names, "formula", penalty=f"{model.penalty:.3g}")),
        view.table(_coefficients(names, model)),
        view.text(_card(names, "reference", arm=model.arm_label[model.reference][language])),
        *_knots(names, model),
    ]
    return view.Section("model", names.say("model.title"), tuple(parts))


def _card(names: Names, key: str, **params: object) -> str:
    """Return words of the model's card: it and the report say the same."""
    return text("predict", f"card.{key}", names.language, **params)


def _predictors(names: Names, model: Model) -> view.Table:
    columns = ("predictor", "unit", "measured", "bounded", "missing", "range")
    rows = [view.Row(_predictor(names, each)) for each in model.predictors]
    return view.Table.of(_card(names, "data"), [_card(names, f"columns.{key}") for key in columns], rows, words=2)


def _predictor(names: Names, each: Predictor) -> tuple[str, ...]:
    low, high = (f"{value:.4g}" for value in (each.low, each.high))
    seen = (
        names.say("to", low=low, high=high)
        if not each.codes
        else " · ".join(names.code(each.variable, code) for code in each.codes)
    )
    return (
        each.label[names.language],
        names.unit(each.unit),
        str(each.measured),
        str(each.censored),
        str(each.missing),
        seen,
    )


def _performance(names: Names, model: Model) -> view.Table:
    found = model.performance
    level = decimal(100 * found.confidence, 0)
    columns = [_card(names, f"columns.{key}", level=level) for key in ("measure", "apparent", "corrected", "interval")]
    rows = [
        view.Row(
            (
                _card(names, f"measures.{each.name}"),
                decimal(each.apparent, 3),
                decimal(each.corrected, 3),
                names.say("to", low=decimal(each.low, 3), high=decimal(each.high, 3)),
            )
        )
        for each in found.measures
    ]
    return view.Table.of(_card(names, "performance"), columns, rows)


def _validated(names: Names, model: Model) -> str:
    found = model.performance
    said = [
        _card(names, "validated", resamples=count(found.resamples), failed=found.failed, flat=found.flat),
        _card(names, "instability", distance=points(found.instability.distance)),
    ]
    if found.smooth is not None:
        said.append(_card(names, "smooth", ici=points(found.smooth.ici)))
    return names.say("gap").join(said)


def _calibration(names: Names, model: Model) -> list[view.Part]:
    curve = model.performance.curve
    if curve is None:
        return [view.text(names.say("model.no_curve"))]
    title = names.say("model.calibration")
    words = CalibrationWords(
        foretold=names.say("model.foretold"),
        seen=names.say("model.seen"),
        ideal=names.say("model.ideal"),
        apparent=_card(names, "columns.apparent"),
        corrected=_card(names, "columns.corrected"),
        people=names.say("model.people"),
    )
    told = _told(names, curve)
    risks = [100 * risk for risk in model.performance.instability.risk]
    svg = draw_calibration(_lines(curve), risks, words, Caption(f"calibration-{names.language}", title, told))
    level = decimal(100 * model.performance.confidence, 0)
    return [view.drawing(view.Drawing(title, svg, names.say("model.caption", confidence=level), told))]


def _lines(curve: Curve) -> CalibrationLines:
    percents = (
        tuple(100 * value for value in values)
        for values in (curve.risk, curve.apparent, curve.corrected, curve.low, curve.high)
    )
    return CalibrationLines(*percents)


def _told(names: Names, curve: Curve) -> str:
    places = sorted({0, len(curve.risk) // 2, len(curve.risk) - 1})
    pairs = [
        names.say("model.pair", foretold=points(curve.risk[place]), seen=points(curve.corrected[place]))
        for place in places
    ]
    return names.say("model.told", pairs=names.say("semicolon").join(pairs))


def _coefficients(names: Names, model: Model) -> view.Table:
    head = [_card(names, f"columns.{key}") for key in ("term", "coefficient", "resampled")]
    rows = [view.Row((_card(names, "constant"), decimal(model.intercept, 4), ""))]
    rows += [
        view.Row((_term(names, model, each), decimal(each.value, 4), _spread(names, each)))
        for each in model.coefficients
    ]
    return view.Table.of(_card(names, "specification"), head, rows)


def _spread(names: Names, each: Coefficient) -> str:
    if each.low is None or each.high is None:
        return ""
    return names.say("to", low=decimal(each.low, 4), high=decimal(each.high, 4))


def _term(names: Names, model: Model, each: Coefficient) -> str:
    kind, _, arm = each.name.partition(":")
    if kind == "arm" and arm:
        return model.arm_label[arm][names.language]
    variable = each.name.rstrip("'")
    found = next(predictor for predictor in model.predictors if predictor.variable == variable)
    called = found.label[names.language] + "′" * (len(each.name) - len(variable))
    if found.scale:
        return _card(names, "log10", name=called, unit=found.unit)
    return _card(names, "per-unit", name=called, unit=found.unit) if found.unit else called


def _knots(names: Names, model: Model) -> list[view.Part]:
    return [
        view.text(
            names.say(
                "model.knots",
                predictor=each.label[names.language],
                knots=names.say("comma").join(f"{knot:.4g}" for knot in each.knots),
            )
        )
        for each in model.predictors
        if each.knots
    ]
