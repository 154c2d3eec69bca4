"""The arm of a participant as a page may show it: open, or sealed, and why."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.conduct.visibility import SIGHT, Fact, Sight, is_blinded
from equipoise.server.records.models import Participant
from equipoise.server.records.reading import Reading
from equipoise.server.web.templatetags.say import language
from equipoise.study.words import label


@dataclass(frozen=True, slots=True)
class Shown:
    """An arm in words; empty where it is sealed to who asks (`blinded`), or not for them to know."""

    words: str = ""
    blinded: bool = False


def arm_on_paper(reading: Reading, person: Participant) -> Shown:
    """Return the arm as a page may show it that will be printed and filed.

    Whoever has unblinded one person in an emergency knows the arm; the paper in the file does not.
    """
    blinded = is_blinded(reading.state)
    emergency = SIGHT[reading.asker.role, Fact.ARM] is Sight.EMERGENCY
    if not reading.sees(Fact.ARM, person) or (blinded and emergency):
        return Shown(blinded=blinded)
    arm = reading.arm_of(person)
    return Shown(blinded=blinded) if arm is None else Shown(arm_in_words(reading, arm), blinded)


def arm_in_words(reading: Reading, arm: str) -> str:
    """Return what an arm is called."""
    return label(reading.declared, "arms", arm, language())
