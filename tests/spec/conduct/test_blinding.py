"""Blinding: kits and emergency unblinding in a double-blind study; no arm is ever in clear."""

from __future__ import annotations

import pytest

from equipoise.conduct import commands as c
from equipoise.conduct.permissions import Role
from equipoise.conduct.verify import Allocations, verify_events
from equipoise.conduct.visibility import Fact, may_see
from equipoise.core import canonical
from equipoise.core.problem import Problem

DAY, WEEK_6 = "2026-03-02", "2026-04-13"
KITS = tuple(f"N{number:03d}" for number in range(40))


@pytest.fixture
def stocked(blinded):
    """A double-blind study with kits at centre 01."""
    blinded.must(c.RegisterKits(site="01", product="study_tablets", kits=KITS), "pharmacist")
    return blinded


def _dose(number: str, kit: str) -> c.GiveDose:
    return c.GiveDose(
        participant=number, visit="baseline", schedule="kit_every_6_weeks", product="study_tablets", batch=kit,
        expiry="2027-01-01", amount="46", unit="", body_site="by mouth", given_by="pharmacist 1", on=DAY,
        observation="none",
    )  # fmt: skip


def test_kits_are_registered_once_for_a_product_that_comes_in_kits(stocked) -> None:
    again = c.RegisterKits(site="01", product="study_tablets", kits=("N100", "N001"))
    assert stocked.do(again).code == "conduct.kit-number-twice"
    assert stocked.do(c.RegisterKits(site="01", product="aspirin", kits=("A1",))).code == "conduct.no-kit-product"
    assert stocked.do(c.RegisterKits(site="01", product="study_tablets", kits=())).code == "conduct.bad-kit-number"
    elsewhere = c.RegisterKits(site="02", product="study_tablets", kits=("S1",))
    assert stocked.do(elsewhere, "pharmacist").code == "conduct.other-centres-kits"
    stocked.must(elsewhere, "sponsor")


def test_a_kit_of_the_right_arm_is_assigned_without_telling_the_arm(stocked) -> None:
    number = stocked.allocated()
    event = stocked.must(c.AssignKit(participant=number, visit="baseline", on=DAY), "pharmacist")[0]
    assert event.data == {"visit": "baseline", "on": DAY, "product": "study_tablets", "kit": event.data["kit"]}
    assert event.data["kit"] in KITS
    assert stocked.do(c.AssignKit(participant=number, visit="baseline", on=DAY)).code == "conduct.kit-assigned-already"
    assert stocked.do(c.AssignKit(participant=number, visit="week 12", on=DAY)).code == "conduct.no-kit-at-visit"
    assert (
        stocked.do(_dose(number, "N039" if event.data["kit"] != "N039" else "N038")).code == "conduct.kit-not-assigned"
    )
    stocked.must(_dose(number, event.data["kit"]))


def test_a_stock_that_is_used_up_is_said_without_telling_the_arm(blinded) -> None:
    number = blinded.allocated()
    refused = blinded.do(c.AssignKit(participant=number, visit="baseline", on=DAY))
    assert refused.code == "conduct.no-kit-in-stock"
    assert set(refused.params) == {"site", "product"}
    assert (
        blinded.do(c.AssignKit(participant=number, visit="baseline", on=DAY), secret=None).code == "conduct.no-secret"
    )


def test_one_person_is_unblinded_with_a_reason_and_the_arm_goes_to_who_asked_alone(stocked) -> None:
    number = stocked.allocated()
    investigator = stocked.context("investigator")
    closed = stocked.ledger.arm_of(number, investigator)
    assert isinstance(closed, Problem)
    assert closed.code == "conduct.may-not-see"
    assert stocked.do(c.Unblind(participant=number, reason=" "), "investigator").code == "conduct.empty-text"
    assert stocked.do(c.Unblind(participant=number, reason="why not"), "sponsor").code == "conduct.not-permitted"
    event = stocked.must(c.Unblind(participant=number, reason="anaphylaxis"), "investigator")[0]
    assert event.data == {"reason": "anaphylaxis"}
    assert stocked.ledger.arm_of(number, stocked.context("investigator")) in ("active", "placebo")
    # The opening is theirs: not a colleague's, not another centre's, not of another participant.
    others = (
        stocked.context("investigator", by="a colleague"),
        stocked.context("investigator", site="02"),
        stocked.context("coordinator"),
        stocked.context("sponsor"),
    )
    for context in others:
        assert stocked.ledger.arm_of(number, context).code == "conduct.may-not-see"
    assert stocked.ledger.arm_of(stocked.allocated(), stocked.context("investigator")).code == "conduct.may-not-see"


def test_in_an_open_study_there_is_nothing_to_unblind(scene) -> None:
    number = scene.allocated()
    assert scene.do(c.Unblind(participant=number, reason="fever")).code == "conduct.nothing-to-unblind"
    assert scene.ledger.arm_of(number, scene.context("coordinator")) in ("hbig", "control")
    assert scene.ledger.arm_of(scene.decided(), scene.context("coordinator")).code == "conduct.not-allocated"
    assert scene.do(c.AssignKit(participant=number, visit="baseline", on=DAY)).code == "conduct.no-kit-at-visit"


def _whole(scene):
    """Play a double-blind trial with everything in it up to the lock."""
    arms = []
    for index in range(8):
        number = scene.allocated()
        kit = scene.must(c.AssignKit(participant=number, visit="baseline", on=DAY))[0].data["kit"]
        scene.must(c.RecordVisit(participant=number, visit="baseline", on=DAY))
        scene.must(_dose(number, kit))
        scene.must(c.RecordVisit(participant=number, visit="week 6", on=WEEK_6))
        scene.enter(number, "week 6", "diary", WEEK_6, migraine_days="5")
        scene.must(c.AssignKit(participant=number, visit="week 6", on=WEEK_6))
        if index == 0:
            scene.must(c.Unblind(participant=number, reason="rash"), "investigator")
            arms.append(scene.ledger.arm_of(number, scene.context("investigator")))
    scene.must(c.Lock())
    return arms


def test_no_arm_is_in_clear_anywhere_in_the_history_of_a_double_blind_trial(stocked) -> None:
    (arm,) = _whole(stocked)
    assert arm in ("active", "placebo")
    # The published study names its arms; nothing after it does, not before the reveal and not with it.
    stocked.must(c.RevealAllocation(), "statistician_unblinded")
    for event in stocked.ledger.events[1:]:
        written = canonical.dumps(event.envelope())
        assert b"active" not in written
        assert b"placebo" not in written
    sealed = {event.data["arm"] for event in stocked.ledger.events if event.type == "allocated"}
    assert len(sealed) == 8  # equal arms do not look alike either
    assert len({len(text) for text in sealed}) == 1


def test_after_the_reveal_draws_and_kits_are_verified(stocked) -> None:
    _whole(stocked)
    assert verify_events(stocked.ledger.events).allocations is Allocations.NOT_YET
    stocked.must(c.RevealAllocation())
    found = verify_events(stocked.ledger.events)
    assert (found.problems, found.allocations) == ((), Allocations.VERIFIED)
    number = next(event.stream for event in stocked.ledger.events if event.type == "allocated")
    assert stocked.ledger.arm_of(number, stocked.context("monitor")) in ("active", "placebo")


def test_nobody_sees_the_next_allocation_and_only_the_centre_sees_persons(stocked) -> None:
    study = stocked.ledger.study
    participant = stocked.ledger.participants[stocked.allocated()]
    for role in Role:
        context = stocked.context(role.value)
        assert not may_see(study, context, Fact.NEXT_ALLOCATION)
        assert may_see(study, context, Fact.STUDY)
        personal = may_see(study, context, Fact.PERSONAL_DATA, participant)
        assert personal == (role in (Role.COORDINATOR, Role.INVESTIGATOR))
        arm = may_see(study, context, Fact.ARM, participant)
        assert arm == (role in (Role.STATISTICIAN_UNBLINDED, Role.IMPORTER))
    elsewhere = stocked.context("coordinator", site="02")
    assert not may_see(study, elsewhere, Fact.PERSONAL_DATA, participant)
    assert not may_see(study, elsewhere, Fact.CLINICAL_DATA, participant)
    assert may_see(study, stocked.context("coordinator"), Fact.CLINICAL_DATA, participant)
