"""Carry out a command of conduct: the one way into a history."""

from __future__ import annotations

from equipoise.conduct.commands import Command
from equipoise.conduct.events import Event
from equipoise.core.problem import Problem
from equipoise.server.records.writing import Ahead, Asker, writing


def carry_out(
    study: str, command: Command, asker: Asker, key: str, *, version: str = ""
) -> tuple[Event, ...] | Problem:
    """Carry out a command, now. The same key again gives the same events again."""
    with writing(study, ahead=Ahead(key, getattr(command, "participant", ""))) as opened:
        return opened.do(command, asker, key, version=version)
