"""Simple randomisation: every slot is drawn by itself, in the ratio of the arms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from equipoise.randomise.schemes.shares import Shares, weighted
from equipoise.randomise.state import AllocationState, Draw
from equipoise.randomise.stream import Stream


@dataclass(frozen=True, slots=True)
class Simple:
    """Independent draws.

    Parameters
    ----------
    shares : Shares
        The arms and their ratio.
    """

    shares: Shares

    def choose(self, state: AllocationState, secret: bytes, study_id: str, levels: Mapping[str, str]) -> Draw:
        """Draw the next slot.

        Parameters
        ----------
        state : AllocationState
            What was drawn before.
        secret : bytes
            The allocation secret, 32 bytes.
        study_id : str
            The study.
        levels : mapping of str to str
            The person's levels; kept with the draw, without influence on it.

        Returns
        -------
        Draw
            The slot and its arm.
        """
        slot = state.slots + 1
        return Draw(slot, self.shares.arms[self._drawn(secret, study_id, slot)], dict(levels))

    def advance(self, state: AllocationState, draw: Draw) -> AllocationState:
        """Return the state after a draw.

        Parameters
        ----------
        state : AllocationState
            The state before it.
        draw : Draw
            The draw.

        Returns
        -------
        AllocationState
            The state for the next draw.
        """
        return AllocationState(draw.slot, state.cells)

    def choose_all(
        self, secrets: Iterable[bytes], study_id: str, people: Sequence[Mapping[str, str]]
    ) -> list[tuple[int, ...]]:
        """Draw a whole list under each secret.

        Parameters
        ----------
        secrets : iterable of bytes
            The allocation secrets, 32 bytes each.
        study_id : str
            The study.
        people : sequence of mapping of str to str
            Each person's levels, in the order of allocation.

        Returns
        -------
        list of tuple of int
            For each secret the index of each person's arm.
        """
        slots = range(1, len(people) + 1)
        return [tuple(self._drawn(secret, study_id, slot) for slot in slots) for secret in secrets]

    def _drawn(self, secret: bytes, study_id: str, slot: int) -> int:
        return weighted(Stream(secret, study_id, "simple", "", str(slot)), self.shares.ratio)
