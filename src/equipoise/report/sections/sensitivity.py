"""How far the answer rests on one way of asking: other ways of counting, what was imputed, other allocations."""

from __future__ import annotations

from equipoise.analysis.details import Imputed, Modelled, ReRandomised, Tipping
from equipoise.analysis.results import AnalysisResult
from equipoise.report import view
from equipoise.report.figures.histogram import HistogramWords, draw_histogram
from equipoise.report.figures.style import Caption
from equipoise.report.figures.tipping import TippingWords, draw_tipping
from equipoise.report.masking import bound_sentence
from equipoise.report.names import Names
from equipoise.report.numbers import count, decimal, p_value, percent
from equipoise.report.sections.coefficients import coefficients
from equipoise.report.sections.forests import forest_of, question_groups, without_estimate
from equipoise.report.sentences import imputed_companion, printed_estimate, verdict_for


def sensitivity_section(names: Names) -> view.Section | None:
    """Return what was declared beside the primary analysis; None where nothing was."""
    beside = [each for each in names.results.analyses if each.role in ("companion", "sensitivity", "supportive")]
    if not beside:
        return None
    parts: list[view.Part] = [view.text(names.say("sensitivity.words"))]
    groups = question_groups(names)
    if sum(len(found) for _, found in groups) > 1:
        title = names.say("forest.title")
        parts.append(view.drawing(forest_of(names, groups, "forest", title, names.say("forest.caption"))))
    parts += without_estimate(names, beside)
    for each in beside:
        parts += _counted(names, each)
        bound = bound_sentence(names, each)
        parts += [view.text(bound)] if bound else []
        if isinstance(each.detail, Imputed):
            parts.append(view.text(_imputed(names, each, each.detail)))
    for each in beside:
        if isinstance(each.detail, Tipping):
            parts += _tipping(names, each, each.detail)
        elif isinstance(each.detail, ReRandomised):
            parts += _rerandomised(names, each, each.detail)
        elif isinstance(each.detail, Modelled) and each.detail.terms:
            parts.append(coefficients(names, each, each.detail))
    return view.Section("sensitivity", names.say("sensitivity.title"), tuple(parts))


def people(names: Names, number: int) -> str:
    """Return a number of people."""
    return names.say("sensitivity.people.one" if number == 1 else "sensitivity.people.many", count=count(number))


def _counted(names: Names, found: AnalysisResult) -> list[view.Part]:
    said = []
    for key, number in (("left_out", found.left_out), ("set_aside", found.set_aside)):
        if number:
            who = people(names, number)
            said.append(view.text(names.say(f"sensitivity.{key}", analysis=names.analysis(found), people=who)))
    return said


def _imputed(names: Names, found: AnalysisResult, detail: Imputed) -> str:
    factors = dict.fromkeys(names.factor(term.partition("=")[0]) for term in detail.terms)
    terms = names.listed(list(factors)) or names.say("methods.factorless")
    said = names.say(
        "sensitivity.imputed",
        draws=count(detail.draws),
        people=count(len(detail.people)),
        fraction=percent(detail.missing_information, 0),
        terms=terms,
    )
    said = f"{names.analysis(found)}{names.say('colon')}{said}"
    primary = names.results.primary
    if imputed_companion(names, primary) is found and found.p is not None:
        moved = {"primary": printed_estimate(primary), "imputed": printed_estimate(found)}
        p = p_value(found.p)
        words = names.say("sensitivity.moved", p=p if p.startswith("<") else f"= {p}", **moved)
        said += names.say("gap") + words
    if detail.filled:
        said += names.say("gap") + names.say("sensitivity.filled", people=people(names, detail.filled))
    return said


def _tipping(names: Names, found: AnalysisResult, detail: Tipping) -> list[view.Part]:
    heading = view.heading(names.say("tipping.title"), "tipping")
    if not detail.treatment + detail.versus:
        return [heading, view.text(names.say("tipping.nobody"))]
    treatment, versus = (names.arm(arm.arm) for arm in found.arms)
    named = {"treatment": detail.treatment, "versus": detail.versus, "arm": treatment, "other": versus}
    total = detail.treatment + detail.versus
    if detail.turns is None:
        said = names.say("tipping.holds", count=total, **named)
    else:
        cells = (detail.treatment + 1) * (detail.versus + 1)
        i, j = detail.turns
        said = names.say("tipping.turns", count=total, i=i, j=j, differing=detail.differing, cells=cells, **named)
    conclusions = [
        [verdict_for(names, found, estimate, p) for estimate, p in zip(*row, strict=True)]
        for row in zip(detail.estimate, detail.p, strict=True)
    ]
    alpha = decimal(found.alpha, 2)
    words = TippingWords(
        across=names.say("tipping.rows", count=detail.versus, arm=versus),
        up=names.say("tipping.rows", count=detail.treatment, arm=treatment),
        conclusions={
            "benefit": names.say("tipping.favours", alpha=alpha, arm=treatment),
            "nothing": names.say("tipping.nothing", alpha=alpha),
            "harm": names.say("tipping.favours", alpha=alpha, arm=versus),
        },
    )
    title = names.say("tipping.title")
    svg = draw_tipping(detail.p, conclusions, words, Caption(f"tipping-{names.language}", title, said))
    drawn = view.Drawing(title, svg, names.say("tipping.caption"), said)
    return [heading, view.text(said), view.drawing(drawn)]


def _rerandomised(names: Names, found: AnalysisResult, detail: ReRandomised) -> list[view.Part]:
    title = names.say("rerandomised.title")
    observed = decimal(detail.observed)
    p = p_value(found.p)
    said = names.say(
        "rerandomised.words",
        extreme=count(detail.as_extreme),
        draws=count(detail.draws),
        observed=observed,
        p=p if p.startswith("<") else f"= {p}",
    )
    words = HistogramWords(
        axis=names.say("rerandomised.axis"),
        count=names.say("rerandomised.count"),
        observed=names.say("rerandomised.observed", observed=observed),
    )
    svg = draw_histogram(detail.statistics, detail.observed, words, Caption(f"redrawn-{names.language}", title, said))
    drawn = view.Drawing(title, svg, names.say("rerandomised.caption"), said)
    return [view.heading(title, "rerandomised"), view.text(said), view.drawing(drawn)]
