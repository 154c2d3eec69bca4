"""Replaying every draw of a study once its secret is revealed, and naming the first that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from equipoise.core.problem import Problem
from equipoise.randomise.blinding import seal_arm
from equipoise.randomise.draw import Scheme, advance, draw, new_state
from equipoise.randomise.state import AllocationState


class AllocatedEvent(Protocol):
    """What verification needs of an event ``allocated``."""

    @property
    def seq(self) -> int:
        """The event's number."""

    @property
    def stream(self) -> str:
        """The participant."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data: ``slot``, ``arm``, ``levels`` and ``evidence``."""


def verify_draws(
    scheme: Scheme, study_id: str, secret: bytes, allocated: Iterable[AllocatedEvent], *, blinded: bool = False
) -> list[Problem]:
    """Draw every allocation again.

    Parameters
    ----------
    scheme : Scheme
        The study's scheme.
    study_id : str
        The study.
    secret : bytes
        The revealed secret.
    allocated : iterable of AllocatedEvent
        The events ``allocated``, in the order of the history.
    blinded : bool
        Whether the events keep the arms sealed.

    Returns
    -------
    list of Problem
        Empty if every draw is what the secret gives. Otherwise one problem, which names the first guilty event: what
        comes after it was drawn from a state that nobody can know any more.
    """
    state = new_state(scheme)
    given: dict[int, str] = {}
    for event in allocated:
        problem = _out_of_order(event, state, given)
        if problem is not None:
            return [problem]
        try:
            drawn = draw(scheme, state, secret, study_id, event.data["levels"])
        except ValueError:
            return [Problem("randomise.no-draw", _who(event))]
        arm = seal_arm(secret, study_id, drawn.slot, drawn.arm) if blinded else drawn.arm
        if event.data.get("arm") != arm or dict(event.data.get("evidence", {})) != drawn.evidence:
            return [Problem("randomise.wrong-draw", {**_who(event), "slot": drawn.slot})]
        given[drawn.slot] = event.stream
        state = advance(scheme, state, drawn)
    return []


def _out_of_order(event: AllocatedEvent, state: AllocationState, given: Mapping[int, str]) -> Problem | None:
    slot, expected = event.data.get("slot"), state.slots + 1
    if type(slot) is not int or not isinstance(event.data.get("levels"), Mapping):
        return Problem("randomise.no-draw", _who(event))
    if slot in given:
        return Problem("randomise.slot-twice", {**_who(event), "slot": slot, "first": given[slot]})
    if slot != expected:
        return Problem("randomise.slot-skipped", {**_who(event), "slot": slot, "expected": expected})
    return None


def _who(event: AllocatedEvent) -> dict[str, str | int]:
    return {"seq": event.seq, "participant": event.stream}
