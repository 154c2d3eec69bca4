"""The look at each declared marker beside the base model: what stands at the declared rate of false discoveries."""

from __future__ import annotations

from equipoise.core.words import say as problem_words
from equipoise.predict.markers_results import FAMILIES, Contrast, Family, ForestRow, Marker, Markers
from equipoise.report import view
from equipoise.report.figures.correlation import draw_correlation
from equipoise.report.figures.forest import Estimate, ForestWords, Heading, draw_forest
from equipoise.report.figures.style import Caption
from equipoise.report.figures.volcano import Point, VolcanoWords, draw_volcano
from equipoise.report.names import Names
from equipoise.report.numbers import decimal, p_value, percent

_SHOWN = 12  # markers of a forest; the table has all


def markers_section(names: Names, found: Markers, banners: tuple[str, ...]) -> view.Section:
    """Return what each family found, with forest, volcano, table and the map of correlations."""
    parts = [view.note(said) for said in banners]
    parts.append(view.text(_words(names, found)))
    parts += [view.text(_discovered(names, found, family)) for family in FAMILIES]
    if found.markers:
        parts.append(view.drawing(_forest(names, found)))
        parts.append(view.drawing(_volcano(names, found)))
    if len(found.correlations.variables) > 1:
        parts.append(view.drawing(_correlation(names, found)))
    if found.markers:
        summary = names.say("markers.summary", count=len(found.markers))
        parts.append(view.folded(summary, *(view.table(_table(names, found, family)) for family in FAMILIES)))
    parts += [
        view.text(names.say("markers.not_analysable", why=problem_words(each.problem, names.language)))
        for each in found.not_analysable
    ]
    return view.Section("markers", names.say("markers.title"), tuple(parts))


def _words(names: Names, found: Markers) -> str:
    return names.say(
        "markers.words",
        people=found.people,
        events=found.events,
        missing=found.missing_outcomes,
        base=names.listed([names.variable(each) for each in found.base]),
        rate=percent(found.rate, 0),
    )


def _discovered(names: Names, found: Markers, family: Family) -> str:
    stands = found.discovered(family)
    looked = len(found.effects(family))
    if not stands:
        return names.say(f"markers.{family}_nothing", count=looked, rate=percent(found.rate, 0))
    called = names.listed([names.variable(each) for each in stands])
    return names.say(f"markers.{family}_found", count=looked, found=len(stands), markers=called)


def _forest(names: Names, found: Markers) -> view.Drawing:
    lines: list[Estimate | Heading] = []
    for family in FAMILIES:
        rows = found.forest(family)[:_SHOWN]
        if rows:
            lines.append(Heading(names.say(f"markers.{family}")))
            lines += [_line(names, found, row) for row in rows]
    title = names.say("markers.forest")
    words = ForestWords(names.say("markers.axis"), names.say("markers.less"), names.say("markers.more"))
    told = names.say("semicolon").join(f"{each.label}: {each.printed}" for each in lines if isinstance(each, Estimate))
    svg = draw_forest(lines, words, Caption(f"markers-{names.language}", title, told), ratio=True)
    return view.Drawing(title, svg, names.say("markers.forest_caption"), told)


def _line(names: Names, found: Markers, row: ForestRow) -> Estimate:
    each = row.contrast
    low, high = decimal(each.low), decimal(each.high)
    printed = names.say("forest.printed", estimate=decimal(each.ratio), low=low, high=high)
    return Estimate(_called(names, found, row.variable, each), printed, each.ratio, each.low, each.high, row.discovered)


def _called(names: Names, found: Markers, variable: str, contrast: Contrast) -> str:
    called = names.variable(variable)
    if isinstance(contrast.start, str) and isinstance(contrast.end, str):
        start, end = (names.code(variable, code) for code in (contrast.start, contrast.end))
        called = names.say("markers.codes", variable=called, start=start, end=end)
    if contrast.arm and len(found.arms) > 2:
        called = f"{called} · {names.arm(contrast.arm)}"
    return called


def _volcano(names: Names, found: Markers) -> view.Drawing:
    panels = [
        (
            names.say(f"markers.{family}"),
            [
                Point(names.variable(each.variable), each.log_ratio, each.minus_log10_p, each.discovered)
                for each in found.volcano(family)
            ],
        )
        for family in FAMILIES
        if found.volcano(family)
    ]
    words = VolcanoWords(
        effect=names.say("markers.log_ratio"),
        surprise=names.say("markers.surprise"),
        stands=names.say("markers.stands"),
        falls=names.say("markers.falls"),
    )
    title = names.say("markers.volcano")
    told = names.say("gap").join(_discovered(names, found, family) for family in FAMILIES)
    svg = draw_volcano(panels, words, Caption(f"volcano-{names.language}", title, told))
    return view.Drawing(title, svg, names.say("markers.volcano_caption"), told)


def _correlation(names: Names, found: Markers) -> view.Drawing:
    map_ = found.correlations
    values = map_.in_order()
    labels = [names.variable(each) for each in map_.order]
    pairs = [
        (abs(value), labels[row], labels[column], value)
        for row, line in enumerate(values)
        for column, value in enumerate(line[:row])
        if value is not None
    ]
    strongest = sorted(pairs, reverse=True)[:3]
    listed = [
        names.say("markers.pair", one=one, other=other, value=decimal(value)) for _, one, other, value in strongest
    ]
    told = names.say("markers.strongest", pairs=names.say("semicolon").join(listed) or "–")
    title = names.say("markers.correlation")
    caption = Caption(f"correlation-{names.language}", title, told)
    svg = draw_correlation(labels, values, names.say("markers.scale"), caption)
    return view.Drawing(title, svg, names.say("markers.correlation_caption"), told)


def _table(names: Names, found: Markers, family: Family) -> view.Table:
    measured = {each.variable: each for each in found.markers}
    rows = [
        view.Row(
            (
                _called(names, found, row.variable, row.contrast),
                _known(names, measured[row.variable]),
                decimal(row.contrast.ratio),
                names.say("to", low=decimal(row.contrast.low), high=decimal(row.contrast.high)),
                p_value(row.p),
                p_value(row.q),
            ),
            "primary" if row.discovered else "",
        )
        for row in found.forest(family)
    ]
    columns = ("marker", "known", "ratio", "interval", "p", "q")
    confidence = decimal(100 * found.confidence, 0)
    head = [names.say(f"markers.columns.{each}", confidence=confidence) for each in columns]
    return view.Table.of(names.say(f"markers.{family}"), head, rows)


def _known(names: Names, marker: Marker) -> str:
    return names.say("markers.known", measured=marker.measured, bounded=marker.censored, missing=marker.missing)
