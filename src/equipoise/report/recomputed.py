"""What a recomputation in R found, as the report tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The figures of `results.json` recomputed elsewhere, beside ours.

    Attributes
    ----------
    figures : int
        How many were compared.
    largest : float
        The largest difference, |ours - R's| / max(1, |R's|).
    where : str
        The figure that it was found at: its path in `results.json`.
    version : str
        The version of R.
    differs : tuple of str
        Figures that differ by more than rounding and the accuracy of R's functions allow; empty where all agree.
    not_compared : tuple of pair of (str, int)
        What was not recomputed: the path of such figures in `results.json`, without places in lists, and how many.
    """

    figures: int
    largest: float
    where: str
    version: str
    differs: tuple[str, ...] = ()
    not_compared: tuple[tuple[str, int], ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether something was compared and nothing differs."""
        return self.figures > 0 and not self.differs
