"""Separate processes that write to one database at the same instant, or are killed while they do.

Started as a program (`python crowd.py TASK ARGUMENTS`), so that the processes that it forks share no thread, no
connection and no state with the tests. It prints one JSON value, or a line for each acknowledged write.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

_TESTS = Path(__file__).parents[2]
ON, AT = "2026-03-02", "2026-09-01T08:00:00.000000Z"
SITES = ("01", "02", "03", "04")
FORKING = multiprocessing.get_context("fork")


def study() -> Any:
    """Return the double-blind example with four centres and room for everybody."""
    from equipoise.study.model.study import Study

    content = runpy.run_path(str(_TESTS / "conduct" / "scene.py"))["study_of"]("examples/blinded").content
    identity = dict(content["identity"])
    identity["enrolment"] = 5000
    identity["sites"] = [{**identity["sites"][0], "id": site} for site in SITES]
    return Study.model_validate({**content, "identity": identity})


def gather(people: int) -> list[str]:
    """Open the study and bring people to where they can be allocated; return their numbers."""
    from equipoise.conduct import commands as c
    from equipoise.server.records.actions.open_study import prepare_study
    from equipoise.server.records.writing import Asker, writing

    declared = study()
    screening = runpy.run_path(str(_TESTS / "conduct" / "scene.py"))["BLINDED_SCREENING"]
    asker = Asker(by="simulator", role="simulator")
    prepare_study(declared.id, bytes(range(32)))
    count = 0
    numbers = []
    with writing(declared.id) as opened:

        def must(command: Any) -> Any:
            nonlocal count
            count += 1
            done = opened.do(command, asker, f"gather {count}", at=AT, publishes=declared)
            assert isinstance(done, tuple), done
            return done

        for command in (c.PublishVersion(), c.CommitAllocation(), c.CommitDeclarations()):
            must(command)
        for place in range(people):
            number = must(c.Register(participant="", site=SITES[place % len(SITES)], on=ON))[0].stream
            must(c.GiveConsent(participant=number, document="1.0", language="en", on=ON, age=45))
            must(c.RecordVisit(participant=number, visit="screening", on=ON))
            for form, values in screening.items():
                entries = tuple(c.Entry(item=item, value=value) for item, value in values.items())
                must(c.EnterItems(participant=number, visit="screening", form=form, on=ON, entries=entries))
            must(c.DecideEligibility(participant=number, on=ON))
            numbers.append(number)
    return numbers


def allocate(study_id: str, number: str, key: str) -> Any:
    """Allocate somebody as an investigator of their centre; return the events or the problem's code."""
    from equipoise.conduct.commands import Allocate
    from equipoise.core.problem import Problem
    from equipoise.server.records.writing import Ahead, Asker, writing

    site = number[:2]
    asker = Asker(by=f"investigator-{site}", role="investigator", site=site)
    with writing(study_id, ahead=Ahead(key, number)) as opened:
        done = opened.do(Allocate(participant=number, on=ON), asker, key, at=AT)
    return done.code if isinstance(done, Problem) else [list(event) for event in done]


def enter(study_id: str, number: str, key: str) -> Any:
    """Record an unscheduled visit and enter what was measured at it, as one."""
    from equipoise.conduct.commands import EnterItems, Entry, RecordVisit
    from equipoise.core.problem import Problem
    from equipoise.server.records.writing import Asker, writing

    site = number[:2]
    asker = Asker(by=f"coordinator-{site}", role="coordinator", site=site)
    visit = f"unscheduled-{int(key.rpartition(' ')[2]) + 1}"
    entries = (Entry(item="alt", value="21"),)
    commands = (
        RecordVisit(participant=number, visit=visit, on=ON),
        EnterItems(participant=number, visit=visit, form="laboratory", on=ON, entries=entries),
    )
    events = []
    with writing(study_id) as opened:
        for part, command in enumerate(commands):
            done = opened.do(command, asker, f"{key}/{part}", at=AT)
            assert not isinstance(done, Problem), done
            events += [list(event) for event in done]
    return events


ACTS = {"allocate": allocate, "enter": enter}


# --- all at once ------------------------------------------------------------------------------------------------------


def all_at_once(rounds: int, processes: int, contended: int) -> None:
    """Let every process allocate at the same instant, round by round; some of them the same person."""
    from django.db import connections

    declared, distinct = study(), processes - contended
    numbers = gather(rounds * distinct)
    connections.close_all()
    barrier = FORKING.Barrier(processes)
    results = FORKING.SimpleQueue()

    def one(place: int) -> None:
        found = []
        for number in range(rounds):
            person = numbers[number * distinct + place % distinct]
            key = f"round {number} process {place}"
            barrier.wait(120)
            first = allocate(declared.id, person, key)
            again = allocate(declared.id, person, key)
            found.append({"person": person, "key": key, "first": first, "again": again})
        results.put(json.dumps(found))

    children = [FORKING.Process(target=one, args=(place,)) for place in range(processes)]
    for child in children:
        child.start()
    answers = [answer for _ in children for answer in json.loads(results.get())]
    for child in children:
        child.join()
    print(json.dumps({"study": declared.id, "people": numbers, "answers": answers}))


# --- killed at a point ------------------------------------------------------------------------------------------------


def killed_everywhere(act: str) -> None:
    """Kill a process before and after each statement and the commit of an act; then try again with the same key."""
    from django.db import connections

    declared = study()
    numbers = gather(80)
    if act == "enter":
        numbers = numbers[:1] * 80
    connections.close_all()
    found = []
    for point, number in enumerate(numbers):
        key = f"{act} {point}"
        child = FORKING.Process(target=_killed_at, args=(act, declared.id, number, key, point))
        child.start()
        child.join()
        found.append({"point": point, "exit": child.exitcode, "kept": _kept(declared.id, key)})
        found[-1]["again"] = len(ACTS[act](declared.id, number, key))
        found[-1]["then"] = _kept(declared.id, key)
        connections.close_all()
        if child.exitcode == 0:
            break
    print(json.dumps({"study": declared.id, "found": found}))


def _kept(study_id: str, key: str) -> int:
    from equipoise.server.records.models import Event

    return Event.objects.filter(study=study_id, key__startswith=key).count()


def _killed_at(act: str, study_id: str, number: str, key: str, point: int) -> None:
    from django.db import connection

    passed = 0

    def gate() -> None:
        nonlocal passed
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        gate()
        done = execute(sql, params, many, context)
        gate()
        return done

    commit = connection._commit

    def committed() -> None:
        gate()
        commit()
        gate()

    connection.ensure_connection()
    connection._commit = committed
    with connection.execute_wrapper(wrapper):
        ACTS[act](study_id, number, key)


# --- under load -------------------------------------------------------------------------------------------------------


def load(processes: int) -> None:
    """Write until killed, or until the database goes away; print each acknowledged key once it is acknowledged."""
    from django.db import DatabaseError, connections

    declared = study()
    numbers = gather(processes)
    connections.close_all()
    sys.stdout.write("ready\n")
    sys.stdout.flush()

    def one(place: int) -> None:
        count = 0
        while True:
            key = f"load {place} {count}"
            try:
                enter(declared.id, numbers[place], key)
            except DatabaseError:
                return
            os.write(1, f"{key}\n".encode())
            count += 1

    children = [FORKING.Process(target=one, args=(place,)) for place in range(processes)]
    for child in children:
        child.start()
    for child in children:
        child.join()


if __name__ == "__main__":
    import django

    django.setup()
    task, *arguments = sys.argv[1:]
    if task == "killed_everywhere":
        killed_everywhere(arguments[0])
    else:
        {"all_at_once": all_at_once, "load": load}[task](*map(int, arguments))
