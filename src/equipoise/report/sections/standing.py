"""What stands behind the numbers: the design's power, what is assumed, the way back, and how to check it all."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.report import view
from equipoise.report.figures.power import draw_power
from equipoise.report.figures.style import Caption
from equipoise.report.names import Names
from equipoise.report.numbers import count, percent, power_of_ten
from equipoise.report.recomputed import Recomputed
from equipoise.report.sentences import power_label, power_statement

_USUAL = 80.0
_NAMED = 8  # figures that differ, named one by one


def power_section(names: Names) -> view.Section | None:
    """Return the power that the enrolment really gives."""
    said = power_statement(names)
    if said is None:
        return None
    rows = [(power_label(names, row), 100 * row.miettinen_nurminen) for row in names.results.power]
    title = names.say("power.title")
    caption = Caption(f"power-{names.language}", title, said)
    svg = draw_power(rows, _USUAL, names.say("power.axis"), caption)
    drawn = view.Drawing(title, svg, names.say("power.caption"), said)
    head = [names.say(f"power.{name}") for name in ("assumed", "score", "exact")]
    table = view.Table.of(
        names.say("power.table"),
        head,
        [
            view.Row((power_label(names, row), percent(row.miettinen_nurminen), percent(row.fisher)))
            for row in names.results.power
        ],
    )
    return view.Section("power", title, (view.text(said), view.drawing(drawn), view.table(table)))


def way_section(names: Names) -> view.Section:
    """Return, for the primary estimand, each person's outcome, why, and the event that decided; then the recipes."""
    found = names.results.primary
    reverts = bool(names.study.endpoints.reversions)
    reversions = {row.participant: row.status for row in names.results.reversions}
    rows = []
    for row in names.results.endpoints:
        if row.estimand != found.estimand.id or row.reading != found.reading:
            continue
        status = reversions.get(row.participant)
        returned = (names.term("reversions", status) if status else "–",) if reverts else ()
        outcome = (names.term("outcomes", row.status), names.reason(row.reason))
        rows.append(view.Row((row.participant, names.arm(row.arm), *outcome, *returned, str(row.seq))))
    columns = ["participant", "arm", "outcome", "reason", *(["reversion"] if reverts else []), "event"]
    head = [names.say(f"way.{name}") for name in columns]
    outcomes = view.Table.of(names.say("way.caption"), head, rows, words=len(head) - 1)
    recipes = _recipes(names)
    parts = (
        view.text(names.say("way.words")),
        view.folded(names.say("way.summary", count=count(len(rows))), view.table(outcomes)),
        view.text(names.say("recipes.words", packages=_packages(names.results.flow.recipe.packages))),
        view.folded(names.say("recipes.summary", count=len(recipes.rows)), view.table(recipes)),
    )
    return view.Section("way", names.say("way.title"), parts)


def _recipes(names: Names) -> view.Table:
    results = names.results
    found = [(names.analysis(each), each.recipe) for each in results.analyses]
    found += [(names.say("flow.title"), results.flow.recipe), (names.say("baseline.title"), results.baseline.recipe)]
    found += [(names.say("courses.of", variable=names.variable(each.variable)), each.recipe) for each in results.curves]
    found += [(power_label(names, each), each.recipe) for each in results.power]
    rows = [view.Row((called, recipe.call)) for called, recipe in found]
    head = [names.say(f"recipes.{name}") for name in ("analysis", "call")]
    return view.Table.of(names.say("recipes.caption"), head, rows, words=2)


def check_section(names: Names, recomputed: Recomputed | None = None) -> view.Section:
    """Return how anybody can check this report, and what a recomputation in R found."""
    source = names.results.dataset
    found = (
        (names.say("check.study"), f"{names.results.study} {names.results.version}", False),
        (names.say("check.content"), names.results.content_hash, True),
        (names.say("check.dataset"), source.hash, True),
        (names.say("check.head"), source.head, True),
        (names.say("check.events"), count(source.events), False),
        (names.say("check.command"), "equipoise verify DATASET --history HISTORY", True),
    )
    parts = [view.text(names.say("check.words")), view.facts(*found)]
    if recomputed is not None:
        parts += _recomputed(names, recomputed)
    for reason, tables in source.left_out.items():
        left = names.listed([f"{names.term('tables', table)} {rows}" for table, rows in tables.items()])
        parts.append(view.note(names.say("check.left_out", reason=names.term("reasons", reason), left=left)))
    if not names.results.declared_before:
        parts.append(view.note(names.say("check.not_declared")))
    return view.Section("check", names.say("check.title"), tuple(parts))


def recomputed_sentence(names: Names, found: Recomputed) -> str:
    """Return whether R came to the same figures."""
    if found.agrees:
        largest = power_of_ten(found.largest)
        named = {"version": found.version, "figures": count(found.figures), "where": found.where}
        return names.say("recomputed.agrees", largest=largest, **named)
    if not found.figures:
        return names.say("recomputed.nothing", version=found.version)
    which = [*found.differs[:_NAMED]]
    if len(found.differs) > _NAMED:
        which.append(names.say("recomputed.more", count=len(found.differs) - _NAMED))
    return names.say(
        "recomputed.differs",
        version=found.version,
        figures=count(found.figures),
        count=len(found.differs),
        which=names.say("comma").join(which),
    )


def _recomputed(names: Names, found: Recomputed) -> list[view.Part]:
    said = recomputed_sentence(names, found)
    parts = [view.text(said) if found.agrees else view.note(said)]
    if found.not_compared:
        listed = [names.say("recomputed.some", path=path, count=number) for path, number in found.not_compared]
        parts.append(view.text(names.say("recomputed.left", what=names.say("comma").join(listed))))
    return parts


def _packages(packages: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in packages.items())
