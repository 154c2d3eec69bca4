"""The schemes: ratios, balance, known sequences, what they refuse, and what is never kept in clear."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from equipoise.randomise.draw import Scheme, advance, draw, new_state, scheme_of
from equipoise.randomise.schemes.minimisation import Minimisation
from equipoise.randomise.schemes.permuted_blocks import PermutedBlocks
from equipoise.randomise.schemes.shares import Shares
from equipoise.randomise.schemes.simple import Simple
from equipoise.randomise.secret import derive_secret
from equipoise.randomise.state import AllocationState, Draw
from equipoise.study.model.identity import Allocation, Arm
from equipoise.study.model.study import Identity, Study

SECRET = bytes(range(32))
EVEN = Shares(("a", "b"), (1, 1))
HALF = Decimal("0.8")
RATIOS = st.lists(st.integers(1, 4), min_size=2, max_size=4)


def shares(ratio: list[int]) -> Shares:
    return Shares(tuple("abcd"[: len(ratio)]), tuple(ratio))


def crowd(number: int, seed: int = 1) -> list[dict[str, str]]:
    random = np.random.default_rng(seed)
    return [
        {
            "centre": f"{random.integers(1, 7):02d}",
            "titre": str(random.choice(["low", "middle", "high"])),
            "weeks": str(random.choice(["short", "long"])),
        }
        for _ in range(number)
    ]


def played(scheme: Scheme, people: list[dict[str, str]], secret: bytes = SECRET, study: str = "S") -> list[Draw]:
    state, draws = new_state(scheme), []
    for person in people:
        draws.append(draw(scheme, state, secret, study, person))
        state = advance(scheme, state, draws[-1])
    return draws


SCHEMES: dict[str, Scheme] = {
    "simple": Simple(EVEN),
    "simple 2:1:1": Simple(Shares(("a", "b", "c"), (2, 1, 1))),
    "blocks": PermutedBlocks(EVEN, (2, 4, 6), ("centre", "titre")),
    "blocks 2:1": PermutedBlocks(Shares(("a", "b"), (2, 1)), (3, 6), ("centre",)),
    "minimisation": Minimisation(EVEN, ("centre", "titre", "weeks"), HALF),
    "minimisation 3:2:1": Minimisation(Shares(("a", "b", "c"), (3, 2, 1)), ("centre", "titre"), HALF),
    "minimisation, blinded": Minimisation(EVEN, ("centre", "titre", "weeks"), HALF, blinded=True),
}
KNOWN = {
    "simple": "baaabbbaaaaabaaabaabaaaa",
    "simple 2:1:1": "cabacacaaabacbabcabcbbba",
    "blocks": "abaaaabababaaaabbaababba",
    "blocks 2:1": "baaabaaaababbaababaaaaba",
    "minimisation": "baabbbaabaababbbaaaabbba",
    "minimisation 3:2:1": "aabacaabaaaabbbccabaabab",
    "minimisation, blinded": "baabbbaabaababbbaaaabbba",
}


@pytest.mark.parametrize("name", SCHEMES)
def test_a_known_sequence(name: str) -> None:
    # Fixed when the algorithm was published: a change would make the allocations of running trials unverifiable.
    sites, titres = ["01", "02", "01", "03"], ["low", "high", "high"]
    people = [{"centre": sites[n % 4], "titre": titres[n % 3], "weeks": ["short", "long"][n % 2]} for n in range(24)]
    assert "".join(one.arm for one in played(SCHEMES[name], people)) == KNOWN[name]


@pytest.mark.parametrize("name", SCHEMES)
def test_a_replay_is_exact_and_needs_only_the_stored_state(name: str) -> None:
    scheme, people = SCHEMES[name], crowd(80)
    state = new_state(scheme)
    for expected, person in zip(played(scheme, people), people, strict=True):
        drawn = draw(scheme, state, SECRET, "S", person)
        assert drawn == expected
        kept = {"slot": drawn.slot, "arm": drawn.arm, "levels": dict(drawn.levels), "evidence": dict(drawn.evidence)}
        state = advance(scheme, state, Draw.from_event(json.loads(json.dumps(kept))))
        state = AllocationState.from_json(json.loads(json.dumps(state.as_json())))


@pytest.mark.parametrize("name", SCHEMES)
def test_another_secret_or_study_gives_another_sequence(name: str) -> None:
    people = crowd(60)
    arms = [
        [one.arm for one in played(SCHEMES[name], people, secret, study)]
        for secret, study in ((SECRET, "S"), (SECRET, "T"), (derive_secret(1, "S"), "S"))
    ]
    assert arms[0] != arms[1]
    assert arms[0] != arms[2]


@pytest.mark.parametrize("name", SCHEMES)
def test_the_state_does_not_grow_with_the_people(name: str) -> None:
    scheme, people = SCHEMES[name], crowd(400)
    state, sizes = new_state(scheme), []
    for person in people:
        state = advance(scheme, state, draw(scheme, state, SECRET, "S", person))
        sizes.append(len(json.dumps(state.as_json())))
    assert sizes[-1] <= sizes[150] + 40


def test_every_order_of_a_block_is_equally_likely() -> None:
    scheme = PermutedBlocks(Shares(("a", "b", "c"), (2, 1, 1)), (4,))
    orders = set(permutations((0, 0, 1, 2)))
    counts = Counter(scheme.block(SECRET, "S", "", number) for number in range(1, 1 + 300 * len(orders)))
    assert set(counts) == orders
    statistic = sum((count - 300) ** 2 / 300 for count in counts.values())
    assert chi2.sf(statistic, len(orders) - 1) > 0.001


def test_every_size_of_a_block_is_equally_likely() -> None:
    scheme = PermutedBlocks(EVEN, (2, 4, 6))
    counts = Counter(len(scheme.block(SECRET, "S", "", number)) for number in range(1, 1201))
    statistic = sum((counts[size] - 400) ** 2 / 400 for size in (2, 4, 6))
    assert chi2.sf(statistic, 2) > 0.001


@given(RATIOS, st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(0, 2**32), st.integers(1, 50))
@settings(max_examples=80, deadline=None)
def test_each_complete_block_has_exactly_the_ratio(ratio: list[int], times: list[int], seed: int, number: int) -> None:
    made = shares(ratio)
    scheme = PermutedBlocks(made, tuple(made.total * factor for factor in times), ("centre",))
    block = scheme.block(derive_secret(seed, "S"), "S", "centre=01", number)
    sets = len(block) // made.total
    assert sets in times
    assert [block.count(arm) for arm in range(len(ratio))] == [share * sets for share in ratio]


@given(RATIOS, st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_a_stratum_walks_through_its_blocks(ratio: list[int], seed: int) -> None:
    made = shares(ratio)
    scheme = PermutedBlocks(made, (made.total, 2 * made.total), ("centre",))
    people, secret = crowd(60, seed % 100), derive_secret(seed, "S")
    draws = played(scheme, people, secret)
    for centre in {person["centre"] for person in people}:
        given_arms = [one.arm for one, person in zip(draws, people, strict=True) if person["centre"] == centre]
        expected: list[int] = []
        number = 1
        while len(expected) < len(given_arms):
            expected += scheme.block(secret, "S", f"centre={centre}", number)
            number += 1
        assert given_arms == [made.arms[arm] for arm in expected[: len(given_arms)]]


@given(RATIOS, st.decimals("0.85", 1, places=3), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_the_chances_of_minimisation_keep_the_ratio(ratio: list[int], probability: Decimal, preferred: int) -> None:
    made, preferred = shares(ratio), preferred % len(ratio)
    scheme = Minimisation(made, ("centre",), probability)
    weights = scheme.weights(preferred)
    assert min(weights) >= 0
    if made.ratio[preferred] == min(made.ratio):
        assert weights[preferred] * 1000 == sum(weights) * int(probability * 1000)
    # If each arm is preferred as often as its share, each is allocated as often as its share.
    whole = sum(weights)
    rows = [scheme.weights(arm) for arm in range(len(ratio))]
    for arm, share in enumerate(ratio):
        assert sum(ratio[row] * rows[row][arm] for row in range(len(ratio))) == share * whole


@pytest.mark.parametrize("ratio", [(1, 1), (2, 1), (3, 2, 1)])
def test_minimisation_reaches_the_ratio(ratio: tuple[int, ...]) -> None:
    scheme = Minimisation(shares(list(ratio)), ("centre", "titre"), HALF)
    counts = Counter(one.arm for one in played(scheme, crowd(1200)))
    for arm, share in zip(scheme.shares.arms, ratio, strict=True):
        assert abs(counts[arm] - 1200 * share / sum(ratio)) < 15


def test_simple_randomisation_follows_the_ratio() -> None:
    counts = Counter(one.arm for one in played(Simple(Shares(("a", "b", "c"), (3, 2, 1))), crowd(3000)))
    statistic = sum(
        (counts[arm] - 500 * share) ** 2 / (500 * share) for arm, share in zip("abc", (3, 2, 1), strict=True)
    )
    assert chi2.sf(statistic, 2) > 0.001


def test_minimisation_balances_better_than_simple_randomisation_over_1000_trials() -> None:
    minimised, simple = SCHEMES["minimisation"], SCHEMES["simple"]
    worst: dict[str, list[int]] = {"minimised": [], "simple": []}
    for trial in range(1000):
        people = crowd(48, trial)
        for name, scheme in (("minimised", minimised), ("simple", simple)):
            draws = played(scheme, people, derive_secret(trial, "balance"))
            margins: Counter[str] = Counter()
            for one in draws:
                for factor, level in one.levels.items():
                    margins[f"{factor}={level}"] += 1 if one.arm == "a" else -1
            worst[name].append(max(abs(lead) for lead in margins.values()))
    assert np.mean(worst["minimised"]) < 0.6 * np.mean(worst["simple"])
    assert np.percentile(worst["minimised"], 95) < np.percentile(worst["simple"], 50)


def test_without_chance_the_lagging_arm_always_follows() -> None:
    scheme = Minimisation(EVEN, ("centre",), Decimal(1))
    arms = [one.arm for one in played(scheme, [{"centre": "01"}] * 40)]
    assert all({arms[pair], arms[pair + 1]} == {"a", "b"} for pair in range(0, 40, 2))


def test_the_margins_of_an_unequal_ratio_are_scaled() -> None:
    scheme = Minimisation(Shares(("a", "b"), (2, 1)), ("centre",), Decimal(1))
    arms = "".join(one.arm for one in played(scheme, [{"centre": "01"}] * 12))
    assert all(sorted(arms[three : three + 3]) == ["a", "a", "b"] for three in range(0, 12, 3))


def test_only_the_scheme_s_factors_matter() -> None:
    scheme = PermutedBlocks(EVEN, (2,), ("titre",))
    people = crowd(40)
    moved = [{**person, "centre": "99"} for person in people]
    assert [one.arm for one in played(scheme, people)] == [one.arm for one in played(scheme, moved)]


def test_a_missing_level_is_refused_by_name() -> None:
    for scheme in (SCHEMES["blocks"], SCHEMES["minimisation"]):
        with pytest.raises(ValueError, match="no level of titre"):
            draw(scheme, new_state(scheme), SECRET, "S", {"centre": "01", "weeks": "long"})


@pytest.mark.parametrize("name", ["blocks", "minimisation, blinded"])
def test_what_the_state_keeps_tells_no_position_and_no_arm(name: str) -> None:
    scheme = SCHEMES[name]
    draws = played(scheme, [{"centre": "01", "titre": "low", "weeks": "long"}] * 40)
    kept = [text for one in draws for text in one.evidence.values()]
    assert {len(text) for text in kept} == {108}
    assert len(set(kept)) == len(kept)


def test_a_blinded_state_advances_without_the_arm() -> None:
    scheme, people = SCHEMES["minimisation, blinded"], crowd(60)
    state = new_state(scheme)
    for expected, person in zip(played(SCHEMES["minimisation"], people), people, strict=True):
        drawn = draw(scheme, state, SECRET, "S", person)
        assert drawn.arm == expected.arm
        state = advance(scheme, state, Draw(drawn.slot, "sealed", drawn.levels, drawn.evidence))


def test_a_draw_never_prints_its_arm() -> None:
    drawn = draw(Simple(Shares(("hidden", "veiled"), (1, 1))), AllocationState(), SECRET, "S", {"centre": "01"})
    assert "hidden" not in repr(drawn)
    assert "veiled" not in repr(drawn)


def test_a_state_of_another_scheme_is_refused() -> None:
    state = AllocationState(1, {"centre=01;titre=low": (1, 1), "titre=low": "sealed", "centre=01": "sealed"})
    person = {"centre": "01", "titre": "low", "weeks": "long"}
    for name in ("blocks", "minimisation"):
        with pytest.raises(TypeError, match="a state that"):
            draw(SCHEMES[name], state, SECRET, "S", person)


@pytest.mark.parametrize(
    ("arms", "ratio"), [(("a",), (1,)), (("a", "b"), (1,)), (("a", "a"), (1, 1)), (("a", "b"), (1, 0))]
)
def test_shares_check_themselves(arms: tuple[str, ...], ratio: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="arm"):
        Shares(arms, ratio)


@pytest.mark.parametrize("sizes", [(), (3,), (2, 5), (0,)])
def test_block_sizes_hold_the_ratio(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="multiples of 2"):
        PermutedBlocks(EVEN, sizes)


@pytest.mark.parametrize("probability", ["0.5", "1.01", "0"])
def test_a_probability_prefers(probability: str) -> None:
    with pytest.raises(ValueError, match="above 1/2"):
        Minimisation(EVEN, ("centre",), Decimal(probability))
    with pytest.raises(ValueError, match="needs a factor"):
        Minimisation(EVEN, (), Decimal("0.8"))


@pytest.mark.parametrize(
    ("declared", "blinding", "expected"),
    [
        ({"scheme": "simple"}, "open_label", Simple(Shares(("a", "b"), (2, 1)))),
        (
            {"scheme": "permuted_blocks", "factors": ["centre", "titre"], "block_sizes": [3, 6]},
            "double_blind",
            PermutedBlocks(Shares(("a", "b"), (2, 1)), (3, 6), ("centre", "titre")),
        ),
        (
            {"scheme": "minimisation", "factors": ["centre"], "probability": "0.8"},
            "double_blind",
            Minimisation(Shares(("a", "b"), (2, 1)), ("centre",), HALF, blinded=True),
        ),
    ],
)
def test_a_study_declares_its_scheme(declared: dict[str, object], blinding: str, expected: Scheme) -> None:
    arms = [{"id": name, "label": name, "kind": "experimental", "ratio": share} for name, share in (("a", 2), ("b", 1))]
    identity = {
        "format": 1,
        "id": "S",
        "version": "1",
        "title": "t",
        "blinding": blinding,
        "enrolment": 3,
        "sponsor": {"name": "x"},
        "arms": arms,
        "sites": [],
        "allocation": declared,
    }
    study = Study.model_validate(
        {
            "identity": identity,
            "codebook": {"variables": []},
            "eligibility": [],
            "schedule": {"visits": []},
            "endpoints": {"endpoints": [], "estimands": [], "analyses": []},
        }
    )
    assert scheme_of(study) == expected


def test_a_minimisation_without_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="probability"):
        scheme_of(
            Study.model_construct(
                identity=Identity.model_construct(
                    arms=(Arm(id="a", label="a", kind="placebo"), Arm(id="b", label="b", kind="placebo")),
                    allocation=Allocation(scheme="minimisation", factors=("centre",)),
                )
            )
        )
