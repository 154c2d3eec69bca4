"""The endpoint through the real commands and the dataset, against a second writing of it from the document.

Random histories go through `conduct`: samples inside and outside windows, results that do not decide, doses, repeats
at every gap, corrections, deaths, rescue, withdrawals with each choice. Every derived row must be what the plain
reference says of the same lists.
"""

from __future__ import annotations

import random
import runpy
from datetime import date, timedelta
from pathlib import Path

import pytest

from equipoise.conduct import commands as c
from equipoise.conduct.context import Context
from equipoise.conduct.ledger import Ledger
from equipoise.core.problem import Problem
from equipoise.core.sealed import Sealed
from equipoise.dataset.build import build
from equipoise.randomise.secret import derive_secret
from equipoise.simulate.trial import simulate_trial
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]
REFERENCE = runpy.run_path(str(ROOT / "tests" / "reference" / "endpoint.py"))
Person, WINDOWS = REFERENCE["Person"], REFERENCE["WINDOWS"]
STUDY = read_study(ROOT / "studies" / "nct07328711")
START = date(2026, 3, 2)
VISITS = {"week 4": 28, "week 8": 56, "week 12": 84, "week 24": 168, "week 36": 252, "week 48": 336, "week 72": 504}
DOSES = {"baseline": 0, "week 4": 28, "week 8": 56, "week 12": 84, "week 16": 112, "week 20": 140, "week 24": 168}
RESULTS = (
    "<0.05",
    "<0.05",
    "<0.05",
    "<0.05",
    "0.03",
    "not detected",
    "0.05",
    "0.07",
    "1.2",
    "<0.1",
    "<=0.05",
    "unknown",
)
SCREENING = {
    "demography": {"birth_date": "1980-05-17", "sex": "female", "weight": "60", "height": "165"},
    "history": {
        "first_documented_positive": "2015-02", "clearance_regimen": "peginterferon", "decompensated_cirrhosis": "no",
        "severe_illness": "no", "malignancy": "no", "ever_immunosuppressant": "no", "other_liver_disease": "no",
    },
    "entry": {"clearance_date": "2025-10-01", "consolidation_weeks": "14"},
    "serology": dict.fromkeys(("hbeag", "anti_hav_igm", "anti_hcv", "anti_hdv", "anti_hev_igm", "anti_hiv"), "negative"),
    "laboratory": {"hbsag": "<0.05", "anti_hbs": "120", "hbv_dna": "<10"},
    "judgement": {"willing_and_compliant": "yes", "otherwise_unsuitable": "no"},
}  # fmt: skip


def on(day):
    return (START + timedelta(days=day)).isoformat()


class Trial:
    """A ledger of the reference study, and what the reference is told of each participant."""

    def __init__(self):
        self.ledger = Ledger(STUDY)
        self.secret = Sealed(derive_secret(7, STUDY.id))
        self.people = {}
        self.count = 0
        for command in (c.PublishVersion(), c.CommitAllocation(), c.CommitDeclarations()):
            self.do(command)

    def do(self, command):
        self.count += 1
        context = Context(
            by="simulator", role="simulator", at="2029-01-01T08:00:00.000000Z", key=f"k{self.count}", secret=self.secret
        )
        done = self.ledger.do(command, context)
        assert not isinstance(done, Problem), (command, done)
        return done

    def enter(self, who, visit, day, form="laboratory", **values):
        entries = tuple(c.Entry(item=item, value=value) for item, value in values.items())
        self.do(c.EnterItems(participant=who, visit=visit, form=form, on=on(day), entries=entries))

    def allocated(self):
        """Screen and allocate a person on day 0; return the number and the arm."""
        who = self.do(c.Refer(participant="", site="01", on=on(-20)))[0].stream
        self.do(c.Register(participant=who, site="01", on=on(-16)))
        self.do(c.GiveConsent(participant=who, document="1.0", language="en", on=on(-15), options={}, age=45))
        self.do(c.RecordVisit(participant=who, visit="screening", on=on(-14)))
        for form, values in SCREENING.items():
            self.enter(who, "screening", -14, form, **values)
        self.do(c.DecideEligibility(participant=who, on=on(-7)))
        arm = self.do(c.Allocate(participant=who, on=on(0)))[0].data["arm"]
        self.people[who] = Person([(-14, "<0.05")])
        return who, arm

    def sample(self, who, visit, day, value, first=""):
        """Take a sample; with `first` it was written so, and corrected."""
        if visit not in DOSES or visit not in self.ledger.participants[who].visits:
            self.do(c.RecordVisit(participant=who, visit=visit, on=on(day)))
        self.enter(who, visit, day, hbsag=first or value)
        if first not in ("", value):
            entry = c.Entry(item="hbsag", value=value)
            self.do(
                c.CorrectItem(
                    participant=who, visit=visit, form="laboratory", on=on(day), entry=entry, reason="misread the slip"
                )
            )
        self.people[who].samples.append((day, value))

    def dose(self, who, visit, day):
        if visit not in self.ledger.participants[who].visits:
            self.do(c.RecordVisit(participant=who, visit=visit, on=on(day)))
        self.do(
            c.GiveDose(
                participant=who, visit=visit, schedule="hbig_every_4_weeks", product="hbig", batch="B1",
                expiry="2030-01-01", amount="400", unit="IU", body_site="left deltoid", given_by="nurse", on=on(day),
                observation="no reaction", despite="given all the same",
            )
        )  # fmt: skip
        self.people[who].doses.append(day)

    def rescue(self, who, day):
        self.do(c.ReportMedication(
            participant=who, medication="M1", name="Tenofovir", category="rescue_antiviral", started=on(day)
        ))  # fmt: skip
        self.people[who].rescue = day

    def die(self, who, day):
        self.do(c.StopVisits(participant=who, on=on(day), reason="death"))
        self.people[who].death = day

    def withdraw(self, who, day, data_use):
        self.do(c.WithdrawConsent(participant=who, on=on(day), data_use=data_use))
        self.people[who].withdrawn, self.people[who].data_use = day, data_use

    def tables(self):
        """Return the rows of the derived tables."""
        return {name: frame.to_dicts() for name, frame in build(self.ledger.events).tables.items()}


def play(trial, chance):
    """Bring one person through a random course."""
    who, arm = trial.allocated()
    end = chance.choice([10**6] * 5 + [chance.randrange(1, 560)])
    days = {visit: target + chance.choice([0, 0, 0, -5, 5, 11, -20, 20]) for visit, target in VISITS.items()}
    days = {visit: day for visit, day in days.items() if chance.random() < 0.85}
    taken = [(visit, day) for visit, day in days.items() if day > 0]
    for number in range(chance.choice([0, 0, 1, 1, 2, 3, 4])):
        near = chance.choice([*days.values(), chance.randrange(0, 560)])
        taken.append((f"unscheduled-{number + 1}", max(0, near + chance.choice([6, 14, 27, 28, 29, 35, 56, 62]))))
    taken = sorted((each for each in taken if each[1] <= end), key=lambda each: each[1])
    if arm == "hbig":
        for visit, day in DOSES.items():
            given = days.get(visit, day)
            if chance.random() < 0.8 and given <= end:
                trial.dose(who, visit, max(given, 0))
    leaning = chance.choice([0.0, 0.4])  # some people revert more
    for visit, day in taken:
        value = chance.choice(("0.06", "0.4")) if chance.random() < leaning else chance.choice(RESULTS)
        trial.sample(who, visit, day, value, first=chance.choice(["", "", "", "0.3", "<0.05"]))
    if chance.random() < 0.2:
        trial.rescue(who, chance.randrange(0, 560))
    if end < 10**6:
        if chance.random() < 0.4:
            trial.die(who, end)
        else:  # told late: some of what was entered lies after the withdrawal
            use = chance.choice(["keep", "keep_without_specimens", "no_further_use"])
            trial.withdraw(who, max(end - chance.choice([0, 0, 40]), 0), use)


def of_hbsag(rows):
    """Return the rows about the return of HBsAg."""
    return [row for row in rows if row["reversion"] == "reversion"]


def disagreements(people, tables):
    """Return where the derived tables and the reference part ways."""
    found = []

    def hold(who, what, product, reference):
        if product != reference:
            found.append(f"{who} {what}: product {product}, reference {reference}; {people[who]}")

    for row in tables["labs"]:
        if row["participant"] in people and row["variable"] == "hbsag" and row["day"] is not None:
            person = REFERENCE["kept"](people[row["participant"]])
            flag = REFERENCE["is_masked"](row["day"], person.doses)
            hold(row["participant"], f"masked on day {row['day']}", row["masked"], flag)
    for row in of_hbsag(tables["reversions"]):
        who = row["participant"]
        hold(who, "reversion", (row["status"], row["left_day"], row["right_day"]), REFERENCE["reversion"](people[who]))
    stands = {(row["participant"], row["endpoint"]): row["day"] for row in tables["decisive"]}
    for who, person in people.items():
        for visit in WINDOWS:
            expected = REFERENCE["standing"](person, visit)
            endpoint = f"sustained_{visit.replace(' ', '_')}"
            hold(who, f"stands for {visit}", stands.get((who, endpoint)), expected[0] if expected else None)
    for row in tables["endpoints"]:
        if row["endpoint"].startswith("sustained_"):
            who, visit = row["participant"], row["endpoint"][10:].replace("_", " ")
            expected = REFERENCE["outcome"](people[who], visit, row["reading"])
            reason = expected[1] if row["status"] != "missing" or expected[1] else row["reason"]
            hold(who, f"{visit}, {row['reading']}", (row["status"], row["reason"]), (expected[0], reason))
            flagged = REFERENCE["is_flagged"](people[who], visit, row["reading"])
            hold(who, f"{visit}, {row['reading']} flagged", row["flagged"], flagged)
        elif row["endpoint"] == "time_to_reversion":
            who, product = row["participant"], (row["measured"], row["measured_left"], row["measured_right"])
            hold(who, "interval", product, REFERENCE["interval"](people[who]))
    return found


@pytest.mark.parametrize("seed", range(2))
def test_random_histories_give_what_the_document_says(seed):
    trial, chance = Trial(), random.Random(seed)  # noqa: S311 - not a secret
    for _ in range(80):
        play(trial, chance)
    tables = trial.tables()
    assert len(of_hbsag(tables["reversions"])) == 80
    assert {row["status"] for row in of_hbsag(tables["reversions"])} == {"none", "blip", "unrepeated", "confirmed"}
    assert disagreements(trial.people, tables) == []


def told_by(events):
    """Return what the reference is told of each allocated participant, read from the events alone."""
    start = {event.stream: date.fromisoformat(event.data["on"]) for event in events if event.type == "allocated"}
    people = {who: Person([]) for who in start}
    values = {}
    for event in events:
        person = people.get(event.stream)
        if person is None:
            continue
        data = event.data
        day = (date.fromisoformat(data.get("on") or data.get("started") or on(0)) - start[event.stream]).days
        if event.type in ("item_entered", "item_corrected") and data["item"] == "hbsag":
            values[event.stream, data["visit"]] = (day, data["value"])
        elif event.type == "dose_given":
            person.doses.append(day)
        elif event.type == "medication_reported" and data["category"] == "rescue_antiviral" and person.rescue is None:
            person.rescue = day
        elif event.type == "visits_stopped" and data["reason"] == "death":
            person.death = day
        elif event.type == "consent_withdrawn":
            person.withdrawn, person.data_use = day, data["data_use"]
    for (who, _), sample in values.items():
        people[who].samples.append(sample)
    for person in people.values():
        person.samples.sort(key=lambda sample: sample[0])
    return people


@pytest.mark.parametrize("truth", ["masking", "late-dosing"])
def test_a_simulated_trial_gives_what_the_document_says(truth):
    events = simulate_trial(STUDY, truth, 60, 11).events
    tables = {name: frame.to_dicts() for name, frame in build(events).tables.items()}
    returns = of_hbsag(tables["reversions"])
    assert len(returns) == 60
    assert any(row["status"] == "confirmed" for row in returns)
    assert disagreements(told_by(events), tables) == []
    # What people judged in the course of the trial is what the tables find at its end.
    judged = {event.stream: event.data["first_positive"] for event in events if event.type == "reversion_confirmed"}
    found = {r["participant"]: str(r["first_positive"]) for r in returns if r["status"] == "confirmed"}
    assert found.items() <= judged.items()
