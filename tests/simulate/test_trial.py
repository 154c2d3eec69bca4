"""A trial played through the real door, from the first referral to the reveal."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from equipoise.conduct.events import Event
from equipoise.conduct.ledger import Ledger
from equipoise.conduct.verify import Allocations, verify_events
from equipoise.core import canonical
from equipoise.core.problem import ProblemsError
from equipoise.dataset.build import build
from equipoise.simulate.trial import simulate_trial, simulate_trials
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ledger(reference: Study) -> Ledger:
    return simulate_trial(reference, "masking", 40, 3)


def counts(events: Sequence[Event]) -> Counter[str]:
    return Counter(event.type for event in events)


def all_bytes(events: Sequence[Event]) -> str:
    return hashlib.sha256(b"\n".join(canonical.dumps(event.envelope()) for event in events)).hexdigest()


def test_exactly_as_many_are_allocated_as_are_wanted(ledger: Ledger) -> None:
    assert counts(ledger.events)["allocated"] == 40


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(reference: Study) -> None:
    first, again, other = (simulate_trial(reference, "half", 6, seed) for seed in (5, 5, 6))
    assert all_bytes(first.events) == all_bytes(again.events)
    assert first.head != other.head


def test_trials_do_not_depend_on_the_number_of_jobs(blinded: Study) -> None:
    alone = simulate_trials(blinded, "helps", 4, 9, 3, jobs=1, then=head)
    together = simulate_trials(blinded, "helps", 4, 9, 3, jobs=2, then=head)
    assert alone == together
    assert len(set(alone)) == 3


def head(number: int, ledger: Ledger) -> tuple[int, str]:
    return number, ledger.head


def test_the_flow_of_people_is_plausible(ledger: Ledger) -> None:
    found = counts(ledger.events)
    assert found["referred"] > found["registered"] > found["consent_given"] > found["allocated"]
    assert found["eligibility_decided"] > found["consent_given"] - 5
    verdicts = Counter(event.data["verdict"] for event in ledger.events if event.type == "eligibility_decided")
    assert verdicts["not eligible"] > 0
    assert verdicts["cannot tell yet"] > 0
    assert verdicts["needs judgement"] > 0
    assert verdicts["eligible"] >= 40


def test_everything_that_a_trial_has_happens(ledger: Ledger) -> None:
    wanted = """version_published allocation_committed declarations_committed item_entered item_corrected visit_recorded
    visit_missed dose_given dose_withheld specimen_collected specimen_stored specimen_shipped adverse_event_reported
    medication_reported deviation_recorded query_opened query_answered query_closed signed visits_stopped frozen locked
    allocation_revealed"""
    found = counts(ledger.events)
    assert [one for one in wanted.split() if not found[one]] == []
    assert found["query_opened"] == found["query_closed"]


def test_commitments_stand_before_the_first_allocation_and_the_reveal_is_last(ledger: Ledger) -> None:
    types = [event.type for event in ledger.events]
    assert types[:3] == ["version_published", "allocation_committed", "declarations_committed"]
    assert types[-3:] == ["frozen", "locked", "allocation_revealed"]
    assert ledger.events[0].data["origin"] == "simulated"


def test_time_never_runs_backwards(ledger: Ledger) -> None:
    moments = [event.at for event in ledger.events]
    assert moments == sorted(moments)


def test_the_history_replays_to_the_same_head(reference: Study, ledger: Ledger) -> None:
    assert Ledger.replayed(reference, ledger.events).head == ledger.head


def test_history_and_allocations_verify(ledger: Ledger, blinded: Study) -> None:
    for history in (ledger.events, simulate_trial(blinded, "none", 6, 4).events):
        found = verify_events(history)
        assert found.problems == ()
        assert found.allocations == Allocations.VERIFIED


@pytest.mark.parametrize("truth", ["none", "half", "quarter", "design", "late-dosing"])
def test_every_truth_can_be_played_and_says_its_name(reference: Study, truth: str) -> None:
    events = simulate_trial(reference, truth, 3, 12).events
    assert counts(events)["allocated"] == 3
    assert (events[0].data["truth"], events[0].data["seed"]) == (truth, "12")


def test_results_keep_the_shape_that_laboratories_print(ledger: Ledger) -> None:
    values = [event.data for event in ledger.events if event.type == "item_entered"]
    hbsag = {data["value"] for data in values if data["item"] == "hbsag"}
    assert "<0.05" in hbsag
    dna = {(data["value"], data["limit"]) for data in values if data["item"] == "hbv_dna"}
    assert ("not detected", "10") in dna
    assert {data["assay"] for data in values if data["item"] == "anti_hbs"} == {"chemiluminescence, anti-HBs"}


def test_a_limit_that_cannot_decide_is_repeated_elsewhere(reference: Study) -> None:
    assert reference.scenarios is not None
    shares = {"05": "1"}  # the centre whose HBV DNA limit is 20 IU/mL
    recruitment = reference.scenarios.recruitment.model_copy(update={"shares": shares, "opens": {}})
    scenarios = reference.scenarios.model_copy(update={"recruitment": recruitment})
    events = simulate_trial(reference.model_copy(update={"scenarios": scenarios}), "none", 5, 1).events
    first = [event for event in events if event.type == "item_entered" and event.data["item"] == "hbv_dna"]
    limits = {event.data["limit"] for event in first if event.data["visit"] == "unscheduled-1"}
    assert "10" in limits
    assert any(event.data["verdict"] == "cannot tell yet" for event in events if event.type == "eligibility_decided")


def test_optional_consent_rules_specimens_and_markers(ledger: Ledger) -> None:
    options = {event.stream: event.data["options"] for event in ledger.events if event.type == "consent_given"}
    for event in ledger.events:
        if event.type == "specimen_collected":
            assert options[event.stream]["genetics" if event.data["kind"] == "dna" else "biobank"]
        if event.type == "item_entered" and event.data["item"] == "stat4_rs7574865":
            assert options[event.stream]["genetics"]


def test_more_participants_than_the_study_enrols_enlarge_it(blinded: Study) -> None:
    assert counts(simulate_trial(blinded, "none", 40, 1).events)["allocated"] == 40


def test_a_trial_of_nobody_is_refused(reference: Study) -> None:
    with pytest.raises(ProblemsError) as found:
        simulate_trial(reference, "none", 0, 1)
    assert found.value.problems[0].code == "simulate.bad-size"


def test_scenarios_that_make_nobody_eligible_are_said(blinded: Study) -> None:
    assert blinded.scenarios is not None
    items = tuple(
        item.model_copy(update={"formula": "false"}) if item.variable == "willing" else item
        for item in blinded.scenarios.items
    )
    hopeless = blinded.model_copy(update={"scenarios": blinded.scenarios.model_copy(update={"items": items})})
    with pytest.raises(ProblemsError) as found:
        simulate_trial(hopeless, "none", 1, 1)
    assert found.value.problems[0].code == "simulate.nobody-eligible"


def test_a_blinded_trial_shows_no_arm_before_the_reveal(blinded: Study) -> None:
    events = simulate_trial(blinded, "helps", 12, 2).events
    found = counts(events)
    assert found["kit_assigned"] == found["dose_given"] > 12
    for event in events:
        if event.type == "allocated":
            assert event.data["arm"] not in ("active", "placebo")
        if event.type != "version_published":
            assert "placebo" not in str(event.data)


def test_a_study_without_scenarios_is_played_from_its_eligible_example(blinded: Study) -> None:
    plain = blinded.model_copy(update={"scenarios": None})
    assert counts(simulate_trial(plain, "none", 5, 1).events)["allocated"] == 5


def test_a_study_with_neither_is_told_what_it_lacks(blinded: Study) -> None:
    with pytest.raises(ProblemsError) as found:
        simulate_trial(blinded.model_copy(update={"scenarios": None, "examples": ()}), "none", 5, 1)
    assert found.value.problems[0].code == "simulate.no-scenarios"


def test_nobody_is_asked_when_a_drug_was_stopped_that_was_never_taken(ledger: Ledger) -> None:
    took: dict[str, str] = {}
    for event in ledger.events:
        if event.type == "item_entered" and event.data["item"] == "nucleoside_analogue":
            took[event.stream] = event.data["value"]
        if event.type == "item_entered" and event.data["item"] == "nucleoside_analogue_stop":
            assert took[event.stream] == "yes", event.stream


def test_a_value_is_not_confirmed_and_then_corrected(ledger: Ledger) -> None:
    asked: dict[tuple[str, str], tuple[str, str]] = {}
    confirmed: set[tuple[str, str, str]] = set()
    for event in ledger.events:
        if event.type == "query_opened":
            asked[event.stream, event.data["query"]] = (event.data["visit"], event.data["item"])
        if event.type == "query_answered" and "correct as entered" in event.data["words"]:
            confirmed.add((event.stream, *asked[event.stream, event.data["query"]]))
        if event.type == "item_corrected":
            assert (event.stream, event.data["visit"], event.data["item"]) not in confirmed


def test_a_drug_that_is_taken_at_entry_began_before_it(ledger: Ledger) -> None:
    allocated = {event.stream: event.data["on"] for event in ledger.events if event.type == "allocated"}
    started = [
        (event.data["started"], allocated[event.stream])
        for event in ledger.events
        if event.type == "medication_reported" and event.data["name"] == "Nucleoside analogue"
    ]
    assert started
    assert all(began < entered for began, entered in started)


def test_a_value_said_of_some_visits_comes_out_otherwise_at_the_others() -> None:
    """The blinded study says of the first visits what migraine days were before, and of the others what helps."""
    study = read_study(ROOT / "examples" / "blinded")
    shares = {}
    for truth in ("none", "helps"):
        endpoints = build(simulate_trial(study, truth, 32, 1).events).tables["endpoints"]
        shares[truth] = endpoints.filter(endpoints["status"] == "success").height
    assert 0 < shares["none"] < shares["helps"]
