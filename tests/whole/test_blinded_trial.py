"""The double-blind study through every room: nobody learns an arm before the reveal but who must, and then everybody may."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from equipoise.analysis.analyse import analyse
from equipoise.conduct import commands as c
from equipoise.conduct.events import Event
from equipoise.conduct.ledger import Ledger
from equipoise.conduct.verify import Allocations, verify_events
from equipoise.conduct.visibility import sealed_arm
from equipoise.core import canonical
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.sealed import Sealed
from equipoise.core.words import LANGUAGES, say
from equipoise.dataset import store
from equipoise.dataset.build import build
from equipoise.exchange.history import write_history
from equipoise.randomise.blinding import open_arm
from equipoise.randomise.kits import kit_list
from equipoise.randomise.secret import derive_secret
from equipoise.simulate.trial import simulate_trial
from equipoise.study.model.study import Study

ARMS = ("active", "placebo")


@pytest.fixture(scope="session")
def sealed_events(masked_trial: Any) -> Sequence[Event]:
    """The history as it stood before the reveal."""
    return [event for event in masked_trial.events if event.type != "allocation_revealed"]


def words_in(event: Event) -> set[str]:
    """Return every text in an event, taken apart at what is not a letter."""
    text = canonical.dumps(event.envelope()).decode()
    return set("".join(letter if letter.isalpha() else " " for letter in text).lower().split())


def test_no_arm_stands_in_clear_in_the_history(sealed_events: Sequence[Event]) -> None:
    assert sum(event.type == "allocated" for event in sealed_events) == 24
    for event in sealed_events:
        if event.type != "version_published":  # the protocol itself names its arms
            assert not words_in(event) & set(ARMS), event


def test_two_people_of_one_arm_look_different(sealed_events: Sequence[Event]) -> None:
    sealed = [event.data["arm"] for event in sealed_events if event.type == "allocated"]
    assert len(set(sealed)) == len(sealed)
    assert len({len(text) for text in sealed}) == 1


def test_before_the_reveal_the_dataset_is_sealed_and_the_analysis_refuses(
    sealed_events: Sequence[Event], tmp_path: Path, command: Callable[..., Any]
) -> None:
    dataset = build(sealed_events)
    assert set(dataset.tables["allocation"]["arm"]) == {"sealed"}
    assert dataset.manifest["sealed"] is True
    with pytest.raises(ProblemsError) as caught:
        analyse(dataset)
    assert [problem.code for problem in caught.value.problems] == ["analysis.sealed"]
    store.write(dataset, tmp_path / "dataset")
    told = command("analyse", tmp_path / "dataset", "--out", tmp_path / "report")
    assert told.exit_code == 1
    assert "reveal" in told.stdout
    assert not (tmp_path / "report").exists()
    for name, data in dataset.files.items():
        if not name.startswith("study/"):
            assert not any(arm.encode() in data for arm in ARMS), name


def test_before_the_reveal_the_allocations_are_not_yet_verifiable(
    sealed_events: Sequence[Event], tmp_path: Path, command: Callable[..., Any]
) -> None:
    found = verify_events(sealed_events)
    assert (found.problems, found.allocations) == ((), Allocations.NOT_YET)
    write_history(tmp_path / "history.jsonl", sealed_events)
    told = command("verify", tmp_path / "history.jsonl")
    assert told.exit_code == 0
    assert "not yet verifiable" in told.stdout
    read = json.loads(command("verify", tmp_path / "history.jsonl", "--json").stdout)
    assert (read["allocations"], read["problems"]) == ("not yet verifiable", [])


def test_after_the_reveal_everything_verifies_and_is_analysed(masked_trial: Any) -> None:
    found = verify_events(masked_trial.events)
    assert (found.problems, found.allocations, found.allocated) == ((), Allocations.VERIFIED, 24)
    assert set(masked_trial.dataset.tables["allocation"]["arm"]) == set(ARMS)
    assert sum(arm.n for arm in masked_trial.results.primary.arms) == 24
    assert masked_trial.results.primary.estimate is not None
    assert store.verify_dataset(masked_trial.folder / "dataset", masked_trial.events).hash == masked_trial.dataset.hash


def test_every_kit_comes_from_the_stock_of_the_centre_and_holds_the_persons_arm(
    masked_trial: Any, blinded: Study
) -> None:
    events = masked_trial.events
    secret = bytes.fromhex(events[-1].data["secret"])
    stock: dict[str, str] = {}
    held: dict[str, str] = {}
    for event in events:
        if event.type == "kits_registered":
            stock |= dict.fromkeys(event.data["kits"], event.data["site"])
            held |= kit_list(secret, blinded.id, event.data["product"], event.data["kits"], dict.fromkeys(ARMS, 1))
    arm_of = {
        event.stream: open_arm(secret, blinded.id, event.data["slot"], event.data["arm"])
        for event in events
        if event.type == "allocated"
    }
    assigned = [event for event in events if event.type == "kit_assigned"]
    assert len(assigned) > 24
    assert len({event.data["kit"] for event in assigned}) == len(assigned)
    for event in assigned:
        assert stock[event.data["kit"]] == event.stream[:2]
        assert held[event.data["kit"]] == arm_of[event.stream]


def test_a_kit_of_the_other_arm_is_found_at_the_reveal(masked_trial: Any) -> None:
    secret = bytes.fromhex(masked_trial.events[-1].data["secret"])
    stock = [event for event in masked_trial.events if event.type == "kits_registered"]
    held: dict[str, str] = {}
    for event in stock:
        held |= kit_list(secret, event.study, event.data["product"], event.data["kits"], dict.fromkeys(ARMS, 1))
    given = next(event for event in masked_trial.events if event.type == "kit_assigned")
    used = {event.data["kit"] for event in masked_trial.events if event.type == "kit_assigned"}
    other = next(
        kit for kit, arm in held.items()
        if kit not in used and kit[:2] == given.data["kit"][:2] and arm != held[given.data["kit"]]
    )  # fmt: skip
    forged = forge(masked_trial.events, lambda event: event.type == "kit_assigned", kit=other)
    found = verify_events(forged)
    assert found.allocations is Allocations.FAILED
    assert found.problems  # the dose says another kit, or the kit does not hold the arm


def forge(events: Sequence[Event], which: Callable[[Event], bool], **changes: Any) -> list[Event]:
    """Return a history in which the first such event says something else, and the chain is made anew after it."""
    made: list[Event] = []
    done = False
    for event in events:
        data, previous = event.data, made[-1].hash if made else event.previous
        if not done and which(event):
            data, done = {**data, **changes}, True
        plain = Event(**{**event.envelope(), "data": data, "previous": previous})
        made.append(Event(**{**plain.envelope(), "hash": plain.computed_hash()}))
    return made


def test_emergency_unblinding_tells_the_asker_and_nobody_else(scene: Any) -> None:
    stage = scene("examples/blinded")
    number = stage.allocated()
    doctor = {"by": "dr-wu"}
    assert isinstance(stage.ledger.arm_of(number, stage.context("investigator", **doctor)), Problem)

    refused = stage.do(c.Unblind(participant=number, reason="anaphylaxis"), "coordinator")
    assert refused.code == "conduct.not-permitted"
    assert "investigator" in say(refused, "en")
    unexplained = stage.do(c.Unblind(participant=number, reason=""), "investigator", **doctor)
    assert isinstance(unexplained, Problem)

    event = stage.must(c.Unblind(participant=number, reason="anaphylaxis"), "investigator", **doctor)[0]
    assert (event.type, event.by, event.data["reason"]) == ("unblinded", "dr-wu", "anaphylaxis")
    assert stage.ledger.arm_of(number, stage.context("investigator", **doctor)) in ARMS
    for other in (("coordinator", "nurse-li"), ("investigator", "dr-chen"), ("sponsor", "sponsor"), ("monitor", "m")):
        denied = stage.ledger.arm_of(number, stage.context(other[0], by=other[1]))
        assert isinstance(denied, Problem)
        for language in LANGUAGES:
            assert not any(arm in say(denied, language) for arm in ARMS)
    assert not any(words_in(one) & set(ARMS) for one in stage.ledger.events if one.type != "version_published")


def test_who_was_unblinded_is_told_their_own_person_only(scene: Any) -> None:
    stage = scene("examples/blinded")
    first, second = stage.allocated(), stage.allocated()
    stage.must(c.Unblind(participant=first, reason="overdose"), "investigator", by="dr-wu")
    assert stage.ledger.arm_of(first, stage.context("investigator", by="dr-wu")) in ARMS
    assert isinstance(stage.ledger.arm_of(second, stage.context("investigator", by="dr-wu")), Problem)


def test_an_unblinded_person_stays_in_the_trial_and_the_reveal_verifies(scene: Any) -> None:
    stage = scene("examples/blinded")
    number = stage.allocated()
    stage.must(c.Unblind(participant=number, reason="overdose"), "investigator")
    for command in (c.Freeze(), c.Lock(reason="the end"), c.RevealAllocation()):
        stage.must(command)
    found = verify_events(stage.ledger.events)
    assert (found.problems, found.allocations) == ((), Allocations.VERIFIED)
    assert set(build(stage.ledger.events).tables["allocation"]["arm"]) <= set(ARMS)


def test_a_sealed_arm_does_not_print_copy_or_travel(scene: Any, caplog: pytest.LogCaptureFixture) -> None:
    stage = scene("examples/blinded")
    number = stage.allocated()
    context = stage.context("investigator")
    arm, secret = sealed_arm(stage.state(number), context), derive_secret(7, stage.study.id)
    assert context.secret is not None
    assert isinstance(arm, Sealed)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("trial").warning("%s %r %s %s", arm, arm, [arm], context)
    shown = [str(arm), repr(arm), f"{arm}", f"{arm!s:>30}", repr({"arm": arm}), repr(context), caplog.text]
    for text in shown:
        assert not any(word in text for word in ARMS)
        assert secret.hex() not in text
        assert repr(secret) not in text
    for travel in (json.dumps, pickle.dumps, copy.deepcopy, canonical.dumps):
        with pytest.raises((TypeError, ValueError)):
            travel({"arm": arm})
    with pytest.raises(TypeError):
        arm.open("please")  # type: ignore[arg-type]


def test_the_secret_never_shows_before_the_reveal(masked_trial: Any, sealed_events: Sequence[Event]) -> None:
    secret = masked_trial.events[-1].data["secret"]
    assert masked_trial.events[-1].type == "allocation_revealed"
    assert not any(secret in canonical.dumps(event.envelope()).decode() for event in sealed_events)


def test_a_blinded_history_replays_without_its_secret(blinded: Study, sealed_events: Sequence[Event]) -> None:
    assert Ledger.replayed(blinded, sealed_events).head == sealed_events[-1].hash


def test_the_same_seed_gives_the_same_blinded_trial(masked_trial: Any, blinded: Study) -> None:
    assert simulate_trial(blinded, "helps", 24, 5).head == masked_trial.events[-1].hash
