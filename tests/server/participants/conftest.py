"""What the tests of participants share: the day that it is, people with a course, a study whose arms differ."""

from __future__ import annotations

import copy
import runpy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from equipoise.conduct import commands as c
from equipoise.server import clock
from equipoise.study.model.study import Study

DAY = date(2026, 3, 2)  # of allocation
_STAGE = runpy.run_path(str(Path(__file__).parents[1] / "stage.py"))


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let it be noon of 1 September 2026, in UTC, and let a test choose another moment."""

    def set_to(year: int, month: int, day: int, hour: int = 12) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(year, month, day, hour, tzinfo=UTC))

    set_to(2026, 9, 1)
    return set_to


@pytest.fixture
def day_of() -> Callable[[int], str]:
    """Return what gives the day so many days after allocation."""
    return lambda days: (DAY + timedelta(days)).isoformat()


@pytest.fixture
def dosed(stage: Any, day_of: Callable[[int], str]) -> Callable[..., str]:
    """Return what brings a person to week 8, in the arm with doses, with the doses given that a test names."""

    def bring(*visits: str, arm: str = "hbig") -> str:
        number = stage.allocated(arm)
        stage.must(c.RecordVisit(participant=number, visit="baseline", on=day_of(0)))
        for visit, days, values in (
            ("baseline", 0, {"hbsag": "<0.05", "anti_hbs": "130"}),
            ("week 4", 28, {"hbsag": "<0.05", "anti_hbs": ">1000"}),
            ("week 8", 57, {"hbsag": "0.2", "anti_hbs": "12"}),
        ):
            if days:
                stage.must(c.RecordVisit(participant=number, visit=visit, on=day_of(days)))
            done = stage.enter(number, visit, "laboratory", day_of(days), **values)
            assert isinstance(done, tuple), done
            if visit in visits:
                give(stage, number, visit, day_of(days))
        return number

    return bring


def give(stage: Any, number: str, visit: str, on: str) -> None:
    """Give a dose of HBIG."""
    stage.must(
        c.GiveDose(
            participant=number,
            visit=visit,
            schedule="hbig_every_4_weeks",
            product="hbig",
            batch="B7",
            expiry="2029-01-31",
            amount="400",
            unit="IU",
            body_site="left arm",
            given_by="N. N.",
            on=on,
            observation="30 minutes",
        )
    )


class _Changed(_STAGE["Stage"]):
    """A stage on a study that a test has changed."""

    def __init__(self, study: Study, screening: dict[str, dict[str, str]]) -> None:
        from equipoise.server.records.actions.open_study import open_study

        self.study, self.role, self.screening, self._count = study, "investigator", screening, 0
        open_study(study, "administrator", now=lambda: _STAGE["MOMENT"])


@pytest.fixture
def telling(database: str) -> Any:
    """Open a double-blind study that is so made that its visits, doses and items would tell the arm."""
    scene = _STAGE["_SCENE"]
    content = copy.deepcopy(scene["study_of"]("examples/blinded").content)
    schedule = content["schedule"]
    schedule["visits"].append(
        {"id": "week 3", "label": "Week 3", "kind": "follow_up", "day": 21, "before": 3, "after": 3,
         "forms": ["laboratory"], "arms": ["active"]}
    )  # fmt: skip
    schedule["doses"].append(
        {"id": "extra", "label": "Extra", "product": "study_tablets", "arms": ["active"], "amount": "1",
         "visits": ["week 6"]}
    )  # fmt: skip
    schedule["masking"] = [{"id": "veil", "product": "study_tablets", "hides": ["alt"], "days": 30, "label": "Veil"}]
    diary = next(form for form in content["codebook"]["forms"] if form["id"] == "tablets")
    diary["items"].append({"variable": "alt", "arms": ["active"]})
    return _Changed(Study.model_validate(content), scene["BLINDED_SCREENING"])


unsafe = pytest.fixture(runpy.run_path(str(Path(__file__).parents[1] / "web" / "conftest.py"))["unsafe"].__wrapped__)
