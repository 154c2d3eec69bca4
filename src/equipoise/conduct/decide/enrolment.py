"""Refer and register: the two commands that give a participant's number."""

from __future__ import annotations

from equipoise.conduct.commands import Refer, Register
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_day
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.core.ids import is_participant_id
from equipoise.core.problem import Problem

_LAST = 9999


def refer(state: State, command: Refer, context: Context) -> Decision:
    """Refer a person to a centre that recruits."""
    data = {"site": command.site, "on": command.on, "origin": command.origin}
    return _arrived(state, command, context, "referred", data)


def register(state: State, command: Register, context: Context) -> Decision:
    """Register a person for screening at a centre that recruits."""
    return _arrived(state, command, context, "registered", {"site": command.site, "on": command.on})


def _arrived(state: State, command: Refer | Register, context: Context, event: str, data: dict[str, str]) -> Decision:
    study = state.study.protocol.study
    site = study.sites.get(command.site)
    if site is None:
        return Problem("conduct.no-such-centre", {"site": command.site, "sites": ", ".join(study.sites)})
    if state.participant is not None and state.participant.site != command.site:
        return Problem(
            "conduct.referred-elsewhere", {"participant": command.participant, "site": state.participant.site}
        )
    if site.status != "recruiting":
        return Problem("conduct.centre-not-recruiting", {"site": command.site})
    problem = bad_day(state, command.on, context)
    if problem is not None:
        return problem
    number = command.participant or _next_number(state, command.site)
    if not is_participant_id(number) or number[:2] != command.site:
        return Problem("conduct.bad-number", {"participant": number[:20], "site": command.site})
    return (Draft(event, number, data),)


def _next_number(state: State, site: str) -> str:
    # Past the last number the text is no participant number any more, and is refused as such.
    return f"{site}-{min(state.study.numbers.get(site, 0), _LAST) + 1:04d}"
