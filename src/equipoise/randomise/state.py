"""What an allocation remembers between draws, and what a draw returns: both small, and plain enough for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

Cell = tuple[int, ...] | str


@dataclass(frozen=True, slots=True)
class AllocationState:
    """What the next draw needs to know.

    Parameters
    ----------
    slots : int
        How many slots have been given.
    cells : mapping of str to tuple of int, or to str
        Permuted blocks: stratum to its sealed position (number of the block, slots used of it). Minimisation: margin
        to the number allocated to each arm, as a sealed text in a blinded study. Simple: empty. Its size depends on
        the strata or margins, never on how many were allocated.
    """

    slots: int = 0
    cells: Mapping[str, Cell] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the state as plain JSON values.

        Returns
        -------
        dict
            ``slots`` and ``cells``.
        """
        return {
            "slots": self.slots,
            "cells": {name: cell if isinstance(cell, str) else list(cell) for name, cell in self.cells.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the state that `as_json` wrote.

        Parameters
        ----------
        data : mapping
            ``slots`` and ``cells``.

        Returns
        -------
        AllocationState
            The state.
        """
        cells = {name: cell if isinstance(cell, str) else tuple(cell) for name, cell in data["cells"].items()}
        return cls(data["slots"], cells)


@dataclass(frozen=True, slots=True)
class Draw:
    """One allocation.

    Parameters
    ----------
    slot : int
        The slot, counted through the study from 1.
    arm : str
        The arm's id; it never prints.
    levels : mapping of str to str
        The person's level of each factor, the centre among them.
    evidence : mapping of str to str
        What the event must keep beside the arm so that the next draw costs the same: the sealed position of the
        blocks, or the sealed margins of a blinded minimisation; otherwise nothing.
    """

    slot: int
    arm: str = field(repr=False)
    levels: Mapping[str, str]
    evidence: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_event(cls, data: Mapping[str, Any]) -> Self:
        """Return the draw that an event ``allocated`` keeps; the arm is as the event has it, open or sealed.

        Parameters
        ----------
        data : mapping
            The event's data: ``slot``, ``arm``, ``levels`` and, where the draw had any, ``evidence``.

        Returns
        -------
        Draw
            What `draw.advance` folds.
        """
        return cls(data["slot"], data["arm"], data["levels"], data.get("evidence", {}))


def levels_of(factors: tuple[str, ...], levels: Mapping[str, str]) -> tuple[str, ...]:
    """Return ``factor=level`` for each factor of a scheme, in the scheme's order.

    Parameters
    ----------
    factors : tuple of str
        The scheme's factors.
    levels : mapping of str to str
        The person's levels.

    Returns
    -------
    tuple of str
        The margins that the person belongs to.

    Raises
    ------
    ValueError
        If a factor has no level.
    """
    missing = [factor for factor in factors if not levels.get(factor)]
    if missing:
        raise ValueError(f"no level of {', '.join(missing)}: an allocation needs every factor")
    return tuple(f"{factor}={levels[factor]}" for factor in factors)
