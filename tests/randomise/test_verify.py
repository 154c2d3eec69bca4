"""Verification names the first guilty event; a second writing of the algorithm gives the same sequence."""

from __future__ import annotations

import base64
import runpy
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core import words
from equipoise.core.problem import Problem
from equipoise.randomise.blinding import open_arm, seal_arm
from equipoise.randomise.draw import Scheme, advance, draw, new_state
from equipoise.randomise.kits import kit_list
from equipoise.randomise.schemes.minimisation import Minimisation
from equipoise.randomise.schemes.permuted_blocks import PermutedBlocks
from equipoise.randomise.schemes.shares import Shares
from equipoise.randomise.schemes.simple import Simple
from equipoise.randomise.secret import derive_secret
from equipoise.randomise.verify import verify_draws

REFERENCE = runpy.run_path(str(Path(__file__).parents[1] / "reference" / "allocation.py"))
SECRET = bytes(range(32))
EVEN = Shares(("a", "b"), (1, 1))
FACTORS = ("centre", "titre")
SCHEMES: dict[str, Scheme] = {
    "simple": Simple(EVEN),
    "blocks": PermutedBlocks(EVEN, (2, 4), FACTORS),
    "minimisation": Minimisation(EVEN, FACTORS, Decimal("0.8")),
    "blinded": Minimisation(EVEN, FACTORS, Decimal("0.8"), blinded=True),
}


@dataclass
class Allocated:
    seq: int
    stream: str
    data: dict[str, Any] = field(default_factory=dict)


def crowd(number: int, seed: int = 1) -> list[dict[str, str]]:
    random = np.random.default_rng(seed)
    return [
        {"centre": f"{random.integers(1, 4):02d}", "titre": str(random.choice(["low", "high"]))} for _ in range(number)
    ]


def events(scheme: Scheme, *, blinded: bool, number: int = 30) -> list[Allocated]:
    state, out = new_state(scheme), []
    for index, person in enumerate(crowd(number)):
        drawn = draw(scheme, state, SECRET, "S", person)
        state = advance(scheme, state, drawn)
        arm = seal_arm(SECRET, "S", drawn.slot, drawn.arm) if blinded else drawn.arm
        data = {"slot": drawn.slot, "arm": arm, "levels": person, "evidence": dict(drawn.evidence)}
        out.append(Allocated(100 + index, f"01-{index + 1:04d}", data))
    return out


def found(scheme: Scheme, history: list[Allocated], *, blinded: bool = False) -> list[Problem]:
    return verify_draws(scheme, "S", SECRET, history, blinded=blinded)


@pytest.mark.parametrize("name", SCHEMES)
def test_an_untouched_history_verifies(name: str) -> None:
    blinded = name == "blinded"
    assert found(SCHEMES[name], events(SCHEMES[name], blinded=blinded), blinded=blinded) == []


@pytest.mark.parametrize("name", SCHEMES)
def test_a_wrong_draw_is_named(name: str) -> None:
    blinded = name == "blinded"
    history = events(SCHEMES[name], blinded=blinded)
    data = history[11].data
    other = {"a": "b", "b": "a"}
    data["arm"] = (
        seal_arm(SECRET, "S", 12, other[open_arm(SECRET, "S", 12, data["arm"])]) if blinded else other[data["arm"]]
    )
    (problem,) = found(SCHEMES[name], history, blinded=blinded)
    assert problem == Problem("randomise.wrong-draw", {"seq": 111, "participant": "01-0012", "slot": 12})


def test_changed_evidence_is_a_wrong_draw() -> None:
    history = events(SCHEMES["blocks"], blinded=False)
    history[4].data["evidence"] = dict(history[5].data["evidence"])
    assert [problem.params["seq"] for problem in found(SCHEMES["blocks"], history)] == [104]


@pytest.mark.parametrize("name", ["simple", "blocks", "minimisation"])
def test_a_slot_given_twice_is_named_with_its_first_holder(name: str) -> None:
    history = events(SCHEMES[name], blinded=False)
    history.insert(9, Allocated(300, "02-0007", dict(history[5].data)))
    (problem,) = found(SCHEMES[name], history)
    assert problem.code == "randomise.slot-twice"
    assert problem.params == {"seq": 300, "participant": "02-0007", "slot": 6, "first": "01-0006"}


def test_a_skipped_slot_is_named() -> None:
    history = events(SCHEMES["minimisation"], blinded=False)
    del history[7]
    (problem,) = found(SCHEMES["minimisation"], history)
    assert problem.code == "randomise.slot-skipped"
    assert problem.params == {"seq": 108, "participant": "01-0009", "slot": 9, "expected": 8}


@pytest.mark.parametrize("data", [{}, {"slot": "1", "levels": {}}, {"slot": 1, "levels": 3}, {"slot": 1, "levels": {}}])
def test_what_is_no_draw_is_named(data: dict[str, Any]) -> None:
    (problem,) = found(SCHEMES["minimisation"], [Allocated(5, "01-0001", data)])
    assert problem == Problem("randomise.no-draw", {"seq": 5, "participant": "01-0001"})


def test_another_secret_does_not_verify() -> None:
    history = events(SCHEMES["minimisation"], blinded=False)
    assert verify_draws(SCHEMES["minimisation"], "S", derive_secret(1, "S"), history)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_problem_has_words(language: str) -> None:
    params = {"seq": 1, "participant": "01-0001", "slot": 2, "first": "01-0002", "expected": 1, "study": "S"}
    for name in words.words("randomise", language)["problems"]:
        said = words.say(Problem(f"randomise.{name}", params), language)
        assert "{" not in said


@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=4),
    st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True),
    st.decimals("0.8", 1, places=2),
    st.integers(0, 2**40),
)
@settings(max_examples=30, deadline=None)
def test_a_second_writing_of_the_published_algorithm_agrees(
    ratio: list[int], times: list[int], probability: Decimal, seed: int
) -> None:
    shares = Shares(tuple("wxyz"[: len(ratio)]), tuple(ratio))
    sizes = tuple(shares.total * factor for factor in times)
    secret, people, shown = derive_secret(seed, "S"), crowd(40, seed), dict(zip(shares.arms, ratio, strict=True))
    pairs = [
        (Simple(shares), REFERENCE["simple"](secret, "S", shown, people)),
        (
            PermutedBlocks(shares, sizes, FACTORS),
            REFERENCE["permuted_blocks"](secret, "S", shown, sizes=sizes, factors=FACTORS, people=people),
        ),
        (
            Minimisation(shares, FACTORS, probability),
            REFERENCE["minimisation"](secret, "S", shown, factors=FACTORS, probability=str(probability), people=people),
        ),
    ]
    for scheme, expected in pairs:
        state, arms = new_state(scheme), []
        for person in people:
            drawn = draw(scheme, state, secret, "S", person)
            state = advance(scheme, state, drawn)
            arms.append(drawn.arm)
        assert arms == expected


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True), st.integers(1, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_sealed_arm_opens_only_in_its_place(arm: str, slot: int) -> None:
    sealed = seal_arm(SECRET, "S", slot, arm)
    assert base64.urlsafe_b64decode(sealed) == REFERENCE["seal"](SECRET, arm, "S", "arm", str(slot))
    assert open_arm(SECRET, "S", slot, sealed) == arm
    changed = ("B" if sealed[0] == "A" else "A") + sealed[1:]
    for secret, study, place, text in (
        (derive_secret(1, "S"), "S", slot, sealed),
        (SECRET, "T", slot, sealed),
        (SECRET, "S", slot + 1, sealed),
        (SECRET, "S", slot, changed),
        (SECRET, "S", slot, "no seal!"),
        (SECRET, "S", slot, ""),
    ):
        with pytest.raises(ValueError, match="sealed text"):
            open_arm(secret, study, place, text)


def test_a_sealed_arm_shows_neither_its_arm_nor_that_two_are_the_same() -> None:
    texts = {seal_arm(SECRET, "S", slot, arm) for slot in range(1, 50) for arm in ("hbig", "a-much-longer-name")}
    assert len(texts) == 98
    assert {len(text) for text in texts} == {108}
    with pytest.raises(ValueError, match="at most 64"):
        seal_arm(SECRET, "S", 1, "x" * 65)


@given(st.integers(0, 40), st.lists(st.integers(1, 3), min_size=2, max_size=3), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_a_consignment_of_kits_holds_the_ratio(number: int, ratio: list[int], seed: int) -> None:
    kits = [f"K{kit:03d}" for kit in range(number)]
    arms = dict(zip("xyz", ratio, strict=False))
    secret = derive_secret(seed, "S")
    contents = kit_list(secret, "S", "vial", kits, arms)
    assert contents == REFERENCE["kits"](secret, "S", "vial", kits, arms)
    assert list(contents) == kits
    for arm, share in arms.items():
        sets = number // sum(ratio)
        assert share * sets <= list(contents.values()).count(arm) <= share * (sets + 1)


def test_a_kit_number_stands_once_and_consignments_differ() -> None:
    with pytest.raises(ValueError, match="twice"):
        kit_list(SECRET, "S", "vial", ["1", "1"], {"a": 1, "b": 1})
    first = kit_list(SECRET, "S", "vial", [f"A{n}" for n in range(20)], {"a": 1, "b": 1})
    second = kit_list(SECRET, "S", "vial", [f"B{n}" for n in range(20)], {"a": 1, "b": 1})
    assert list(first.values()) != list(second.values())
