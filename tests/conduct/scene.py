"""A stage for the tests of conduct: a study that is read from its folder, and people brought to where a test begins."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from equipoise.conduct import commands as c
from equipoise.conduct.context import Context
from equipoise.conduct.ledger import Ledger
from equipoise.conduct.state import State
from equipoise.core.problem import Problem
from equipoise.core.sealed import Sealed
from equipoise.randomise.secret import derive_secret
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]
DAY = "2026-03-02"  # of screening, decision and allocation
LATER = "2026-03-30"  # week 4
REPEATED = "2026-05-04"  # five weeks after week 4
LEFT = "2026-06-01"  # the day on which people leave
TODAY = "2026-09-01"

SCREENING: dict[str, dict[str, str]] = {
    "demography": {"birth_date": "1980-05-17", "sex": "female", "weight": "60", "height": "165"},
    "history": {
        "first_documented_positive": "2015-02",
        "clearance_regimen": "peginterferon",
        "decompensated_cirrhosis": "no",
        "severe_illness": "no",
        "malignancy": "no",
        "ever_immunosuppressant": "no",
        "other_liver_disease": "no",
    },
    "entry": {"clearance_date": "2025-10-01", "consolidation_weeks": "14"},
    "serology": dict.fromkeys(
        ("hbeag", "anti_hav_igm", "anti_hcv", "anti_hdv", "anti_hev_igm", "anti_hiv"), "negative"
    ),
    "laboratory": {"hbsag": "<0.05", "anti_hbs": "120", "hbv_dna": "<10", "alt": "21"},
    "judgement": {"willing_and_compliant": "yes", "otherwise_unsuitable": "no"},
}
BLINDED_SCREENING: dict[str, dict[str, str]] = {
    "person": {"birth_date": "1980", "sex": "male", "aura": "yes", "preventive_now": "no"},
    "diary": {"migraine_days": "8"},
    "laboratory": {"alt": "21"},
    "judgement": {"willing": "yes"},
}


@cache
def study_of(folder: str) -> Study:
    """Return a study of the repository, read once."""
    return read_study(ROOT / folder)


class Scene:
    """A history under way. Commands are given by the simulator unless a test says otherwise."""

    def __init__(self, folder: str = "studies/nct07328711", *, role: str = "simulator", begin: bool = True) -> None:
        self.study = study_of(folder)
        self.ledger = Ledger(self.study)
        self.secret = Sealed(derive_secret(7, self.study.id))
        self.role = role
        self.screening = BLINDED_SCREENING if self.study.is_blinded else SCREENING
        self._count = 0
        if begin:
            self.must(c.PublishVersion())
            if role != "importer":
                self.must(c.CommitAllocation())
            self.must(c.CommitDeclarations())

    def context(self, role: str | None = None, **changes: Any) -> Context:
        """Return the context of somebody at centre 01 (or, for roles without a centre, of nobody's)."""
        self._count += 1
        role = role or self.role
        of_centre = role in ("coordinator", "investigator", "pharmacist")
        given = {
            "by": f"{role}@01",
            "role": role,
            "at": f"{TODAY}T08:00:00.000000Z",
            "key": f"k{self._count}",
            "site": "01" if of_centre else None,
            "secret": self.secret,
        }
        return Context(**{**given, **changes})

    def do(self, command: c.Command, role: str | None = None, **changes: Any) -> Any:
        """Do a command; return its events or the problem."""
        return self.ledger.do(command, self.context(role, **changes))

    def must(self, command: c.Command, role: str | None = None, **changes: Any) -> Any:
        """Do a command that must not be refused; return its events."""
        done = self.do(command, role, **changes)
        assert not isinstance(done, Problem), done
        return done

    def state(self, participant: str = "") -> State:
        """Return what `decide` is given."""
        return State(self.ledger.study, self.ledger.participants.get(participant))

    def amended(self, change: Callable[[dict[str, Any]], None], version: str = "1.1") -> Study:
        """Return the study with a change of its content, under another version."""
        content = copy.deepcopy(self.study.content)
        content["identity"]["version"] = version
        change(content)
        return Study.model_validate(content)

    # --- people -----------------------------------------------------------------------------------------------

    def referred(self) -> str:
        """Bring a person to a centre."""
        return self.must(c.Refer(participant="", site="01", on=DAY))[0].stream

    def registered(self) -> str:
        """Register a person."""
        number = self.referred()
        self.must(c.Register(participant=number, site="01", on=DAY))
        return number

    def consented(self, *, options: tuple[str, ...] = ("biobank", "genetics"), age: int | None = 45) -> str:
        """Let a person consent, and record the screening visit."""
        number = self.registered()
        declared = {option.id for option in self.study.identity.consent[0].options}
        self.must(
            c.GiveConsent(
                participant=number,
                document="1.0",
                language="en",
                on=DAY,
                options={option: True for option in options if option in declared},
                age=age,
            )
        )
        self.must(c.RecordVisit(participant=number, visit="screening", on=DAY))
        return number

    def enter(self, number: str, visit: str, form: str, on: str = DAY, **values: str) -> Any:
        """Enter items of a form."""
        entries = tuple(c.Entry(item=item, value=value) for item, value in values.items())
        return self.do(c.EnterItems(participant=number, visit=visit, form=form, on=on, entries=entries))

    def screened(self, number: str = "", **changed: str) -> str:
        """Enter the screening values, with some changed (an empty one is left out)."""
        number = number or self.consented()
        for form, values in self.screening.items():
            entered = {item: changed.get(item, value) for item, value in values.items()}
            done = self.enter(number, "screening", form, **{item: value for item, value in entered.items() if value})
            assert not isinstance(done, Problem), done
        return number

    def decided(self, number: str = "", **changed: str) -> str:
        """Screen a person and decide eligibility."""
        number = self.screened(number, **changed)
        self.must(c.DecideEligibility(participant=number, on=DAY))
        return number

    def allocated(self, arm: str = "") -> str:
        """Allocate somebody (of an arm: others before them, until one comes)."""
        while True:
            number = self.decided()
            event = self.must(c.Allocate(participant=number, on=DAY))[0]
            if arm in ("", event.data["arm"]):
                return number

    def visited(self, number: str, visit: str, on: str, **laboratory: str) -> str:
        """Record a visit, and laboratory values at it."""
        self.must(c.RecordVisit(participant=number, visit=visit, on=on))
        if laboratory:
            done = self.enter(number, visit, "laboratory", on, **laboratory)
            assert not isinstance(done, Problem), done
        return number

    def furnished(self, number: str) -> str:
        """Give a person specimens and queries in every state that can be reached."""
        self.must(c.RecordVisit(participant=number, visit="baseline", on=DAY))
        for specimen in ("S0", "S1"):
            self.must(c.CollectSpecimen(participant=number, visit="baseline", specimen=specimen, kind="serum", on=DAY))
        self.must(c.StoreSpecimen(participant=number, specimen="S0", on=DAY, place="freezer 1"))
        for query in ("Qopen", "Qanswered"):
            words = "Please check against the source."
            self.must(c.OpenQuery(participant=number, query=query, visit="screening", item="sex", words=words))
        self.must(c.AnswerQuery(participant=number, query="Qanswered", words="Checked."))
        return number

    def in_state(self, state: str, arm: str = "hbig") -> str:
        """Bring a person to a state of the participant's table."""
        match state:
            case "absent":
                return "01-9000"
            case "referred":
                return self.referred()
            case "registered":
                return self.registered()
            case "consented":
                return self.furnished(self.screened())
            case "cannot_tell_yet":
                return self.furnished(self.decided(hbv_dna="<20"))
            case "needs_judgement":
                return self.furnished(self.decided(otherwise_unsuitable="unknown"))
            case "not_eligible":
                return self.furnished(self.decided(weight="120"))
            case "eligible":
                return self.furnished(self.decided())
        number = self.furnished(self.allocated(arm))
        leaving: dict[str, tuple[c.Command, ...]] = {
            "allocated": (),
            "treatment_stopped": (c.StopTreatment(participant=number, on=LEFT, reason="pain"),),
            "completed": (c.StopVisits(participant=number, on=LEFT, reason="completed"),),
            "stopped": (c.StopVisits(participant=number, on=LEFT, reason="moved"),),
            "withdrawn": (c.WithdrawConsent(participant=number, on=LEFT, data_use="keep"),),
        }
        self.visited(number, "week 4", LATER, hbsag="0.2")
        self.visited(number, "unscheduled-1", REPEATED, hbsag="0.3")
        for command in leaving[state]:
            self.must(command)
        return number
