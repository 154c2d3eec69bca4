"""A variable at landmarks against what came later: who is followed, by its level, and how well it foretells."""

from __future__ import annotations

from equipoise.analysis.described_landmarks import AssociationResult, Landmark, LandmarkGroup
from equipoise.report import view
from equipoise.report.names import Names
from equipoise.report.numbers import decimal, p_value, percent
from equipoise.study.words import label


def landmarks_section(names: Names) -> view.Section | None:
    """Return every declared association; None for a study that declares none."""
    found = names.results.associations
    if not found:
        return None
    parts: list[view.Part] = [view.text(names.say("landmarks.words"))]
    for each in found:
        called = label(names.study, "associations", each.id, names.language)
        parts.append(view.heading(f"{called} ({names.say('post_hoc')})" if each.post_hoc else called))
        parts.append(view.table(_table(names, each)))
        parts += [view.text(said) for landmark in each.landmarks for said in _told(names, each, landmark)]
    return view.Section("landmarks", names.say("landmarks.title"), tuple(parts))


def _table(names: Names, found: AssociationResult) -> view.Table:
    rows: list[view.Row] = []
    for landmark in found.landmarks:
        rows.append(view.Row((_heading(names, landmark),), "head"))
        rows += [
            _row(names, found, group) for group in landmark.groups if landmark.note not in ("all_masked", "nobody")
        ]
    columns = ("level", "followed", "returned", "free", "lost", "share", "interval")
    confidence = decimal(100 * found.confidence, 0)
    head = [names.say(f"landmarks.{each}", confidence=confidence) for each in columns]
    caption = names.say(
        "landmarks.caption",
        variable=names.variable(found.variable, found.unit),
        reversion=label(names.study, "reversions", found.reversion, names.language),
        until=names.visit(found.until),
    )
    return view.Table.of(caption, head, rows)


def _heading(names: Names, landmark: Landmark) -> str:
    visit = names.visit(landmark.visit)
    if landmark.note in ("all_masked", "nobody"):
        return f"{visit}{names.say('colon')}{names.term('landmark_notes', landmark.note)}"
    return visit


def _row(names: Names, found: AssociationResult, group: LandmarkGroup) -> view.Row:
    share = percent(group.share) if group.share is not None else "–"
    limits = "–"
    if group.share_low is not None and group.share_high is not None:
        limits = names.say("to", low=percent(group.share_low), high=percent(group.share_high))
    cells = (str(group.n), str(group.returned), str(group.free), str(group.lost), share, limits)
    return view.Row((_level(names, found, group), *cells), "sub")


def _level(names: Names, found: AssociationResult, group: LandmarkGroup) -> str:
    unit = names.unit(found.unit)
    low, high = (None if cut is None else f"{cut:g}" for cut in (group.low, group.high))
    if low is None and high is None:
        return names.say("landmarks.all")
    if low is None:
        return names.say("landmarks.below", high=high, unit=unit)
    if high is None:
        return names.say("landmarks.from", low=low, unit=unit)
    return names.say("landmarks.between", low=low, high=high, unit=unit)


def _told(names: Names, found: AssociationResult, landmark: Landmark) -> list[str]:
    visit = names.visit(landmark.visit)
    said = [
        names.say("landmarks.masked", visit=visit, arm=names.arm(each.arm), count=each.masked)
        for each in landmark.arms
        if each.masked
    ]
    earlier = sum(each.earlier for each in landmark.arms)
    if earlier:
        said.append(names.say("landmarks.earlier", visit=visit, count=earlier))
    if landmark.ungrouped:
        said.append(names.say("landmarks.ungrouped", visit=visit, count=landmark.ungrouped))
    if landmark.note in ("no_events", "only_events"):
        said.append(names.say("landmarks.no_area", visit=visit, why=names.term("landmark_notes", landmark.note)))
    elif landmark.area is not None and landmark.area_low is not None and landmark.area_high is not None:
        p = p_value(landmark.p)
        said.append(
            names.say(
                "landmarks.area",
                visit=visit,
                area=decimal(landmark.area),
                confidence=decimal(100 * found.confidence, 0),
                low=decimal(landmark.area_low),
                high=decimal(landmark.area_high),
                p=p if p.startswith(("<", "–")) else f"= {p}",
            )
        )
    return said
