"""A stage for the tests of the server: a study in the database, people in it, and accounts that may or may not."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from equipoise.conduct import commands as c
from equipoise.conduct.permissions import OF_A_CENTRE, ORIGIN_OF
from equipoise.core.problem import Problem
from equipoise.server.records.actions.open_study import open_study, prepare_study
from equipoise.server.records.writing import Asker, writing

_SCENE = runpy.run_path(str(Path(__file__).parents[1] / "conduct" / "scene.py"))
DAY, LATER, TODAY = _SCENE["DAY"], _SCENE["LATER"], _SCENE["TODAY"]
MOMENT = f"{TODAY}T08:00:00.000000Z"
PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts


class Stage(_SCENE["Scene"]):
    """The scene of conduct's tests, with the database as its ledger.

    A study of the origin "simulated" is played by the simulator; `conducted=True` opens it for people instead.
    """

    def __init__(self, folder: str = "studies/nct07328711", *, conducted: bool = False) -> None:
        self.study = _SCENE["study_of"](folder)
        self.role = "simulator"
        self.screening = _SCENE["BLINDED_SCREENING" if self.study.is_blinded else "SCREENING"]
        self._count = 0
        if conducted:
            self.role = "investigator"
            open_study(self.study, "administrator", now=lambda: MOMENT)
            return
        prepare_study(self.study.id, bytes(32))
        for command in (c.PublishVersion(), c.CommitAllocation(), c.CommitDeclarations()):
            self.must(command)

    def do(self, command: c.Command, role: str | None = None, **changes: Any) -> Any:
        """Do a command in a transaction of its own; return its events or the problem."""
        self._count += 1
        role = role or self.role
        site = changes.pop("site", "01" if role in OF_A_CENTRE else None)
        asker = Asker(by=changes.pop("by", f"{role}@{site or 'all'}"), role=role, site=site)
        key, at = changes.pop("key", f"k{self._count}"), changes.pop("at", MOMENT)
        with writing(self.study.id) as opened:
            return opened.do(command, asker, key, at=at, publishes=self.study, **changes)

    def must(self, command: c.Command, role: str | None = None, **changes: Any) -> Any:
        """Do a command that must not be refused; return its events."""
        done = self.do(command, role, **changes)
        assert not isinstance(done, Problem), done
        return done

    def account(self, role: str, site: str = "", *, name: str = "", study: str = "") -> Any:
        """Make an account with a role in the study, at centre 01 if the role is of a centre."""
        from equipoise.server.accounts.models import Membership, User

        assert role not in ORIGIN_OF
        site = site or ("01" if role in OF_A_CENTRE else "")
        name = name or f"{role}-{site or 'all'}"
        user = User.objects.create_user(name, f"{name}@example.org", PASSWORD)
        study = study or self.study.id
        Membership.objects.create(user=user, study=study, role=role, site=site, since=datetime(2026, 1, 1, tzinfo=UTC))
        return user
