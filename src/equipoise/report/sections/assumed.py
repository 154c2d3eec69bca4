"""What the study assumes, with its reasons: dotted under, wherever it is shown, and never mixed with what is stated."""

from __future__ import annotations

from equipoise.report import view
from equipoise.report.names import Names
from equipoise.study.stated import Assumption, assumptions


def assumed_section(names: Names) -> view.Section | None:
    """Return the assumptions; None for a study without any."""
    found = assumptions(names.study, names.language)
    if not found:
        return None
    rows = [
        view.Row((names.term("sections", each.section), names.say("comma").join(_things(names, each)), each.reason))
        for each in found
    ]
    head = [names.say(f"assumed.{name}") for name in ("part", "what", "why")]
    made = view.Table.of(names.say("assumed.caption"), head, rows, words=3)
    summary = names.say("assumed.summary", count=len(rows))
    parts = (view.text(names.say("assumed.words")), view.folded(summary, view.table(made)))
    return view.Section("assumed", names.say("assumed.title"), parts)


def _things(names: Names, found: Assumption) -> list[str]:
    """Return what the assumed things are called; the allocation, which has no name, by its scheme."""
    if found.section == "allocation":
        return [names.term("schemes", names.study.identity.allocation.scheme.value)]
    return [thing for thing in found.things if thing]
