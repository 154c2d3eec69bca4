"""Permuted blocks of random sizes within strata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from equipoise.randomise.blinding import opened_text, sealed_text
from equipoise.randomise.schemes.shares import Shares
from equipoise.randomise.state import AllocationState, Cell, Draw, levels_of
from equipoise.randomise.stream import Stream


@dataclass(frozen=True, slots=True)
class PermutedBlocks:
    """Each stratum, the crossing of the factors' levels, has a sequence of blocks of its own.

    Parameters
    ----------
    shares : Shares
        The arms and their ratio.
    block_sizes : tuple of int
        The sizes that a block may have, each equally likely; multiples of the sum of the ratio.
    factors : tuple of str
        The factors whose crossing makes the strata; none makes one stratum.
    """

    shares: Shares
    block_sizes: tuple[int, ...]
    factors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        total = self.shares.total
        if not self.block_sizes or any(size < total or size % total for size in self.block_sizes):
            raise ValueError(f"block sizes are multiples of {total}, the sum of the ratio")

    def block(self, secret: bytes, study_id: str, stratum: str, number: int) -> tuple[int, ...]:
        """Return a block of a stratum.

        Parameters
        ----------
        secret : bytes
            The allocation secret, 32 bytes.
        study_id : str
            The study.
        stratum : str
            ``factor=level`` of each factor, joined by ``;``.
        number : int
            The block's number in its stratum, from 1.

        Returns
        -------
        tuple of int
            Indices of arms, in exactly the ratio.
        """
        stream = Stream(secret, study_id, "permuted_blocks", stratum, str(number))
        size = self.block_sizes[stream.below(len(self.block_sizes))]
        return stream.shuffled(self.shares.unit * (size // self.shares.total))

    def choose(self, state: AllocationState, secret: bytes, study_id: str, levels: Mapping[str, str]) -> Draw:
        """Take the next slot of the person's stratum.

        Parameters
        ----------
        state : AllocationState
            What was drawn before.
        secret : bytes
            The allocation secret, 32 bytes.
        study_id : str
            The study.
        levels : mapping of str to str
            The person's level of each factor.

        Returns
        -------
        Draw
            The slot, its arm, and as evidence the sealed position of the stratum after this draw.

        Raises
        ------
        ValueError
            If a factor has no level.
        """
        stratum = ";".join(levels_of(self.factors, levels))
        number, used = _position(state.cells.get(stratum), secret, study_id, stratum)
        block = self.block(secret, study_id, stratum, number)
        arm = self.shares.arms[block[used]]
        after = f"{number + 1},0" if used + 1 == len(block) else f"{number},{used + 1}"
        # Who can read where a block begins and ends can foretell its last slots: the position is kept sealed.
        evidence = {"position": sealed_text(secret, after, study_id, "position", stratum)}
        return Draw(state.slots + 1, arm, dict(levels), evidence)

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
        stratum = ";".join(levels_of(self.factors, draw.levels))
        return AllocationState(draw.slot, {**state.cells, stratum: draw.evidence["position"]})

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

        Raises
        ------
        ValueError
            If a factor has no level.
        """
        strata = [";".join(levels_of(self.factors, levels)) for levels in people]
        return [self._list(secret, study_id, strata) for secret in secrets]

    def _list(self, secret: bytes, study_id: str, strata: Sequence[str]) -> tuple[int, ...]:
        numbers = dict.fromkeys(strata, 0)
        left: dict[str, list[int]] = {stratum: [] for stratum in numbers}
        arms = []
        for stratum in strata:
            if not left[stratum]:
                numbers[stratum] += 1
                left[stratum] = list(reversed(self.block(secret, study_id, stratum, numbers[stratum])))
            arms.append(left[stratum].pop())
        return tuple(arms)


def _position(cell: Cell | None, secret: bytes, study_id: str, stratum: str) -> tuple[int, int]:
    if cell is None:
        return 1, 0
    if not isinstance(cell, str):
        raise TypeError("a state that another scheme made")
    number, used = opened_text(secret, cell, study_id, "position", stratum).split(",")
    return int(number), int(used)
