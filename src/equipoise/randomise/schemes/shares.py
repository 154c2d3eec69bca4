"""The arms of a study with their shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.randomise.stream import Stream


@dataclass(frozen=True, slots=True)
class Shares:
    """The arms in the study's order, each with its share of the allocation.

    Parameters
    ----------
    arms : tuple of str
        The arms' ids, two or more.
    ratio : tuple of int
        The share of each, at least 1.
    """

    arms: tuple[str, ...]
    ratio: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.arms) != len(self.ratio) or len(set(self.arms)) != len(self.arms):
            raise ValueError("each arm is named once and has one share")
        if len(self.arms) < 2 or min(self.ratio) < 1:
            raise ValueError("an allocation needs two arms or more, with shares of 1 or more")

    @property
    def total(self) -> int:
        """The shares together: the length of the smallest complete block."""
        return sum(self.ratio)

    @property
    def unit(self) -> tuple[int, ...]:
        """The smallest complete block: the index of each arm as often as its share, in the study's order."""
        return tuple(index for index, share in enumerate(self.ratio) for _ in range(share))


def weighted(stream: Stream, weights: tuple[int, ...]) -> int:
    """Draw an index with chances in proportion to integer weights.

    Parameters
    ----------
    stream : Stream
        The stream that is read.
    weights : tuple of int
        The weights, 0 or more, not all 0.

    Returns
    -------
    int
        The first index at which the running sum of the weights exceeds the number read.
    """
    number = stream.below(sum(weights))
    for index, weight in enumerate(weights):
        number -= weight
        if number < 0:
            return index
    raise AssertionError("a number below the sum of the weights falls on one of them")
