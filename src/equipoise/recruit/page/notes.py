"""What is assumed and not stated by the sponsor, gathered so that each mark on the page leads to its reason."""

from __future__ import annotations

from equipoise.core.words import text
from equipoise.recruit.page.facts import ROOM
from equipoise.recruit.page.model import Note
from equipoise.study.model.study import Study
from equipoise.study.stated import assumptions

# The kinds of things that the page shows, in the order in which it shows them.
SECTIONS = ("criteria", "allocation", "arms", "doses", "visits", "specimens", "information", "sites", "dates")


def notes_of(study: Study, language: str) -> tuple[Note, ...]:
    """Return the assumptions that bear on what the page shows, one note a kind of thing."""
    found: dict[str, list[tuple[str, str]]] = {}
    joint = text(ROOM, "joint", language)
    for one in assumptions(study, language):
        things = joint.join(thing for thing in one.things if thing)
        found.setdefault(one.section, []).append((things, " ".join(one.reason.split())))
    # What is told to patients beyond the registry is the folder's own, in a demonstration.
    if study.identity.demonstration and any("information" in tree for tree in study.words.values()):
        found["information"] = [("", text(ROOM, "notes.information-reason", language))]
    marked = [section for section in SECTIONS if section in found]
    return tuple(
        Note(section, number, text(ROOM, f"notes.{section}", language), tuple(found[section]))
        for number, section in enumerate(marked, 1)
    )
