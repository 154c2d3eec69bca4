"""A history that was touched: the verifier names the first guilty event, and says what was done to it."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct import commands as c
from equipoise.conduct.events import GENESIS, Event
from equipoise.conduct.ledger import Ledger
from equipoise.conduct.verify import Allocations, Verification, verify_events
from equipoise.core import canonical
from equipoise.core.words import LANGUAGES, say

DAY = "2026-03-02"


@pytest.fixture(scope="module")
def whole(begin) -> tuple[Event, ...]:
    """A short trial, from the first version to the reveal."""
    scene = begin()
    for _ in range(6):
        scene.visited(scene.allocated(), "baseline", DAY, hbsag="<0.05", anti_hbs="130")
    number = scene.allocated("hbig")
    command = c.CorrectItem(
        participant=number, visit="screening", form="laboratory", on=DAY,
        entry=c.Entry(item="alt", value="22"), reason="read again",
    )  # fmt: skip
    scene.must(command)
    scene.must(c.StopVisits(participant=number, on="2026-04-01", reason="moved"))
    scene.must(c.Lock())
    scene.must(c.RevealAllocation())
    return tuple(scene.ledger.events)


def _chained(events: list[Event]) -> list[Event]:
    """Make the chain anew, as a forger who can write everything would."""
    made: list[Event] = []
    for seq, event in enumerate(events, 1):
        previous = made[-1].hash if made else GENESIS
        changed = event._replace(seq=seq, previous=previous, hash="")
        made.append(changed._replace(hash=changed.computed_hash()))
    return made


def _changed(event: Event, **data: object) -> Event:
    return event._replace(data={**event.data, **data})


def _only(result: Verification, code: str, **params: object) -> None:
    assert [problem.code for problem in result.problems] == [f"conduct.{code}"]
    (problem,) = result.problems
    assert {name: problem.params[name] for name in params} == params
    for language in LANGUAGES:
        assert str(next(iter(params.values()), "")) in say(problem, language)


def _first(events, kind: str, count: int = 1) -> int:
    """Return the position of the count-th event of a type."""
    return [index for index, event in enumerate(events) if event.type == kind][count - 1]


def test_a_whole_history_is_whole(whole) -> None:
    found = verify_events(whole)
    assert found.is_whole
    assert found.events == len(whole)
    assert found.head == whole[-1].hash
    assert found.allocated == sum(event.type == "allocated" for event in whole)
    assert found.allocations is Allocations.VERIFIED


def test_before_the_reveal_allocations_are_not_yet_verifiable_and_nothing_is_wrong(whole) -> None:
    found = verify_events(whole[:-1])
    assert found.is_whole
    assert found.allocations is Allocations.NOT_YET


def test_a_history_without_allocations_says_so(whole) -> None:
    assert verify_events(whole[:3]).allocations is Allocations.NONE
    assert verify_events([]).is_whole


def test_an_edited_row_is_named(whole) -> None:
    events = list(whole)
    at = _first(events, "item_entered", 9)
    events[at] = _changed(events[at], value="<0.01")
    _only(verify_events(events), "edited-row", seq=at + 1)


def test_an_edited_row_with_its_own_hash_made_anew_is_named_too(whole) -> None:
    events = list(whole)
    at = _first(events, "item_entered", 9)
    changed = _changed(events[at], value="<0.01")
    events[at] = changed._replace(hash=changed.computed_hash())
    _only(verify_events(events), "remade-row", seq=at + 1)


def test_a_missing_row_is_named(whole) -> None:
    at = len(whole) // 2
    _only(verify_events(whole[:at] + whole[at + 1 :]), "missing-row", seq=at + 1, before=at, found=at + 2)
    _only(verify_events(whole[3:]), "missing-start", found=4)


def test_a_doubled_row_is_named(whole) -> None:
    at = len(whole) // 2
    _only(verify_events(whole[: at + 1] + whole[at:]), "doubled-row", seq=at + 1)


def test_swapped_rows_are_named(whole) -> None:
    at = len(whole) // 2
    events = [*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]]
    _only(verify_events(events), "swapped-row", seq=at + 1, found=at + 2)
    events = [*whole[:at], whole[at + 5], *whole[at + 1 : at + 5], whole[at], *whole[at + 6 :]]
    _only(verify_events(events), "swapped-row", seq=at + 1, found=at + 6)


def test_a_history_cut_off_is_found_by_the_hash_that_was_written_down(whole) -> None:
    assert verify_events(whole[:-5]).is_whole  # nothing inside the rest can tell
    _only(verify_events(whole[:-5], head=whole[-1].hash), "cut-off", seq=len(whole) - 5)
    assert verify_events(whole, head=whole[-1].hash).is_whole


def test_a_slot_given_twice_is_named_although_the_chain_was_made_anew(whole) -> None:
    events = list(whole)
    first, second = _first(events, "allocated", 2), _first(events, "allocated", 4)
    events[second] = _changed(events[second], slot=events[first].data["slot"])
    found = verify_events(_chained(events))
    _only(found, "slot-given-twice", seq=second + 1, stream=whole[second].stream, first=whole[first].stream)
    assert found.allocations is Allocations.FAILED


def test_a_slot_left_out_is_named(whole) -> None:
    events = list(whole)
    at = _first(events, "allocated", 3)
    events[at] = _changed(events[at], slot=9)
    _only(verify_events(_chained(events)), "slot-not-next", seq=at + 1, slot=9, expected=3)


def test_a_wrong_draw_is_named_after_the_reveal(whole) -> None:
    events = list(whole)
    at = _first(events, "allocated", 3)
    other = "control" if events[at].data["arm"] == "hbig" else "hbig"
    events[at] = _changed(events[at], arm=other)
    found = verify_events(_chained(events))
    assert [(problem.code, problem.params["seq"]) for problem in found.problems] == [("randomise.wrong-draw", at + 1)]
    assert verify_events(_chained(events[:-1])).allocations is Allocations.NOT_YET


def test_a_secret_that_was_not_committed_to_is_named(whole) -> None:
    events = list(whole)
    events[-1] = _changed(events[-1], secret="ab" * 32)
    _only(verify_events(_chained(events)), "other-secret-revealed", seq=len(events), committed=2)
    events[-1] = _changed(events[-1], secret="no secret")  # noqa: S106 - no secret at all
    _only(verify_events(_chained(events)), "secret-in-no-form", seq=len(events))


def _without(events, kind: str) -> list[Event]:
    return [event for event in events if event.type != kind]


FORGERIES = {
    "a decision that the values do not bear out": (
        lambda events: [
            _changed(event, verdict="not eligible") if index == _first(events, "eligibility_decided") else event
            for index, event in enumerate(events)
        ],
        "wrong-verdict",
    ),
    "other levels than the values give": (
        lambda events: [
            _changed(event, levels={**event.data["levels"], "consolidation": "under_12"})
            if index == _first(events, "allocated")
            else event
            for index, event in enumerate(events)
        ],
        "wrong-levels",
    ),
    "allocated without a decision": (lambda events: _without(events, "eligibility_decided"), "impossible-event"),
    "allocated without a commitment": (
        lambda events: _without(events, "allocation_committed"),
        "allocated-before-commitment",
    ),
    "no consent": (lambda events: _without(events, "consent_given"), "impossible-event"),
    "no visit": (lambda events: _without(events, "visit_recorded"), "impossible-event"),
    "an entry twice": (
        lambda events: [
            *events[: _first(events, "item_entered") + 1],
            events[_first(events, "item_entered")]._replace(key="forged"),
            *events[_first(events, "item_entered") + 1 :],
        ],
        "entered-twice",
    ),
    "a correction of what was not there": (
        lambda events: [_changed(e, previous="23") if e.type == "item_corrected" else e for e in events],
        "previous-differs",
    ),
    "a key of another transaction": (
        lambda events: [e._replace(key="k1") if e.type == "locked" else e for e in events],
        "key-again",
    ),
    "a role that may not": (
        lambda events: [e._replace(role="sponsor") if e.type == "allocated" else e for e in events],
        "wrong-role",
    ),
    "another study": (
        lambda events: [e._replace(study="other") if e.type == "locked" else e for e in events],
        "other-stream",
    ),
    "another version": (
        lambda events: [e._replace(version="0.9") if e.type == "allocated" else e for e in events],
        "wrong-version",
    ),
    "a study that was changed": (
        lambda events: [
            _changed(e, study={**e.data["study"], "identity": {**e.data["study"]["identity"], "enrolment": 9}})
            if e.type == "version_published"
            else e
            for e in events
        ],
        "wrong-content-hash",
    ),
    "declarations that were changed": (
        lambda events: [_changed(e, hash="00") if e.type == "declarations_committed" else e for e in events],
        "wrong-declarations",
    ),
    "an unknown event": (
        lambda events: [e._replace(type="wished") if e.type == "locked" else e for e in events],
        "unknown-event",
    ),
    "another version of the study's own event": (
        lambda events: [e._replace(version="0.9") if e.type == "locked" else e for e in events],
        "wrong-version",
    ),
    "an event without its data": (
        lambda events: [e._replace(data={}) if e.type == "consent_given" else e for e in events],
        "incomplete-event",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_cannot_have_happened_is_named_although_the_chain_was_made_anew(whole, name: str) -> None:
    forge, code = FORGERIES[name]
    found = verify_events(_chained(list(forge(list(whole)))))
    assert [problem.code for problem in found.problems] == [f"conduct.{code}"]
    for language in LANGUAGES:
        assert say(found.problems[0], language)


def test_an_event_that_is_no_event_is_named_without_a_traceback(whole) -> None:
    for change in ({"by": 5}, {"data": {"value": object()}}, {"data": {"n": float("nan")}}, {"at": "x\ud800"}):
        events = list(whole)
        events[7] = events[7]._replace(**change)
        _only(verify_events(events), "edited-row", seq=8)


def test_a_freeze_of_one_casebook_is_no_retry_of_a_freeze_of_the_study(scene) -> None:
    context = scene.context()
    scene.ledger.do(c.Freeze(participant=scene.allocated()), context)
    assert scene.ledger.do(c.Freeze(), context).code == "conduct.key-used"


TEXTS = [name for name in Event._fields if name not in ("data", "seq")]


@functools.cache
def _mutations() -> st.SearchStrategy[tuple[float, str, str]]:
    return st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from([*TEXTS, "seq", "data", "gone", "again"]),
        st.text(min_size=1, max_size=4, alphabet="ab01-:é"),
    )


@settings(max_examples=80, deadline=None)
@given(mutation=_mutations())
def test_any_single_mutation_of_any_event_is_found(whole, mutation) -> None:
    where, what, text = mutation
    events = list(whole)
    at = int(where * len(events))
    event = events[at]
    match what:
        case "gone":
            del events[at]
        case "again":
            events.insert(at, event)
        case "seq":
            events[at] = event._replace(seq=event.seq + 1 + len(text))
        case "data":
            events[at] = _changed(event, forged=text)
        case _:
            events[at] = event._replace(**{what: getattr(event, what) + text})
    # Only the last event can go without a trace; the hash that was written down tells.
    found = verify_events(events, head=whole[-1].hash)
    assert not found.is_whole
    assert found.events <= at + 1


def test_the_hash_covers_the_canonical_envelope(whole) -> None:
    for event in (*whole[:40], whole[-1]):
        assert event.hash == canonical.digest(canonical.dumps(event.envelope()))
        canonical.check(event.envelope())


@given(text=st.text(max_size=20), key=st.text(max_size=5))
def test_any_text_is_hashed_as_canonical_json_has_it(text: str, key: str) -> None:
    event = Event("s", 1, "study", "1", "t", "at", text, "r", key, {"words": text}, GENESIS)
    assert event.computed_hash() == canonical.digest(canonical.dumps(event.envelope()))


def test_a_history_replays_into_the_same_states(whole, begin) -> None:
    scene = begin(begin=False)
    again = Ledger.replayed(scene.study, whole)
    assert again.head == whole[-1].hash
    assert again.study.state == "revealed"
    assert again.study.allocated == verify_events(whole).allocated
