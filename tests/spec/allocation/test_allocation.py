"""# Allocation

A test a paragraph: what a trial team can rely on, in the order in which they would ask.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from equipoise.randomise.draw import Scheme, advance, draw, new_state
from equipoise.randomise.schemes.minimisation import Minimisation
from equipoise.randomise.schemes.permuted_blocks import PermutedBlocks
from equipoise.randomise.schemes.shares import Shares
from equipoise.randomise.schemes.simple import Simple
from equipoise.randomise.secret import commitment, derive_secret

SECRET = derive_secret(1, "SPEC")
EVEN = Shares(("treatment", "control"), (1, 1))


def allocated(scheme: Scheme, people: list[dict[str, str]], secret: bytes = SECRET) -> list[str]:
    state, arms = new_state(scheme), []
    for person in people:
        drawn = draw(scheme, state, secret, "SPEC", person)
        state = advance(scheme, state, drawn)
        arms.append(drawn.arm)
    return arms


def test_the_same_secret_and_the_same_order_give_the_same_allocation() -> None:
    """Nothing but the secret and the order of the people decides: a replay gives every arm again."""
    people = [{"centre": "01"}, {"centre": "02"}, {"centre": "01"}] * 10
    assert allocated(Simple(EVEN), people) == allocated(Simple(EVEN), people)


def test_a_commitment_fixes_the_secret_before_the_first_draw() -> None:
    """Another secret has another commitment, so nobody can choose a secret afterwards that suits."""
    assert commitment(SECRET, "SPEC") != commitment(derive_secret(2, "SPEC"), "SPEC")


def test_simple_randomisation_does_not_look_at_anybody() -> None:
    """The next arm does not depend on who comes or what was drawn."""
    assert allocated(Simple(EVEN), [{"centre": "01"}] * 30) == allocated(Simple(EVEN), [{"centre": "02"}] * 30)


def test_each_block_of_a_stratum_holds_the_ratio() -> None:
    """With shares 2:1 and blocks of 3, every third person of a centre completes a block."""
    scheme = PermutedBlocks(Shares(("treatment", "control"), (2, 1)), (3,), ("centre",))
    arms = allocated(scheme, [{"centre": "01"}] * 30)
    assert all(Counter(arms[at : at + 3]) == {"treatment": 2, "control": 1} for at in range(0, 30, 3))


def test_strata_do_not_disturb_each_other() -> None:
    """What one centre recruits does not change another centre's sequence."""
    scheme = PermutedBlocks(EVEN, (2, 4), ("centre",))
    alone = allocated(scheme, [{"centre": "01"}] * 10)
    mixed = allocated(scheme, [{"centre": centre} for _ in range(10) for centre in ("01", "02")])
    assert mixed[::2] == alone


def test_minimisation_prefers_the_arm_that_balances_best() -> None:
    """With probability 1 the preferred arm is always taken: pairs at a centre are always split."""
    arms = allocated(Minimisation(EVEN, ("centre",), Decimal(1)), [{"centre": "01"}] * 20)
    assert all(arms[at] != arms[at + 1] for at in range(0, 20, 2))


def test_minimisation_leaves_room_for_chance() -> None:
    """With probability 0.8 about a fifth of the preferences are not followed."""
    scheme, state, followed = Minimisation(EVEN, ("centre",), Decimal("0.8")), None, []
    state = new_state(scheme)
    counts: Counter[str] = Counter()
    for _ in range(2000):
        drawn = draw(scheme, state, SECRET, "SPEC", {"centre": "01"})
        state = advance(scheme, state, drawn)
        lead = counts["treatment"] - counts["control"]
        if lead:
            followed.append((drawn.arm == "control") == (lead > 0))
        counts[drawn.arm] += 1
    assert abs(sum(followed) / len(followed) - 0.8) < 0.035


def test_the_centre_is_a_factor_like_the_others() -> None:
    """`centre` may stand among the strata of blocks and among the factors of minimisation, or be left out."""
    people = [{"centre": f"{1 + number % 3:02d}", "titre": "low"} for number in range(60)]
    for factors in (("centre",), ("titre",), ("centre", "titre")):
        arms = allocated(Minimisation(EVEN, factors, Decimal("0.8")), people)
        assert abs(arms.count("treatment") - 30) <= 4
