"""The model card: what the model is for and not for, what it was made of, how good it is, and where TRIPOD+AI asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.core.problem import Problem, Severity
from equipoise.core.words import say, text
from equipoise.predict.model import Caution, Model, Predictor

_TRIPOD = (
    "title",
    "target",
    "data",
    "predictors",
    "size",
    "missing",
    "method",
    "performance",
    "specification",
    "limits",
)


def card(model: Model, language: str) -> str:
    """Return the card of a model in a language (Markdown)."""
    return "\n\n".join(_Card(model, language).parts()) + "\n"


def spoken_cautions(model: Model, language: str) -> tuple[str, ...]:
    """Return what stands against the model, in words."""
    return tuple(say(_problem(each), language) for each in model.cautions)


def banners(model: Model, language: str) -> tuple[str, ...]:
    """Return what has to stand on top of every output: that it is exploratory, simulated, or declared too late."""

    def told(key: str, **params: object) -> str:
        return text("predict", f"banner.{key}", language, **params)

    found = []
    if model.exploratory:
        why = model.why_exploratory.get(language, "")
        found.append(told("exploratory", reason=why) if why else told("exploratory-asked"))
    if model.origin.origin == "simulated":
        found.append(told("simulated", truth=model.origin.truth))
    if not model.origin.declared:
        found.append(told("post-hoc"))
    return tuple(found)


def shown(value: float, digits: int = 2) -> str:
    """Return a number as the card writes it: a minus is a minus, nothing is -0."""
    written = f"{value:.{digits}f}"
    if float(written) == 0:
        written = written.lstrip("-")
    return written.replace("-", "−")


def _problem(caution: Caution) -> Problem:
    return Problem(caution.code, caution.params, severity=Severity.NOTE)


class _Card:
    """Writes one card."""

    def __init__(self, model: Model, language: str) -> None:
        self.model = model
        self.language = language

    def say(self, key: str, **params: object) -> str:
        return text("predict", f"card.{key}", self.language, **params)

    def parts(self) -> Iterator[str]:
        model = self.model
        yield f"# {model.title[self.language]}"
        for banner in banners(model, self.language):
            yield f"> **{banner}**"
        yield f"{model.origin.study} · {self.say('version', version=model.origin.version)}"
        yield f"## {self.say('use')}"
        yield self.say(
            "for", target=model.target[self.language], landmark=model.visit_label[self.language], day=model.day
        )
        yield self.say("not-for")
        yield from self.data()
        yield from self.size()
        yield from self.performance()
        yield from self.specification()
        yield from self.trace()
        yield from self.tripod()

    def table(self, header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
        lines = [list(header), *(list(row) for row in rows)]
        drawn = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
        return "\n".join([drawn[0], "|" + " --- |" * len(lines[0]), *drawn[1:]])

    def data(self) -> Iterator[str]:
        model = self.model
        yield f"## {self.say('data')}"
        yield self.say("people", people=model.people, events=model.events, undecided=model.undecided)
        columns = ("predictor", "unit", "measured", "bounded", "missing", "range")
        yield self.table((self.say(f"columns.{key}") for key in columns), map(self.predictor, model.predictors))
        yield self.say("imputed", imputations=model.origin.imputations)
        told = spoken_cautions(model, self.language)
        if told:
            yield "\n".join(f"- {each}" for each in told)

    def predictor(self, each: Predictor) -> tuple[str, ...]:
        seen = f"{each.low:g} – {each.high:g}" if not each.codes else " · ".join(each.codes)
        counts = (str(each.measured), str(each.censored), str(each.missing))
        return (each.label[self.language], each.unit, *counts, seen)

    def size(self) -> Iterator[str]:
        yield f"## {self.say('size')}"
        yield self.model.carried.sentence[self.language]

    def performance(self) -> Iterator[str]:
        found = self.model.performance
        yield f"## {self.say('performance')}"
        level = f"{100 * found.confidence:g}"
        columns = [self.say(f"columns.{key}", level=level) for key in ("measure", "apparent", "corrected", "interval")]
        yield self.table(
            columns,
            (
                (
                    self.say(f"measures.{each.name}"),
                    shown(each.apparent, 3),
                    shown(each.corrected, 3),
                    self.say("to", low=shown(each.low, 3), high=shown(each.high, 3)),
                )
                for each in found.measures
            ),
        )
        params = {"resamples": f"{found.resamples:,}", "failed": found.failed, "flat": found.flat}
        yield self.say("validated", **params)
        yield self.say("instability", distance=f"{100 * found.instability.distance:.1f}")
        if found.smooth is not None:
            yield self.say("smooth", ici=f"{100 * found.smooth.ici:.1f}")

    def specification(self) -> Iterator[str]:
        model = self.model
        yield f"## {self.say('specification')}"
        yield self.say("formula", penalty=f"{model.penalty:.3g}")
        columns = [self.say(f"columns.{key}") for key in ("term", "coefficient", "resampled")]
        rows = [(self.say("constant"), shown(model.intercept, 4), "")]
        for each in model.coefficients:
            spread = ""
            if each.low is not None and each.high is not None:
                spread = self.say("to", low=shown(each.low, 4), high=shown(each.high, 4))
            rows.append((self.term(each.name), shown(each.value, 4), spread))
        yield self.table(columns, rows)
        reference = model.arm_label[model.reference][self.language]
        yield self.say("reference", arm=reference)
        knots = [each for each in model.predictors if each.knots]
        if knots:
            yield "\n".join(
                f"- {each.label[self.language]}: {', '.join(f'{knot:.4g}' for knot in each.knots)}" for each in knots
            )

    def term(self, name: str) -> str:
        model = self.model
        kind, _, arm = name.partition(":")
        if arm and kind == "arm":
            return model.arm_label[arm][self.language]
        variable = name.rstrip("'")
        found = next(each for each in model.predictors if each.variable == variable)
        called = found.label[self.language] + "′" * (len(name) - len(variable))
        if found.scale:
            return self.say("log10", name=called, unit=found.unit)
        return self.say("per-unit", name=called, unit=found.unit) if found.unit else called

    def trace(self) -> Iterator[str]:
        origin = self.model.origin
        yield f"## {self.say('trace')}"
        declared = self.say("declared" if origin.declared else "declared-late")
        rows = [
            (self.say("columns.dataset"), f"`{origin.dataset}`"),
            (self.say("columns.content"), f"`{origin.content_hash}`"),
            (self.say("columns.declaration"), f"`{origin.declaration}` ({declared})"),
            (self.say("columns.seed"), str(origin.seed)),
            (self.say("columns.packages"), ", ".join(f"{name} {number}" for name, number in origin.packages.items())),
        ]
        yield self.table(("", ""), rows)

    def tripod(self) -> Iterator[str]:
        yield f"## {self.say('tripod.heading')}"
        yield self.say("tripod.intro")
        yield "\n".join(f"- {self.say(f'tripod.{key}')}" for key in _TRIPOD)
        yield self.say("tripod.open")
