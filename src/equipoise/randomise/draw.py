"""Drawing an allocation: the scheme of a study, its state, the next draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from equipoise.randomise.schemes.minimisation import Minimisation
from equipoise.randomise.schemes.permuted_blocks import PermutedBlocks
from equipoise.randomise.schemes.shares import Shares
from equipoise.randomise.schemes.simple import Simple
from equipoise.randomise.state import AllocationState, Draw

if TYPE_CHECKING:
    from equipoise.study.model.study import Study


class Scheme(Protocol):
    """What the three schemes have in common."""

    @property
    def shares(self) -> Shares:
        """The arms and their ratio."""

    def choose(self, state: AllocationState, secret: bytes, study_id: str, levels: Mapping[str, str]) -> Draw:
        """Draw the next slot (see `draw`)."""

    def advance(self, state: AllocationState, draw: Draw) -> AllocationState:
        """Return the state after a draw (see `advance`)."""

    def choose_all(
        self, secrets: Iterable[bytes], study_id: str, people: Sequence[Mapping[str, str]]
    ) -> list[tuple[int, ...]]:
        """Draw whole lists (see `draw_all`)."""


def scheme_of(study: Study) -> Scheme:
    """Return the scheme that a study declares.

    Parameters
    ----------
    study : Study
        A study that passed its checks.

    Returns
    -------
    Scheme
        The scheme.

    Raises
    ------
    ValueError
        If the declaration cannot be carried out: block sizes that do not hold the ratio, no factor to minimise over,
        a probability that prefers nothing.
    """
    identity = study.identity
    shares = Shares(tuple(arm.id for arm in identity.arms), tuple(arm.ratio for arm in identity.arms))
    declared = identity.allocation
    match declared.scheme.value:
        case "simple":
            return Simple(shares)
        case "permuted_blocks":
            return PermutedBlocks(shares, declared.block_sizes, declared.factors)
        case _:
            if declared.probability is None:
                raise ValueError("minimisation needs the probability of the preferred arm")
            return Minimisation(shares, declared.factors, declared.probability, study.is_blinded)


def new_state(scheme: Scheme) -> AllocationState:  # noqa: ARG001 - all schemes begin alike; callers need not know
    """Return the state before the first draw.

    Parameters
    ----------
    scheme : Scheme
        The scheme.

    Returns
    -------
    AllocationState
        Nothing drawn yet.
    """
    return AllocationState()


def draw(scheme: Scheme, state: AllocationState, secret: bytes, study_id: str, levels: Mapping[str, str]) -> Draw:
    """Draw the next allocation: a pure function of the secret and of the draws before it.

    Parameters
    ----------
    scheme : Scheme
        The scheme.
    state : AllocationState
        What the draws before it left.
    secret : bytes
        The allocation secret, 32 bytes.
    study_id : str
        The study.
    levels : mapping of str to str
        The person's level of each factor, and of the centre as ``centre``.

    Returns
    -------
    Draw
        The slot, the arm, the levels, and the evidence that the event keeps.

    Raises
    ------
    ValueError
        If a factor of the scheme has no level, or the secret is not 32 bytes long.
    """
    return scheme.choose(state, secret, study_id, levels)


def advance(scheme: Scheme, state: AllocationState, draw: Draw) -> AllocationState:
    """Return the state after a draw; it needs no secret, so that whoever folds a history needs none.

    Parameters
    ----------
    scheme : Scheme
        The scheme.
    state : AllocationState
        The state before the draw.
    draw : Draw
        The draw, or what `Draw.from_event` reads from the history.

    Returns
    -------
    AllocationState
        The state for the next draw.
    """
    return scheme.advance(state, draw)


def draw_all(
    scheme: Scheme, secrets: Iterable[bytes], study_id: str, people: Sequence[Mapping[str, str]]
) -> list[tuple[int, ...]]:
    """Draw the whole list of the same people under each of many secrets: what `draw` and `advance` give one by one.

    Parameters
    ----------
    scheme : Scheme
        The scheme.
    secrets : iterable of bytes
        The allocation secrets, 32 bytes each.
    study_id : str
        The study.
    people : sequence of mapping of str to str
        Each person's level of each factor, and of the centre as ``centre``, in the order of allocation.

    Returns
    -------
    list of tuple of int
        For each secret the index of each person's arm, in the study's order of the arms.

    Raises
    ------
    ValueError
        If a factor of the scheme has no level, or a secret is not 32 bytes long.
    """
    return scheme.choose_all(secrets, study_id, people)
