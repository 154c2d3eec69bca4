"""The complete table role × command × state, at the server's door.

The oracle is the table that conduct's own tests write out, cell by cell: what a person's role may do, and what a
participant's state allows. Here every cell is tried on a row of the database, through `writing.do`.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from django.db import transaction

from equipoise.conduct.permissions import ALLOWED, OF_A_CENTRE, ORIGIN_OF, Role
from equipoise.conduct.states import PARTICIPANT
from equipoise.core.problem import Problem
from equipoise.server.accounts.models import ROLES
from equipoise.server.records.writing import Asker, writing

_CONDUCT = Path(__file__).parents[2] / "conduct"
_TABLES = runpy.run_path(str(_CONDUCT / "test_tables.py"))
BY_ROLE, BY_STATE, BY_NAME = _TABLES["BY_ROLE"], _TABLES["BY_STATE"], _TABLES["BY_NAME"]
STATE_CODES, ROLE_CODES, sample = _TABLES["STATE_CODES"], _TABLES["ROLE_CODES"], _TABLES["sample"]
MOMENT = "2026-09-01T08:00:00.000000Z"  # the stage's
PEOPLE = [role for role in Role if role not in ORIGIN_OF]


@pytest.fixture(params=["sqlite"], autouse=True)
def database(request, tmp_path, templates, monkeypatch):
    """Give the test a database: 5,000 tries take a minute on two, and the door is the same."""
    with templates.fresh(request.param, tmp_path, None) as address:
        monkeypatch.setenv("EQUIPOISE_DATABASE", address)
        yield address


def _tried(stage, kind: type, number: str, role: str, site: str = "01") -> str:
    """Return the code of the refusal, empty if there is none; nothing stays of what was done."""
    asker = Asker(by=f"{role}@01", role=role, site=site if role in OF_A_CENTRE else None)
    with transaction.atomic():
        with writing(stage.study.id) as opened:
            key = f"{role} {kind.__name__} {number}"
            done = opened.do(sample(kind, number), asker, key, at=MOMENT, publishes=stage.study)
        transaction.set_rollback(True)
    return done.code if isinstance(done, Problem) else ""


def test_people_have_every_role_but_the_technical_ones():
    assert list(ROLES) == PEOPLE
    assert len(PEOPLE) * len(BY_NAME) * len(PARTICIPANT.states) > 4000


def test_every_role_command_and_state(stage):
    people = {state: stage.in_state(state) for state in PARTICIPANT.states}
    wrong, tried = [], 0
    for name, kind in BY_NAME.items():
        for role in PEOPLE:
            allowed = BY_ROLE[name, role] == "+"
            assert allowed == (role in ALLOWED[kind])
            for state, number in people.items():
                if (name, state) not in BY_STATE and state != "allocated":
                    continue  # a command about the whole study is tried once
                about = number if (name, state) in BY_STATE else ""
                code = _tried(stage, kind, about, role.value)
                tried += 1
                cell = BY_STATE.get((name, state), "?")
                right = {
                    "+": code == "",
                    ".": code in STATE_CODES,
                    "o": code not in ("", *STATE_CODES, *ROLE_CODES),
                    "?": code not in ROLE_CODES,
                }[cell]
                if not (right if allowed else code in ROLE_CODES):
                    wrong.append((name, role.value, state, code))
    assert wrong == []
    assert tried == len(PEOPLE) * (len(BY_STATE) + len(BY_NAME) - len(BY_STATE) // len(PARTICIPANT.states))


def test_a_centres_people_may_do_nothing_to_another_centres(stage):
    number = stage.in_state("allocated")
    for role in OF_A_CENTRE:
        for name, kind in BY_NAME.items():
            if BY_ROLE[name, role] == "+" and (name, "allocated") in BY_STATE:
                code = _tried(stage, kind, number, role.value, site="02")
                assert code == "conduct.other-centres-participant", (role, name)
