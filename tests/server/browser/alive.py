"""A database with a trial that is under way up to now, its accounts, and somebody who waits to be allocated."""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from equipoise.conduct import commands as c
from equipoise.core.problem import Problem
from equipoise.server import clock
from equipoise.server.records.actions.carry_out import carry_out
from equipoise.server.records.writing import Asker
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[3]
STUDY = "nct07328711"
PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts
FEW, MANY, SEED, FIRST, LONGEST = 16, 90, 5, date(2026, 1, 10), 280
_SCENE = runpy.run_path(str(ROOT / "tests" / "conduct" / "scene.py"))
# Each role, the centre, and the name of the account.
PEOPLE = (
    ("coordinator", "01", "chen.jie"),
    ("investigator", "01", "lin.wei"),
    ("monitor", "", "m.okafor"),
    ("sponsor", "", "s.adeyemi"),
)


def fill(people: int) -> dict[str, str]:
    """Fill Django's default database, which has its tables, and return whom the tests are about."""
    from django.core.management import call_command
    from django.db import connection

    from equipoise.cli.words_drafting import drafts_of
    from equipoise.server.records.actions.note_verification import note_verification
    from equipoise.server.records.actions.play_trial import play_trial
    from equipoise.server.records.models import Participant
    from equipoise.server.recruit.actions.list_study import list_study
    from equipoise.server.recruit.actions.load_words import load_words
    from equipoise.server.recruit.importing import import_files
    from equipoise.server.recruit.models import Listed

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")  # of this connection alone: the filling need not survive a crash
    call_command("migrate", verbosity=0)
    today = clock.now().date()
    declared = read_study(ROOT / "studies" / STUDY)
    for _ in play_trial(declared, "design", people, SEED, min(LONGEST, (today - FIRST).days)):
        pass
    for role, site, name in PEOPLE:
        _account(role, site, name)
    waiting = [_who_waits(key, today - timedelta(days=1), declared.identity.version) for key in "abc"]
    note_verification(STUDY, "verifier")
    list_study(STUDY, shown=True)
    import_files([ROOT / "examples" / "registry"], invented=True)
    Listed.objects.exclude(source="").update(to_match=False)  # no saved search of a test is about them
    load_words(STUDY, drafts_of(ROOT / "studies" / STUDY, declared, "2026-01-01"), "administrator")
    treated = Participant.objects.filter(study=STUDY, site="01", arm="hbig")
    known = treated.order_by("-open_queries", "allocated_on").first()
    assert known is not None
    whom = dict(zip(("waiting", "with_script", "without_script"), waiting, strict=True))
    return {"known": known.participant, **whom}


def _account(role: str, site: str, name: str) -> None:
    from equipoise.server.accounts.models import Membership, User

    user = User.objects.create_user(name, f"{name}@example.org", PASSWORD)
    Membership.objects.create(user=user, study=STUDY, role=role, site=site, since=clock.now())


def _who_waits(key: str, day: date, version: str) -> str:
    """Bring somebody as far as eligible, as an investigator would."""
    asker = Asker(by="lin.wei", role="investigator", site="01")
    on = day.isoformat()
    count = 0

    def do(command: Any) -> Any:
        nonlocal count
        count += 1
        done = carry_out(STUDY, command, asker, f"waits {key} {count}", version=version)
        assert not isinstance(done, Problem), done
        return done

    number = do(c.Refer(participant="", site="01", on=on))[0].stream
    do(c.Register(participant=number, site="01", on=on))
    options = {"biobank": True, "genetics": False}
    do(c.GiveConsent(participant=number, document="1.0", language="en", on=on, options=options, age=45))
    do(c.RecordVisit(participant=number, visit="screening", on=on))
    recent = {"clearance_date": (day - timedelta(days=150)).isoformat()}
    for form, values in _SCENE["SCREENING"].items():
        entries = tuple(c.Entry(item=item, value=recent.get(item, value)) for item, value in values.items())
        do(c.EnterItems(participant=number, visit="screening", form=form, on=on, entries=entries))
    do(c.DecideEligibility(participant=number, on=on))
    return str(number)
