"""Eligibility and allocation: the criteria decide, on documents; the secret draws, in its turn."""

from __future__ import annotations

import pytest

from equipoise.conduct import commands as c
from equipoise.conduct.verify import Allocations, verify_events
from equipoise.core.words import LANGUAGES, say

DAY = "2026-03-02"


def test_the_verdict_and_each_criterion_are_in_the_event(scene) -> None:
    number = scene.screened()
    data = scene.must(c.DecideEligibility(participant=number, on=DAY))[0].data
    assert data["verdict"] == "eligible"
    assert set(data["criteria"].values()) == {"pass"}
    assert list(data["criteria"]) == [criterion.id for criterion in scene.study.eligibility]


@pytest.mark.parametrize(
    ("changed", "verdict", "criterion", "status"),
    [
        ({"weight": "80.92", "height": "170"}, "eligible", "E7", "pass"),  # a body mass index of exactly 28
        ({"weight": "80.93", "height": "170"}, "not eligible", "E7", "fail"),
        ({"hbv_dna": "<20"}, "cannot tell yet", "I4", "unknown"),
        ({"hbv_dna": ""}, "cannot tell yet", "I4", "unknown"),  # silence is never a no
        ({"anti_hiv": "unknown"}, "cannot tell yet", "E3", "unknown"),
        ({"otherwise_unsuitable": ""}, "needs judgement", "E8", "judgement"),
    ],
)
def test_what_is_not_documented_settles_nothing(scene, changed, verdict, criterion, status) -> None:
    number = scene.screened(**changed)
    data = scene.must(c.DecideEligibility(participant=number, on=DAY))[0].data
    assert (data["verdict"], data["criteria"][criterion]) == (verdict, status)


def test_what_only_the_patient_states_is_not_documented(scene) -> None:
    number = scene.screened(decompensated_cirrhosis="")
    entry = (c.Entry(item="decompensated_cirrhosis", value="no", stated_by="patient"),)
    scene.must(c.EnterItems(participant=number, visit="screening", form="history", on=DAY, entries=entry))
    data = scene.must(c.DecideEligibility(participant=number, on=DAY))[0].data
    assert (data["verdict"], data["criteria"]["E1"]) == ("cannot tell yet", "unknown")


def test_a_contradiction_is_shown_with_the_decision(scene) -> None:
    number = scene.screened()
    entry = (c.Entry(item="immunosuppressant_now", value="no"), c.Entry(item="last_immunosuppressant", value="2020-01"))
    scene.must(c.EnterItems(participant=number, visit="screening", form="history", on=DAY, entries=entry))
    data = scene.must(c.DecideEligibility(participant=number, on=DAY))[0].data
    assert data["contradictions"] == ["E5"]


@pytest.mark.parametrize("verdict", ["not_eligible", "cannot_tell_yet", "needs_judgement"])
def test_only_an_eligible_person_is_allocated_and_nobody_can_overrule(scene, verdict: str) -> None:
    number = scene.in_state(verdict)
    for role in ("investigator", "coordinator", "simulator"):
        refused = scene.do(c.Allocate(participant=number, on=DAY), role)
        assert refused.code == "conduct.not-in-this-state"
    assert scene.do(c.Allocate(participant=number, on=DAY), "sponsor").code == "conduct.not-permitted"
    # No command takes a verdict from anybody.
    assert not any("verdict" in kind.__dataclass_fields__ for kind in c.EVENT_OF)


def test_a_value_that_changes_after_the_decision_counts(scene) -> None:
    number = scene.decided()
    entry = c.Entry(item="weight", value="120")
    scene.must(
        c.CorrectItem(participant=number, visit="screening", form="demography", on=DAY, entry=entry, reason="mistyped")
    )
    refused = scene.do(c.Allocate(participant=number, on=DAY))
    assert (refused.code, refused.params["criteria"]) == ("conduct.no-longer-eligible", "E7")
    for language in LANGUAGES:
        assert "E7" in say(refused, language)


def test_criteria_that_time_can_change_are_judged_again_on_the_day_of_allocation(scene) -> None:
    """Immunosuppression that ended seven months before allocation does not stand in the way; six months would."""
    number = scene.screened(ever_immunosuppressant="")
    entry = (
        c.Entry(item="immunosuppressant_now", value="no"),
        c.Entry(item="last_immunosuppressant", value="2025-08-25"),
    )
    scene.must(c.EnterItems(participant=number, visit="screening", form="history", on=DAY, entries=entry))
    scene.must(c.DecideEligibility(participant=number, on=DAY))
    assert scene.ledger.participants[number].verdict == "eligible"
    scene.must(c.RecordVisit(participant=number, visit="baseline", on="2026-03-20"))
    scene.enter(number, "baseline", "laboratory", "2026-03-20", hbv_dna="25")
    refused = scene.do(c.Allocate(participant=number, on="2026-03-20"))
    assert refused.params["criteria"] == "I4"


def test_nobody_is_allocated_before_the_decision_or_twice(scene) -> None:
    number = scene.decided()
    assert scene.do(c.Allocate(participant=number, on="2026-03-01")).code == "conduct.allocated-before-decision"
    scene.must(c.Allocate(participant=number, on=DAY))
    assert scene.do(c.Allocate(participant=number, on=DAY)).code == "conduct.not-in-this-state"


def test_secret_and_declarations_are_committed_before_the_first_draw(begin) -> None:
    scene = begin(begin=False)
    scene.must(c.PublishVersion())
    number = scene.decided()
    allocate = c.Allocate(participant=number, on=DAY)
    assert scene.do(allocate).code == "conduct.secret-not-committed"
    data = scene.must(c.CommitAllocation())[0].data
    assert len(data["commitment"]) == 64
    assert scene.secret._value.hex() not in str(data)
    assert scene.do(c.CommitAllocation()).code == "conduct.already-committed"
    assert scene.do(allocate).code == "conduct.declarations-not-committed"
    data = scene.must(c.CommitDeclarations())[0].data
    assert data["post_hoc"] is False
    assert any(name.startswith("analyses.") for name in data["declared"])
    assert scene.do(c.CommitDeclarations()).code == "conduct.declarations-unchanged"
    assert scene.do(allocate, secret=None).code == "conduct.no-secret"
    other = type(scene.secret)(bytes(32))
    assert scene.do(allocate, secret=other).code == "conduct.other-secret"
    assert scene.must(allocate)[0].data["slot"] == 1


def test_the_levels_of_the_factors_come_from_the_values(scene) -> None:
    number = scene.decided(anti_hbs="<10", consolidation_weeks="12")
    data = scene.must(c.Allocate(participant=number, on=DAY))[0].data
    assert data["levels"] == {"centre": "01", "anti_hbs_entry": "below_10", "consolidation": "12_or_more"}
    assert data["scheme"] == "minimisation"


def test_a_level_that_cannot_be_decided_names_the_variable(scene) -> None:
    number = scene.decided(anti_hbs="<50")
    refused = scene.do(c.Allocate(participant=number, on=DAY))
    assert (refused.code, refused.params["variables"]) == ("conduct.factor-not-decided", "anti_hbs")


def test_slots_are_given_in_the_order_of_allocation(scene) -> None:
    for _ in range(5):
        scene.allocated()
    slots = [event.data["slot"] for event in scene.ledger.events if event.type == "allocated"]
    assert slots == [1, 2, 3, 4, 5]


def test_the_enrolment_is_a_limit_that_an_amendment_raises(begin) -> None:
    scene = begin(begin=False)
    scene.study = scene.amended(lambda content: content["identity"].update(enrolment=1), "1.0")
    scene.must(c.PublishVersion(), study=scene.study)
    scene.must(c.CommitAllocation())
    scene.must(c.CommitDeclarations())
    scene.allocated()
    number = scene.decided()
    assert scene.do(c.Allocate(participant=number, on=DAY)).code == "conduct.enrolment-reached"
    larger = scene.amended(lambda content: content["identity"].update(enrolment=2))
    assert scene.do(c.PublishVersion(), study=larger).code == "conduct.empty-text"
    scene.must(c.PublishVersion(reason="more power"), study=larger)
    event = scene.must(c.Allocate(participant=number, on=DAY))[0]
    assert event.version == "1.1"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda _content: None, "same-version"),
        (lambda content: content["identity"]["allocation"].update(probability="0.7", version=""), "allocation-amended"),
        (lambda content: content["identity"].update(blinding="double_blind"), "blinding-amended"),
        (lambda content: content["identity"].update(id="other"), "other-study"),
    ],
)
def test_an_amendment_does_not_touch_what_the_draws_rest_on(scene, change, code: str) -> None:
    def changed(content) -> None:
        change(content)
        content["identity"]["allocation"].pop("version", None)

    study = scene.amended(changed, "1.0" if code == "same-version" else "1.1")
    assert scene.do(c.PublishVersion(reason="why not"), study=study).code == f"conduct.{code}"


def test_after_the_lock_the_secret_is_revealed_and_every_draw_replayed(scene) -> None:
    for _ in range(3):
        scene.allocated()
    assert verify_events(scene.ledger.events).allocations is Allocations.NOT_YET
    assert scene.do(c.RevealAllocation()).code == "conduct.not-in-this-state"
    scene.must(c.Lock(reason="complete"))
    wrong = type(scene.secret)(bytes(32))
    assert scene.do(c.RevealAllocation(), secret=wrong).code == "conduct.other-secret"
    scene.must(c.RevealAllocation(), "statistician_unblinded")
    assert verify_events(scene.ledger.events).allocations is Allocations.VERIFIED


def test_a_past_trials_allocations_are_carried_over_not_drawn(begin) -> None:
    scene = begin(role="importer")
    number = scene.must(c.Register(participant="", site="01", on=DAY))[0].stream
    scene.must(c.RecordVisit(participant=number, visit="baseline", on=DAY))
    scene.enter(number, "baseline", "laboratory", anti_hbs="12", alt="20")
    levels = {"anti_hbs_entry": "10_to_100", "consolidation": "under_12"}
    given = {"participant": number, "on": DAY, "levels": levels, "source": "people.csv, line 2"}
    assert scene.do(c.ImportAllocation(**given, arm="vaccine")).code == "conduct.no-such-arm"
    wrong = {**given, "levels": {**levels, "consolidation": "some"}}
    assert scene.do(c.ImportAllocation(**wrong, arm="hbig")).code == "conduct.no-such-level"
    fewer = {**given, "levels": {"consolidation": "under_12"}}
    assert scene.do(c.ImportAllocation(**fewer, arm="hbig")).code == "conduct.level-missing"
    data = scene.must(c.ImportAllocation(**given, arm="hbig"))[0].data
    assert (data["scheme"], data["slot"], data["source"]) == ("imported", 1, "people.csv, line 2")
    assert data["levels"]["centre"] == "01"
    found = verify_events(scene.ledger.events)
    assert (found.is_whole, found.allocations) == (True, Allocations.IMPORTED)
    scene.must(c.Lock())
    assert scene.ledger.events[0].data["origin"] == "imported"


def test_what_is_declared_after_the_first_allocation_is_post_hoc(scene) -> None:
    scene.allocated()
    changed = scene.amended(lambda content: content["endpoints"]["analyses"].pop())
    scene.must(c.PublishVersion(reason="one analysis fewer"), study=changed)
    assert scene.must(c.CommitDeclarations())[0].data["post_hoc"] is True
