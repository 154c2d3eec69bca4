"""Minimisation with a random element, for arms in any ratio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from math import lcm

from equipoise.randomise.blinding import opened_text, sealed_text
from equipoise.randomise.schemes.shares import Shares, weighted
from equipoise.randomise.state import AllocationState, Draw, levels_of
from equipoise.randomise.stream import Stream

Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Minimisation:
    """Prefer the arm that leaves the margins of the person's levels most alike; follow the preference by chance.

    Parameters
    ----------
    shares : Shares
        The arms and their ratio.
    factors : tuple of str
        The factors whose margins are balanced, one or more, each of the same weight.
    probability : Decimal
        The chance of the preferred arm when it is the arm with the smallest share; above that share's fraction of
        the whole, up to 1.
    blinded : bool
        Whether the state keeps the margins sealed.

    Notes
    -----
    The measure of imbalance is the range of Pocock and Simon (1975), Biometrics 31:103-115, of the counts divided by
    the shares, summed over the factors. The chances in an unequal ratio are those of the biased-coin minimisation of
    Han, Enas and McEntegart (2009), Statistics in Medicine 28:3329-3346: an arm m that is not preferred has the
    chance c × share(m), with c = (1 - probability) / (total - smallest share). Each arm then gets its share in the
    long run, whatever is preferred; with equal shares it is Pocock and Simon's probability.
    """

    shares: Shares
    factors: tuple[str, ...]
    probability: Decimal
    blinded: bool = False

    def __post_init__(self) -> None:
        if not self.factors:
            raise ValueError("minimisation needs a factor to balance")
        smallest = Fraction(min(self.shares.ratio), self.shares.total)
        if not smallest < Fraction(self.probability) <= 1:
            raise ValueError(f"the preferred arm's probability is above {smallest} and at most 1")

    def weights(self, preferred: int) -> tuple[int, ...]:
        """Return the chances of the arms as integers in their ratio.

        Parameters
        ----------
        preferred : int
            The index of the preferred arm.

        Returns
        -------
        tuple of int
            A weight an arm; together the denominator of the probability times (total - smallest share).
        """
        return _weights(self.shares.ratio, self.probability, preferred)

    def imbalance(self, margins: tuple[Counts, ...], arm: int) -> int:
        """Return the imbalance that would follow if the person went to an arm.

        Parameters
        ----------
        margins : tuple of tuple of int
            For each of the person's levels the number allocated to each arm.
        arm : int
            The index of the arm.

        Returns
        -------
        int
            The sum over the margins of the range of the counts, each times the least common multiple of the shares
            and divided by its own share.
        """
        return sum(_ranges(self.shares.ratio, counts)[arm] for counts in margins)

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
            The person's level of each factor.

        Returns
        -------
        Draw
            The slot, its arm, and in a blinded study as evidence the sealed margins after this draw.

        Raises
        ------
        ValueError
            If a factor has no level.
        """
        slot = state.slots + 1
        names = levels_of(self.factors, levels)
        margins = tuple(self._counts(state, secret, study_id, name) for name in names)
        arm = self._drawn(secret, study_id, slot, margins)
        evidence: dict[str, str] = {}
        if self.blinded:
            for name, counts in zip(names, margins, strict=True):
                after = ",".join(map(str, _added(counts, arm)))
                evidence[name] = sealed_text(secret, after, study_id, "margin", name)
        return Draw(slot, self.shares.arms[arm], dict(levels), evidence)

    def advance(self, state: AllocationState, draw: Draw) -> AllocationState:
        """Return the state after a draw; in a blinded study without knowing the arm.

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

        Raises
        ------
        ValueError
            If the draw names an arm that the study does not have.
        """
        names = levels_of(self.factors, draw.levels)
        if self.blinded:
            return AllocationState(draw.slot, {**state.cells, **{name: draw.evidence[name] for name in names}})
        arm = self.shares.arms.index(draw.arm)
        nobody = (0,) * len(self.shares.arms)
        after = {name: _added(_open_counts(state.cells.get(name, nobody)), arm) for name in names}
        return AllocationState(draw.slot, {**state.cells, **after})

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
        named = [levels_of(self.factors, levels) for levels in people]
        return [self._list(secret, study_id, named) for secret in secrets]

    def _list(self, secret: bytes, study_id: str, named: Sequence[tuple[str, ...]]) -> tuple[int, ...]:
        nobody = (0,) * len(self.shares.arms)
        margins = {name: nobody for names in named for name in names}
        arms = []
        for slot, names in enumerate(named, 1):
            counts = [margins[name] for name in names]
            arm = self._drawn(secret, study_id, slot, counts)
            arms.append(arm)
            for name, before in zip(names, counts, strict=True):
                margins[name] = _added(before, arm)
        return tuple(arms)

    def _drawn(self, secret: bytes, study_id: str, slot: int, margins: Sequence[Counts]) -> int:
        ratio = self.shares.ratio
        scores = [sum(after) for after in zip(*[_ranges(ratio, counts) for counts in margins], strict=True)]
        least = min(scores)
        tied = tuple([share if score == least else 0 for share, score in zip(ratio, scores, strict=True)])
        stream = Stream(secret, study_id, "minimisation", "", str(slot))
        return weighted(stream, self.weights(weighted(stream, tied)))

    def _counts(self, state: AllocationState, secret: bytes, study_id: str, name: str) -> Counts:
        cell = state.cells.get(name, (0,) * len(self.shares.arms))
        if self.blinded and isinstance(cell, str):
            return tuple(int(count) for count in opened_text(secret, cell, study_id, "margin", name).split(","))
        return _open_counts(cell)


@cache
def _weights(ratio: tuple[int, ...], probability: Decimal, preferred: int) -> tuple[int, ...]:
    chance = Fraction(probability)
    weights = [(chance.denominator - chance.numerator) * share for share in ratio]
    whole = chance.denominator * (sum(ratio) - min(ratio))
    weights[preferred] += whole - sum(weights)
    return tuple(weights)


def _open_counts(cell: Counts | str) -> Counts:
    if isinstance(cell, str):
        raise TypeError("a state that a blinded scheme made")
    return cell


# Counts are few and come again in every slot; a list that is drawn a thousand times over needs them kept.
@lru_cache(maxsize=65536)
def _ranges(ratio: tuple[int, ...], counts: Counts) -> tuple[int, ...]:
    """Return the range of a margin's counts over their shares if the person went to each arm."""
    multiple = lcm(*ratio)
    scaled = [count * multiple // share for count, share in zip(counts, ratio, strict=True)]
    ranges = []
    for arm, share in enumerate(ratio):
        after = [value + (multiple // share if index == arm else 0) for index, value in enumerate(scaled)]
        ranges.append(max(after) - min(after))
    return tuple(ranges)


@lru_cache(maxsize=65536)
def _added(counts: Counts, arm: int) -> Counts:
    return tuple(count + (index == arm) for index, count in enumerate(counts))
