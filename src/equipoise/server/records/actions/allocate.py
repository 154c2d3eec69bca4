"""Allocate a participant: the draw, its event and its row in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.conduct.commands import Allocate
from equipoise.conduct.events import Event
from equipoise.core.problem import Problem
from equipoise.server.records.writing import Ahead, Asker, writing


@dataclass(frozen=True, slots=True)
class Allocated:
    """An allocation as it may be shown: the arm is None where it is sealed to who asked."""

    event: Event
    arm: str | None


def allocate(study: str, participant: str, on: str, asker: Asker, key: str, *, version: str) -> Allocated | Problem:
    """Allocate an eligible participant on a day; the same key again shows the same allocation again."""
    with writing(study, ahead=Ahead(key, participant)) as opened:
        done = opened.do(Allocate(participant=participant, on=on), asker, key, version=version)
        if isinstance(done, Problem):
            return done
        arm = opened.arm_of(participant, asker)
        return Allocated(done[0], None if isinstance(arm, Problem) else arm)
