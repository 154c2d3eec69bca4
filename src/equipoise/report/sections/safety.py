"""Safety: who was exposed for how long, and what happened to them, by arm, with intervals and without tests."""

from __future__ import annotations

from equipoise.analysis.described_safety import Exposure, Safety, SafetyCell, SafetyRow
from equipoise.report import view
from equipoise.report.names import Names
from equipoise.report.numbers import NOT_ESTIMABLE, count, decimal, percent, points

_SUMMARY = ("any", "serious", "related", "fatal", "stopped_treatment")


def safety_section(names: Names) -> view.Section | None:
    """Return exposure and events; None where they were not described, or are no part of imported data."""
    found = names.results.safety
    if found is None or (names.results.dataset.origin == "imported" and not _has_events(found)):
        return None
    parts = [
        view.text(names.say("safety.words")),
        view.table(_exposure(names, found)),
        *_reasons(names, found),
    ]
    if _has_events(found):
        summary = [row for row in found.rows if row.kind in _SUMMARY or (row.kind == "severity" and _happened(row))]
        kinds = [row for row in found.rows if row.kind in ("category", "term")]
        parts.append(view.table(_events(names, found, summary, "safety.summary")))
        parts.append(view.table(_events(names, found, kinds, "safety.kinds")))
    else:
        parts.append(view.text(names.say("safety.none")))
    parts.append(view.text(_deaths(names, found)))
    if found.earlier:
        parts.append(view.text(names.say("safety.earlier", count=found.earlier)))
    return view.Section("safety", names.say("safety.title"), tuple(parts))


def _has_events(found: Safety) -> bool:
    return any(_happened(row) for row in found.rows)


def _happened(row: SafetyRow) -> bool:
    return any(cell.events for cell in row.cells)


def _exposure(names: Names, found: Safety) -> view.Table:
    columns = ("arm", "allocated", "counted", "years", "dosed", "given", "withheld", "stopped")
    rows = [view.Row((names.arm(each.arm), *_exposed(each))) for each in found.exposure]
    return view.Table.of(names.say("safety.exposure"), [names.say(f"safety.{each}") for each in columns], rows)


def _exposed(found: Exposure) -> tuple[str, ...]:
    dosed = found.dosed is not None
    return (
        count(found.allocated),
        count(found.n),
        decimal(found.person_years, 1),
        str(found.dosed) if dosed else NOT_ESTIMABLE,
        count(found.doses_given) if dosed else NOT_ESTIMABLE,
        count(found.doses_withheld) if dosed else NOT_ESTIMABLE,
        str(sum(each.count for each in found.stopped)) if dosed else NOT_ESTIMABLE,
    )


def _reasons(names: Names, found: Safety) -> list[view.Part]:
    said = []
    for each in found.exposure:
        for key, counted in (("why_withheld", each.withheld_for), ("why_stopped", each.stopped)):
            if counted:
                listed = [names.say("flow.reason", reason=names.reason(one.reason), count=one.count) for one in counted]
                reasons = names.say("semicolon").join(listed)
                said.append(view.text(names.say(f"safety.{key}", arm=names.arm(each.arm), reasons=reasons)))
    return said


def _events(names: Names, found: Safety, chosen: list[SafetyRow], caption: str) -> view.Table:
    head = [names.say("safety.event")]
    for each in found.exposure:
        arm = names.arm(each.arm)
        head += [names.say("safety.people", arm=arm, n=each.n), names.say("safety.events", arm=arm)]
    confidence = decimal(100 * found.confidence, 0)
    head.append(names.say("safety.difference", confidence=confidence))
    rows = [
        view.Row(
            (_called(names, row), *(text for cell in row.cells for text in _cell(cell)), _difference(names, row)),
            "sub" if row.kind in ("term", "severity") else "",
        )
        for row in chosen
    ]
    return view.Table.of(names.say(caption), head, rows)


def _called(names: Names, row: SafetyRow) -> str:
    if row.kind == "category":
        return names.term("categories", row.category) if row.category else names.say("safety.no_category")
    if row.kind == "severity":
        return names.term("severities", row.name)
    return row.name if row.kind == "term" else names.say(f"safety.kind.{row.kind}")


def _cell(cell: SafetyCell) -> tuple[str, str]:
    rate = "" if cell.rate is None else f" ({decimal(cell.rate, 1)})"
    return (f"{cell.people} ({percent(cell.share, 0)})", f"{cell.events}{rate}")


def _difference(names: Names, row: SafetyRow) -> str:
    if row.difference is None:
        return NOT_ESTIMABLE
    if row.low is None or row.high is None:
        return points(row.difference)
    return names.say("forest.printed", estimate=points(row.difference), low=points(row.low), high=points(row.high))


def _deaths(names: Names, found: Safety) -> str:
    if not any(each.count for each in found.deaths):
        return names.say("safety.no_deaths")
    listed = [names.say("flow.reason", reason=names.arm(each.reason), count=each.count) for each in found.deaths]
    return names.say("safety.deaths", arms=names.say("semicolon").join(listed))
