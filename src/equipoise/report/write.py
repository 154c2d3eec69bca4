"""Write a report: one page that opens offline, in every language of the study, and the results as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from equipoise.analysis.results import Results
from equipoise.core.languages import language_of
from equipoise.core.words import LANGUAGES
from equipoise.dataset.model import Dataset
from equipoise.predict.card import banners
from equipoise.report import sentences, view
from equipoise.report.checklists.fill import checklist_section
from equipoise.report.masking import masking_statement
from equipoise.report.names import Names
from equipoise.report.pdf import as_pdf
from equipoise.report.prediction import Prediction
from equipoise.report.recomputed import Recomputed
from equipoise.report.sections.assumed import assumed_section
from equipoise.report.sections.baseline import baseline_section
from equipoise.report.sections.courses import courses_section
from equipoise.report.sections.estimands import estimands_section
from equipoise.report.sections.flow import flow_section
from equipoise.report.sections.landmarks import landmarks_section
from equipoise.report.sections.markers import markers_section
from equipoise.report.sections.methods import methods_section
from equipoise.report.sections.model import model_section
from equipoise.report.sections.primary import analyses_section, glance, primary_section
from equipoise.report.sections.safety import safety_section
from equipoise.report.sections.secondary import secondary_section
from equipoise.report.sections.sensitivity import sensitivity_section
from equipoise.report.sections.standing import check_section, power_section, recomputed_sentence, way_section
from equipoise.report.sections.times import times_section
from equipoise.study.words import say


@dataclass(frozen=True)
class Written:
    """What was written, and the answer for who does not open it."""

    page: Path
    results: Path
    prints: dict[str, Path]  # a PDF a language
    answers: dict[str, str]

    def sentence(self, language: str) -> str:
        """Return the main finding in a language, or in the study's own."""
        return self.answers.get(language) or next(iter(self.answers.values()))


def write_report(
    results: Results,
    dataset: Dataset,
    folder: Path,
    *,
    recomputed: Recomputed | None = None,
    prediction: Prediction | None = None,
) -> Written:
    """Write `report.html`, a PDF a language and `results.json` into a folder, which is made if it is not there.

    The same values give the same bytes: no clock, no path. `recomputed` is what R found, `prediction` a model.
    """
    views = tuple(
        make_view(Names(dataset.study, results, language), dataset, recomputed, prediction)
        for language in languages_of(dataset)
    )
    folder.mkdir(parents=True, exist_ok=True)
    page, numbers = folder / "report.html", folder / "results.json"
    page.write_text(render(views), encoding="utf-8")
    numbers.write_text(json.dumps(results.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    prints = {view.language: folder / f"report.{view.language}.pdf" for view in views}
    for made in views:
        prints[made.language].write_bytes(as_pdf(made))
    answers = {each.language: language_of(each.language).gap.join(each.answer) for each in views}
    return Written(page, numbers, prints, answers)


def languages_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the languages of the report: the study's main one first, and those that the report speaks."""
    identity = dataset.study.identity
    wanted = dict.fromkeys((identity.language, *identity.languages))
    return tuple(language for language in wanted if language in LANGUAGES) or ("en",)


def make_view(
    names: Names, dataset: Dataset, recomputed: Recomputed | None = None, prediction: Prediction | None = None
) -> view.View:
    """Return the whole report in one language."""
    results = names.results
    sections = tuple(filter(None, _sections(names, dataset, recomputed, prediction)))
    checklists = ("consort", "tripod") if prediction else ("consort",)
    checked = tuple(checklist_section(names, name, sections) for name in checklists)
    demonstration = say(names.study, names.language, "demonstration")
    disagrees = recomputed_sentence(names, recomputed) if recomputed and recomputed.differs else ""
    rule = names.say("answer.rule")
    source = results.dataset
    statements = (disagrees, rule, masking_statement(names), sentences.power_statement(names))
    return view.View(
        language=names.language,
        language_name=names.say("language"),
        kind=names.say("kind"),
        title=say(names.study, names.language, "title") or results.title,
        subtitle=_subtitle(names),
        standing=names.say("gap").join(filter(None, (sentences.standing(names), demonstration))),
        answer=sentences.primary_sentence(names),
        glance=glance(names),
        statements=tuple(filter(None, statements)),
        contents=names.say("contents"),
        sections=(*sections, *checked),
        footer=names.say(
            "footer", study=results.study, version=results.version, dataset=source.hash[:12], head=source.head
        ),
        print=view.PrintWords(
            # On every printed page: years later, the history's own page says whether it still holds this hash.
            head=names.say("print.head", study=results.study.upper(), dataset=source.hash[:12], head=source.head[:12]),
            page=names.say("print.page", page="{page}", pages="{pages}"),
            appendix=names.say("print.appendix"),
            see=names.say("print.see", label="{label}", page="{page}"),
        ),
    )


def _sections(
    names: Names, dataset: Dataset, recomputed: Recomputed | None, prediction: Prediction | None
) -> Iterator[view.Section | None]:
    """Yield the sections in their order; None for one that has nothing to say."""
    yield primary_section(names)
    yield sensitivity_section(names)
    yield flow_section(names)
    yield baseline_section(names)
    yield courses_section(names)
    yield times_section(names)
    yield secondary_section(names)
    yield landmarks_section(names)
    yield safety_section(names)
    if prediction:
        if prediction.markers:
            yield markers_section(names, prediction.markers, banners(prediction.model, names.language))
        yield model_section(names, prediction.model)
    yield analyses_section(names)
    yield estimands_section(names)
    yield methods_section(names, dataset)
    yield power_section(names)
    yield assumed_section(names)
    yield way_section(names)
    yield check_section(names, recomputed)


def render(views: tuple[view.View, ...]) -> str:
    """Lay the views out as one page."""
    from jinja2 import Environment, StrictUndefined

    page = resources.files("equipoise.report").joinpath("page")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(page.joinpath("report.html.j2").read_text(encoding="utf-8"))
    return template.render(views=views, css=page.joinpath("report.css").read_text(encoding="utf-8"))


def _subtitle(names: Names) -> str:
    identity = names.study.identity
    registry = next((entry.number for entry in identity.registry), "")
    sponsor = say(names.study, names.language, "sponsor", "name") or identity.sponsor.name
    parts = (registry, sponsor, names.say("version", version=names.results.version))
    return " · ".join(filter(None, parts))
