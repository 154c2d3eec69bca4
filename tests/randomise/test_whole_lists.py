"""Whole lists, drawn at once for a re-randomisation test, are what drawing person by person gives."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.randomise.draw import Scheme, advance, draw, draw_all, new_state
from equipoise.randomise.schemes.minimisation import Minimisation
from equipoise.randomise.schemes.permuted_blocks import PermutedBlocks
from equipoise.randomise.schemes.shares import Shares
from equipoise.randomise.schemes.simple import Simple
from equipoise.randomise.secret import derive_replay_secrets, derive_secret

EVEN, UNEVEN = Shares(("a", "b"), (1, 1)), Shares(("a", "b", "c"), (3, 2, 1))
MOST = Decimal("0.8")
SCHEMES: dict[str, Scheme] = {
    "simple": Simple(EVEN),
    "simple 3:2:1": Simple(UNEVEN),
    "blocks": PermutedBlocks(EVEN, (2, 4, 6), ("centre", "titre")),
    "blocks, one stratum": PermutedBlocks(UNEVEN, (6, 12)),
    "minimisation": Minimisation(EVEN, ("centre", "titre"), MOST),
    "minimisation 3:2:1": Minimisation(UNEVEN, ("centre", "titre"), MOST),
    "minimisation, blinded": Minimisation(EVEN, ("centre", "titre"), MOST, blinded=True),
}


def one_by_one(scheme: Scheme, secret: bytes, people: list[dict[str, str]]) -> tuple[int, ...]:
    state, arms = new_state(scheme), []
    for person in people:
        drawn = draw(scheme, state, secret, "S", person)
        state = advance(scheme, state, drawn)
        arms.append(scheme.shares.arms.index(drawn.arm))
    return tuple(arms)


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(0, 40))
def test_a_list_is_its_draws(name: str, seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    people = [{"centre": str(random.integers(1, 4)), "titre": str(random.choice(["low", "high"]))} for _ in range(size)]
    scheme, secrets = SCHEMES[name], derive_replay_secrets(seed, "S", 3)
    assert draw_all(scheme, secrets, "S", people) == [one_by_one(scheme, secret, people) for secret in secrets]


def test_the_secrets_of_a_replay_are_all_different_and_none_is_a_trial_s() -> None:
    secrets = derive_replay_secrets(7, "S", 200)
    assert len({*secrets, derive_secret(7, "S"), *derive_replay_secrets(8, "S", 200)}) == 401
    assert derive_replay_secrets(7, "S", 5) == secrets[:5]


def test_a_person_without_a_level_is_refused() -> None:
    with pytest.raises(ValueError, match="titre"):
        draw_all(SCHEMES["minimisation"], derive_replay_secrets(1, "S", 1), "S", [{"centre": "01"}])
