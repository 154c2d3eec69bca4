"""Blind spots on the terminal, as files, or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli.console import Voice
from equipoise.cli.layout import ruled
from equipoise.cli.layout import show as show_block
from equipoise.core.problem import Problem, ProblemsError
from equipoise.study.words import label

if TYPE_CHECKING:
    from equipoise.report.figures.blindspots import BlindWords
    from equipoise.simulate.blindspots import BlindSpots, Sight
    from equipoise.simulate.redosing import Change
    from equipoise.study.model.study import Study

_PREVENTS_NOTHING = "masking"  # the truth, where a study declares one of this name, under which only hiding happens


def show(voice: Voice, study: Study, change: Change, truth: str, out: Path | None) -> None:
    """Work it out and show it, all in the voice's language."""
    from equipoise.report.blindspots import write_blindspots
    from equipoise.simulate.blindspots import blind_spots

    found = blind_spots(study, change, truth or _default(study))
    if voice.json:
        voice.write_json(asdict(found))
    else:
        _tell(voice, study, found)
    if out is not None:
        for path in write_blindspots(found, _words(voice, study, found), out):
            voice.err.print(voice.say("blindspots.written", path=path), markup=False)


def _default(study: Study) -> str:
    declared = [truth.id for truth in study.scenarios.truths] if study.scenarios else []
    if not declared:
        raise ProblemsError([Problem("simulate.no-scenarios", {"study": study.id})])
    return _PREVENTS_NOTHING if _PREVENTS_NOTHING in declared else declared[0]


def _tell(voice: Voice, study: Study, found: BlindSpots) -> None:
    weeks = ", ".join(f"{day / 7:g}" for day in found.doses)
    called = label(study, "variables", found.variable, voice.language)
    product = label(study, "products", found.product, voice.language)
    voice.tell("blindspots.doses", product=product, amount=found.amount, unit=found.unit, weeks=weeks)
    voice.tell("blindspots.clear", variable=called, day=found.clear_from, week=f"{found.clear_from / 7:.0f}")
    truth = label(study, "truths", found.truth, voice.language)
    voice.tell("blindspots.people", people=f"{found.people:,}", truth=truth)
    voice.out.print()
    columns = ("visit", "masked", "level", "came", "treated", "control", "benefit")
    table = ruled(*((voice.say(f"blindspots.columns.{name}"), name not in ("visit", "masked")) for name in columns))
    for sight in found.sights:
        low, median, high = sight.level
        table.add_row(
            _visit(voice, study, sight),
            voice.say(f"blindspots.masked.{_how(sight)}"),
            f"{median:.0f} ({low:.0f}–{high:.0f})",
            *(f"{100 * value:.1f} %" for value in (sight.came, sight.treated, sight.control)),
            f"{100 * sight.benefit:+.1f}".replace("-", "−"),
        )
    show_block(voice, table)
    voice.out.print()
    _conclude(voice, study, found)


def _how(sight: Sight) -> str:
    if not sight.masked:
        return "no"
    return "whole" if sight.wholly_masked else "part"


def _visit(voice: Voice, study: Study, sight: Sight) -> str:
    week = sight.day / 7
    name = label(study, "visits", sight.visit, voice.language) if sight.visit in study.visits else ""
    said = name or voice.say("blindspots.week", week=f"{week:g}")
    marks = [voice.say("blindspots.primary")] if sight.is_primary else []
    marks += [voice.say("blindspots.added")] if sight.is_added else []
    return voice.say("blindspots.marked", visit=said, mark=marks[0]) if marks else said


def _conclude(voice: Voice, study: Study, found: BlindSpots) -> None:
    primary = found.primary
    params = {
        "visit": _visit(voice, study, primary),
        "benefit": f"{100 * primary.benefit:.1f}".replace("-", "−"),
        "rejects": f"{100 * primary.rejects:.1f}",
        "people": study.identity.enrolment,
    }
    voice.tell(f"blindspots.primary_{'masked' if primary.masked else 'clear'}", **params)
    later = [sight for sight in found.sights if not sight.masked and sight.day >= found.clear_from]
    if primary.masked and later:
        first = later[0]
        told = {"visit": _visit(voice, study, first), "benefit": f"{100 * first.benefit:.1f}".replace("-", "−")}
        voice.tell("blindspots.later", **told)
    elif primary.masked:
        voice.tell("blindspots.no_later", week=f"{-(-found.clear_from // 7)}")
    for each in found.power:
        voice.tell(
            "blindspots.power",
            treatment=f"{100 * each.treatment:.0f}",
            control=f"{100 * each.control:.0f}",
            dropout=f"{100 * each.dropout:.0f}",
            score=f"{100 * each.score:.1f}",
            fisher=f"{100 * each.fisher:.1f}",
        )


def _words(voice: Voice, study: Study, found: BlindSpots) -> BlindWords:
    from equipoise.report.figures.blindspots import BlindWords

    product = label(study, "products", found.product, voice.language)
    names = ("returns", "week", "masked", "dose", "band", "came", "treated", "control")
    said = {name: voice.say(f"blindspots.figure.{name}") for name in names}
    return BlindWords(
        title=voice.say("blindspots.figure.title", product=product),
        level=voice.say("blindspots.figure.level", product=product, unit=found.unit),
        visits=tuple(_visit(voice, study, sight) for sight in found.sights),
        **said,
    )
