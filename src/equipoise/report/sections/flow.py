"""The flow of participants (CONSORT 2025)."""

from __future__ import annotations

from equipoise.analysis.results import ArmFlow, Counted
from equipoise.report import view
from equipoise.report.figures.flow import Box, FlowPicture, draw_flow
from equipoise.report.figures.style import Caption
from equipoise.report.names import Names


def flow_section(names: Names) -> view.Section:
    """Return the diagram, with the same numbers in words for who does not see it."""
    flow = names.results.flow
    stem = [
        Box(names.say("flow.referred", count=flow.referred)),
        Box(names.say("flow.registered", count=flow.registered)),
    ]
    aside = [
        _left(names, "flow.not_registered", flow.referred - flow.registered),
        Box(names.say("flow.not_allocated", count=flow.not_allocated), _reasons(names)) if flow.not_allocated else None,
    ]
    if not flow.referred:
        stem, aside = stem[1:], aside[1:]
    stem.append(Box(names.say("flow.allocated", count=flow.allocated)))
    columns = tuple(_column(names, arm) for arm in flow.arms)
    picture = FlowPicture(tuple(stem), (*aside, None), columns)
    title = names.say("flow.title")
    words = names.say("flow.words", boxes=names.say("semicolon").join(_words(picture)))
    svg = draw_flow(picture, Caption(f"flow-{names.language}", title, words))
    return view.Section("flow", title, (view.drawing(view.Drawing(title, svg, names.say("flow.caption"), words)),))


def _left(names: Names, key: str, number: int) -> Box | None:
    return Box(names.say(key, count=number)) if number > 0 else None


def _reasons(names: Names) -> tuple[str, ...]:
    flow = names.results.flow
    plain = {each.id: each.text for each in names.study.eligibility}
    lines = [
        names.say("flow.criterion", criterion=names.criterion(each.reason), count=each.count)
        for each in flow.excluded
        if each.reason in plain
    ]
    lines += [
        names.say("flow.reason", reason=names.term("states", each.reason), count=each.count)
        for each in flow.not_decided
    ]
    return tuple(lines)


def _column(names: Names, arm: ArmFlow) -> tuple[Box, ...]:
    label = names.arm(arm.arm)
    received: tuple[str, ...] = ()
    if arm.received is not None:
        received = (
            names.say("flow.received", count=arm.received),
            *((names.say("flow.not_received", count=arm.not_received),) if arm.not_received else ()),
            *((names.say("flow.withheld", count=arm.withheld),) if arm.withheld else ()),
        )
    stopped = sum(each.count for each in arm.treatment_stopped)
    left = sum(each.count for each in arm.left)
    no_end = arm.allocated - left - arm.completed
    course = (
        *_counted(names, arm.left),
        names.say("flow.completed", count=arm.completed),
        *((names.say("flow.no_end", count=no_end),) if no_end > 0 else ()),
        *((names.say("flow.stopped", count=stopped),) if stopped else ()),
    )
    missing = (names.say("flow.missing", count=arm.missing),) if arm.missing else ()
    return (
        Box(names.say("flow.arm", arm=label, count=arm.allocated), received),
        Box(names.say("flow.left", count=left), course),
        Box(names.say("flow.analysed", count=arm.analysed), missing),
    )


def _counted(names: Names, counted: tuple[Counted, ...]) -> tuple[str, ...]:
    return tuple(names.say("flow.reason", reason=names.reason(each.reason), count=each.count) for each in counted)


def _words(picture: FlowPicture) -> list[str]:
    boxes = [box for pair in zip(picture.stem, picture.leaves, strict=True) for box in pair if box]
    boxes += [box for column in picture.columns for box in column]
    return [f"{box.heading}{' (' + ', '.join(box.lines) + ')' if box.lines else ''}" for box in boxes]
