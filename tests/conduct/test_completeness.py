"""That nothing was left out: states, commands, events, words, pages."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pytest

from equipoise.conduct import commands as c
from equipoise.conduct.decide import _DECIDE
from equipoise.conduct.diagrams import PLACES, TOGETHER, arrows
from equipoise.conduct.evolve import _PARTICIPANT, _STUDY
from equipoise.conduct.manual import pages
from equipoise.conduct.permissions import ALLOWED, Role
from equipoise.conduct.states import EVERYTHING, MACHINES, NOBODY
from equipoise.conduct.terms import Term
from equipoise.conduct.verify import _ROLES
from equipoise.conduct.visibility import SIGHT, Fact, Sight
from equipoise.core.words import LANGUAGES, text

ROOT = Path(__file__).parents[2]
SPEC = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "spec" / "conduct").glob("test_*.py"))
EVENTS = {event for events in c.EVENT_OF.values() for event in events}


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_has_owner_transitions_and_words(name: str) -> None:
    machine = MACHINES[name]
    assert machine.initial in machine.states
    reached = {machine.initial} | {to for state in machine.states.values() for to in state.moves.values()}
    assert reached == set(machine.states)  # no state stands alone
    for state, declared in machine.states.items():
        assert declared.owner in Role
        for language in LANGUAGES:
            assert text("conduct", f"states.{name}.{state}", language)
            assert text("conduct", f"meanings.{name}.{state}", language)


def test_every_event_of_the_tables_is_an_event_of_a_command_and_the_other_way_round() -> None:
    told = set()
    for machine in MACHINES.values():
        for state in machine.states.values():
            told |= {event.partition(":")[0].removeprefix("casebook_") for event in (*state.moves, *state.permits)}
    assert told == EVENTS


@pytest.mark.parametrize("kind", c.EVENT_OF, ids=lambda kind: kind.__name__)
def test_every_command_has_a_decision_roles_words_and_a_paragraph_in_the_spec(kind: type) -> None:
    assert kind in _DECIDE
    assert ALLOWED[kind]
    assert f"c.{kind.__name__}(" in SPEC
    for language in LANGUAGES:
        for part in ("label", "instead"):
            assert text("conduct", f"commands.{kind.__name__}.{part}", language)


def test_no_command_is_left_out() -> None:
    declared = {
        kind
        for kind in vars(c).values()
        if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind is not c.Entry
    }
    assert declared == set(c.EVENT_OF) == set(_DECIDE) == set(ALLOWED) == set(c.Command.__args__)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_every_event_is_folded_has_roles_and_words(event: str) -> None:
    of_participant = event in EVERYTHING
    # A participant's casebook is frozen and unlocked by its table alone.
    folded = event in _STUDY or event in _PARTICIPANT
    assert folded
    assert of_participant or event in _STUDY
    assert _ROLES[event]
    for language in LANGUAGES:
        assert text("conduct", f"events.{event}", language)


def test_one_verb_or_family_is_one_file() -> None:
    folder = ROOT / "src" / "equipoise" / "conduct" / "decide"
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        deciding = [
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or ast.Constant(None)) == "Decision"
        ]
        assert len([name for name in deciding if not name.startswith("_")]) <= 3, path.name


def test_who_may_see_what_is_complete() -> None:
    assert set(SIGHT) == {(role, fact) for role in Role for fact in Fact}
    for language in LANGUAGES:
        for fact in Fact:
            assert text("conduct", f"facts.{fact.value}", language)
        for sight in Sight:
            assert text("conduct", f"sights.{sight.value}", language)
        for role in Role:
            assert text("conduct", f"roles.{role.value}", language)


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_reference_pages_are_those_that_the_tables_give(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == pages()[name], "python docs/reference/write_conduct_pages.py"


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_and_every_move_is_in_the_picture(name: str) -> None:
    machine = MACHINES[name]
    assert set(PLACES[name]) == set(machine.states)
    drawn, frame = arrows(machine), TOGETHER.get(name, ())
    for state, declared in machine.states.items():
        for event, target in declared.moves.items():
            if target == state or event.endswith(":imported") or {state, target} <= set(frame):
                continue
            starts = {state} | ({"(together)"} if state in frame else set())
            ends = {target} | ({"(together)"} if target in frame else set())
            assert any((start, end) in drawn for start in starts for end in ends), (state, target)


def test_a_state_that_nobody_can_be_in_is_refused() -> None:
    machine = MACHINES["query"]
    with pytest.raises(ValueError, match="leads to"):
        dataclasses.replace(machine, states={NOBODY: machine.states[NOBODY]})


def test_a_term_is_an_id_for_a_program_and_words_for_a_person() -> None:
    who = Term("roles", "data_manager", "monitor")
    assert str(who) == "data_manager, monitor"
    assert f"{who:en}" == "data manager, monitor"
    assert f"{who:zh-hans}" == "数据管理员、监查员"
    assert f"{who}" == "data_manager, monitor"
