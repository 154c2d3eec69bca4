"""The complete tables: who may do what, and when. Every cell is written out here and tried on a real state."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.conduct import commands as c
from equipoise.conduct.decide import decide
from equipoise.conduct.permissions import ALLOWED, Role, who_may
from equipoise.conduct.states import PARTICIPANT, STUDY
from equipoise.core.problem import Problem
from equipoise.core.words import LANGUAGES, say

sample = runpy.run_path(str(Path(__file__).parent / "samples.py"))["sample"]

# Columns: coordinator, investigator, pharmacist, monitor, data manager, statistician blinded, statistician unblinded,
# sponsor, administrator, simulator and importer.
ROLES = """
PublishVersion       . . . . . . . + + + +
CommitAllocation     . . . . . . + . + + .
CommitDeclarations   . . . . . + . + . + +
RegisterKits         . . + . . . . + . + .
Freeze               . . . . + . . . . + +
Lock                 . . . . + . . . . + +
Unlock               . . . . + . . . . + +
RevealAllocation     . . . . . . + . + + .
Refer                + + . . . . . . . + +
Register             + + . . . . . . . + +
GiveConsent          + + . . . . . . . + +
RenewConsent         + + . . . . . . . + +
EnterItems           + + . . . . . . . + +
CorrectItem          + + . . . . . . . + +
RecordVisit          + + . . . . . . . + +
MissVisit            + + . . . . . . . + +
DecideEligibility    . + . . . . . . . + +
Allocate             + + . . . . . . . + .
ImportAllocation     . . . . . . . . . . +
AssignKit            . + + . . . . . . + .
Unblind              . + + . . . . . . + .
GiveDose             + + . . . . . . . + +
WithholdDose         + + . . . . . . . + +
CollectSpecimen      + + . . . . . . . + +
StoreSpecimen        + + . . . . . . . + +
ShipSpecimen         + + . . . . . . . + +
ReportAdverseEvent   + + . . . . . . . + +
ReportMedication     + + . . . . . . . + +
JudgeReversion       . + . . . . . . . + +
RecordDeviation      + + . + . . . . . + +
StopTreatment        + + . . . . . . . + +
StopVisits           + + . . . . . . . + +
WithdrawConsent      + + . . . . . . . + +
OpenQuery            . . . + + . . . . + .
AnswerQuery          + + . . . . . . . + +
CloseQuery           . . . + + . . . . + +
Sign                 . + . . . . . . . + +
"""

# absent, referred, registered, consented, cannot tell yet, needs judgement, not eligible, eligible, allocated,
# treatment stopped, completed, stopped, withdrawn. +: done; .: refused by the state; o: the state allows it, and the
# open-label study has no such thing (kits and unblinding are tried in test_blinding.py); days are those up to the end.
STATES = """
Freeze               . + + + + + + + + + + + +
Refer                + . . . . . . . . . . . .
Register             + + . . . . . . . . . . .
GiveConsent          . . + . . . . . . . . . .
RenewConsent         . . . + + + + + + + . . .
EnterItems           . . . + + + + + + + + + +
CorrectItem          . . . + + + + + + + + + +
RecordVisit          . . . + + + + + + + + + +
MissVisit            . . . + + + + + + + + + +
DecideEligibility    . . . + + + + + . . . . .
Allocate             . . . . . . . + . . . . .
ImportAllocation     . . + + + + + + . . . . .
AssignKit            . . . . . . . . o . . . .
Unblind              . . . . . . . . o o o o o
GiveDose             . . . . . . . . + + + + +
WithholdDose         . . . . . . . . + + + + +
CollectSpecimen      . . . + + + + + + + + + +
StoreSpecimen        . . . + + + + + + + + + +
ShipSpecimen         . . . + + + + + + + + + +
ReportAdverseEvent   . . . + + + + + + + + + +
ReportMedication     . . . + + + + + + + + + +
JudgeReversion       . . . . . . . . + + + + +
RecordDeviation      . + + + + + + + + + + + +
StopTreatment        . . . . . . . . + . . . .
StopVisits           . + + + + + + + + + . . .
WithdrawConsent      . . . + + + + + + + + + .
OpenQuery            . . . + + + + + + + + + +
AnswerQuery          . . . + + + + + + + + + +
CloseQuery           . . . + + + + + + + + + +
Sign                 . . . + + + + + + + + + +
"""

# unpublished, open, frozen, locked, revealed; about an allocated person (o: allowed, and refused on its own grounds)
STUDY_STATES = """
PublishVersion       o o . . .
CommitAllocation     . o . . .
CommitDeclarations   . o . . .
RegisterKits         . o . . .
Freeze               . + . . .
Lock                 . + + . .
Unlock               . . + + .
RevealAllocation     . . . + .
Refer                . + . . .
Register             . + . . .
GiveConsent          . + . . .
RenewConsent         . + . . .
EnterItems           . + . . .
CorrectItem          . + + . .
RecordVisit          . + . . .
MissVisit            . + . . .
DecideEligibility    . + . . .
Allocate             . + . . .
AssignKit            . o . . .
Unblind              . o o o .
GiveDose             . + . . .
WithholdDose         . + . . .
CollectSpecimen      . + . . .
StoreSpecimen        . + . . .
ShipSpecimen         . + . . .
ReportAdverseEvent   . + . . .
ReportMedication     . + . . .
JudgeReversion       . + + . .
RecordDeviation      . + + . .
StopTreatment        . + . . .
StopVisits           . + . . .
WithdrawConsent      . + + . .
OpenQuery            . + + . .
AnswerQuery          . + + . .
CloseQuery           . + + . .
Sign                 . + + . .
"""
BY_NAME = {kind.__name__: kind for kind in c.EVENT_OF}
WHOLE_STUDY = ("PublishVersion", "CommitAllocation", "CommitDeclarations", "RegisterKits", "Lock", "RevealAllocation")
STATE_CODES = ("conduct.not-in-this-state", "conduct.no-participant", "conduct.not-published")
ROLE_CODES = ("conduct.not-permitted", "conduct.foreign-origin")


def _table(text: str, columns: list[str]) -> dict[tuple[str, str], str]:
    table = {}
    for line in text.strip().splitlines():
        name, *cells = line.split()
        assert len(cells) == len(columns), name
        table.update({(name, column): cell for column, cell in zip(columns, cells, strict=True)})
    return table


BY_ROLE = _table(ROLES, list(Role))
BY_STATE = _table(STATES, list(PARTICIPANT.states))
BY_STUDY_STATE = _table(STUDY_STATES, list(STUDY.states))


@pytest.fixture(scope="module")
def stage(begin):
    """A study with one person in each state."""
    scene = begin()
    return scene, {state: scene.in_state(state) for state in PARTICIPANT.states}


def _tried(scene, kind: type, number: str, role: str) -> str:
    """Return the code of the refusal; empty if there is none."""
    study = scene.ledger.study
    # The import of a past trial has a study of its own; the states are the same.
    study.origin = "imported" if role == "importer" else "simulated"
    found = decide(scene.state(number), sample(kind, number), context=scene.context(role))
    study.origin = "simulated"
    return found.code if isinstance(found, Problem) else ""


def test_the_tables_are_complete() -> None:
    assert {name for name, _ in BY_ROLE} == BY_NAME.keys()
    assert {name for name, _ in BY_STATE} == BY_NAME.keys() - {*WHOLE_STUDY, "Unlock"}
    assert {name for name, _ in BY_STUDY_STATE} == BY_NAME.keys() - {"ImportAllocation"}
    assert ALLOWED.keys() == c.EVENT_OF.keys()


@pytest.mark.parametrize("name", BY_NAME)
def test_roles_may_do_what_the_table_says(name: str) -> None:
    assert {role for role in Role if BY_ROLE[name, role] == "+"} == ALLOWED[BY_NAME[name]]


@pytest.mark.parametrize("role", list(Role))
def test_every_role_command_and_state_of_a_participant(stage, role: str) -> None:
    scene, people = stage
    for (name, state), cell in BY_STATE.items():
        kind = BY_NAME[name]
        code = _tried(scene, kind, people[state], role)
        if BY_ROLE[name, role] == ".":
            assert code in ROLE_CODES, (name, state)
        elif role == "importer" and state == "registered" and cell == ".":
            # An imported person's consent was given elsewhere; what the table of states marks so is allowed.
            assert code != "conduct.no-consent", (name, state)
        elif cell == ".":
            assert code in STATE_CODES, (name, state, code)
        elif cell == "o":
            assert code not in ("", *STATE_CODES, *ROLE_CODES), (name, state)
        else:
            assert code == "", (name, state, code)


def _study_in(begin, state: str):
    if state == "unpublished":
        return begin(begin=False), "01-0001"
    scene = begin()
    number = scene.in_state("allocated")
    if state == "open":
        return scene, number
    if state == "frozen":
        scene.must(c.Freeze())
        return scene, number
    for query in list(scene.ledger.participants[number].queries):
        if scene.ledger.participants[number].queries[query] == "open":
            scene.must(c.AnswerQuery(participant=number, query=query, words="Checked."))
        scene.must(c.CloseQuery(participant=number, query=query))
    for other in list(scene.ledger.participants):
        for query, held in list(scene.ledger.participants[other].queries.items()):
            assert held == "closed", query
    scene.must(c.Lock())
    if state == "revealed":
        scene.must(c.RevealAllocation())
    return scene, number


@pytest.mark.parametrize("state", list(STUDY.states))
def test_every_command_in_every_state_of_the_study(begin, state: str) -> None:
    scene, number = _study_in(begin, state)
    assert scene.ledger.study.state == state
    fitting = {"Refer": "", "Register": "", "GiveConsent": "registered", "DecideEligibility": "consented"}
    for name, kind in BY_NAME.items():
        if name == "ImportAllocation":
            continue
        about = "" if name in (*WHOLE_STUDY, "Unlock", "Refer", "Register") else number
        if state == "open" and name in fitting and fitting[name]:
            about = scene.in_state(fitting[name])
        if state == "open" and name == "Allocate":
            about = scene.decided()
        if name == "Freeze":
            about = ""
        if name == "Lock" and state != "unpublished":
            # Queries are tried in their own test; here the state alone is asked.
            kept, scene.ledger.study.open_queries = scene.ledger.study.open_queries, 0
        problem = decide(scene.state(about), sample(kind, about), context=scene.context())
        if name == "Lock" and state != "unpublished":
            scene.ledger.study.open_queries = kept
        cell = BY_STUDY_STATE[name, state]
        code = problem.code if isinstance(problem, Problem) else ""
        if cell == ".":
            assert code in STATE_CODES, (name, code)
        elif cell == "o":
            assert code not in ("", *STATE_CODES), (name, code)
        else:
            assert code == "", (name, problem)


def test_a_frozen_casebook_stops_entry_and_nothing_else(begin) -> None:
    scene = begin()
    number = scene.in_state("allocated")
    scene.must(c.Freeze(participant=number))
    goes_on = {
        "CorrectItem", "JudgeReversion", "RecordDeviation", "WithdrawConsent", "OpenQuery", "AnswerQuery", "CloseQuery",
        "Sign", "Unlock",
    }  # fmt: skip
    done = set()
    for name, kind in BY_NAME.items():
        if name in (*WHOLE_STUDY, "ImportAllocation"):
            continue
        found = decide(scene.state(number), sample(kind, number), context=scene.context())
        if not isinstance(found, Problem):
            done.add(name)
    assert done == goes_on
    scene.must(c.Unlock(participant=number, reason="a late result"))
    scene.must(sample(c.ReportMedication, number))


def test_every_refusal_says_who_may_when_and_what_instead_in_both_languages(stage) -> None:
    scene, people = stage
    for name, kind in BY_NAME.items():
        for role in ("monitor", "pharmacist", "simulator"):
            for number in people.values():
                problem = decide(scene.state(number), sample(kind, number), context=scene.context(role))
                if isinstance(problem, Problem):
                    for language in LANGUAGES:
                        assert len(say(problem, language)) > 20, (name, problem)
                        assert "{" not in say(problem, language)
    refused = decide(scene.state(people["eligible"]), sample(c.Allocate, "x"), context=scene.context("monitor"))
    assert isinstance(refused, Problem)
    assert "coordinator, investigator" in say(refused, "en")
    assert "研究协调员、研究者" in say(refused, "zh-hans")
    assert who_may(c.Allocate) == (Role.COORDINATOR, Role.INVESTIGATOR)


def test_a_centres_people_act_only_for_their_centre(begin) -> None:
    scene = begin()
    number = scene.in_state("consented")
    command = sample(c.ReportMedication, number)
    elsewhere = scene.context("coordinator", site="02")
    refused = decide(scene.state(number), command, context=elsewhere)
    assert isinstance(refused, Problem)
    assert refused.code == "conduct.other-centres-participant"
    nowhere = decide(scene.state(number), command, context=replace(elsewhere, site=None))
    assert isinstance(nowhere, Problem)
    assert nowhere.code == "conduct.other-centres-participant"
    assert not isinstance(decide(scene.state(number), command, context=replace(elsewhere, site="01")), Problem)
    new = c.Register(participant="", site="02", on="2026-03-02")
    refused = decide(scene.state(), new, context=scene.context("coordinator"))
    assert isinstance(refused, Problem)
    assert refused.code == "conduct.other-centres-participant"


def test_an_unknown_role_and_a_role_of_another_origin_are_refused(scene) -> None:
    new = c.Refer(participant="", site="01", on="2026-03-02")
    assert scene.do(new, "king").code == "conduct.unknown-role"
    assert scene.do(new, "importer").code == "conduct.foreign-origin"
