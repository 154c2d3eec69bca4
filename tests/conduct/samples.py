"""One sample of every command, right for a participant who can do it: the tables are tested with these."""

from __future__ import annotations

from equipoise.conduct import commands as c

DAY, LATER, REPEATED, LEFT = "2026-03-02", "2026-03-30", "2026-05-04", "2026-06-01"


def sample(kind: type, number: str) -> c.Command:  # noqa: PLR0912 - one case a command
    """Return a command about a participant, or (empty number) about the study."""
    p = {"participant": number}
    match kind:
        case c.PublishVersion:
            return c.PublishVersion(reason="amended")
        case c.CommitAllocation | c.CommitDeclarations | c.Lock | c.RevealAllocation:
            return kind()
        case c.RegisterKits:
            return c.RegisterKits(site="01", product="hbig", kits=("K1",))
        case c.Freeze:
            return c.Freeze(participant=number)
        case c.Unlock:
            return c.Unlock(participant=number, reason="a late result")
        case c.Refer:
            return c.Refer(**p, site="01", on=DAY)
        case c.Register:
            return c.Register(**p, site="01", on=DAY)
        case c.GiveConsent:
            return c.GiveConsent(**p, document="1.0", language="zh-hans", on=DAY, age=45)
        case c.RenewConsent:
            return c.RenewConsent(**p, document="1.0", language="zh-hans", on=LATER, options={"biobank": False})
        case c.EnterItems:
            return c.EnterItems(
                **p, visit="screening", form="entry", on=DAY, entries=(c.Entry(item="vaccine_doses", value="1"),)
            )
        case c.CorrectItem:
            return c.CorrectItem(
                **p,
                visit="screening",
                form="demography",
                on=DAY,
                entry=c.Entry(item="height", value="166"),
                reason="measured again",
            )
        case c.RecordVisit:
            return c.RecordVisit(**p, visit="unscheduled-9", on=DAY)
        case c.MissVisit:
            return c.MissVisit(**p, visit="unscheduled-8", reason="ill")
        case c.DecideEligibility:
            return c.DecideEligibility(**p, on=DAY)
        case c.Allocate:
            return c.Allocate(**p, on=DAY)
        case c.ImportAllocation:
            levels = {"anti_hbs_entry": "below_10", "consolidation": "under_12"}
            return c.ImportAllocation(**p, on=DAY, arm="control", levels=levels, source="people.csv, line 7")
        case c.AssignKit:
            return c.AssignKit(**p, visit="baseline", on=DAY)
        case c.Unblind:
            return c.Unblind(**p, reason="anaphylaxis")
        case c.GiveDose:
            return c.GiveDose(
                **p, visit="baseline", schedule="hbig_every_4_weeks", product="hbig", batch="B1", expiry="2027-01-31",
                amount="400", unit="IU", body_site="left deltoid", given_by="nurse 3", on=DAY, observation="nothing seen",
            )  # fmt: skip
        case c.WithholdDose:
            return c.WithholdDose(**p, visit="week 4", schedule="hbig_every_4_weeks", on=LATER, reason="HBsAg 0.2")
        case c.CollectSpecimen:
            return c.CollectSpecimen(**p, visit="baseline", specimen="S2", kind="serum", on=DAY)
        case c.StoreSpecimen:
            return c.StoreSpecimen(**p, specimen="S1", on=DAY, place="freezer 2")
        case c.ShipSpecimen:
            return c.ShipSpecimen(**p, specimen="S0", on=DAY, batch="B7", to="central laboratory")
        case c.ReportAdverseEvent:
            return c.ReportAdverseEvent(
                **p, adverse_event="AE1", term="injection pain", on=DAY, severity="mild", serious=False, related="related",
                outcome="recovered", ended=DAY,
            )  # fmt: skip
        case c.ReportMedication:
            return c.ReportMedication(**p, medication="M1", name="paracetamol", category="other", started="2026-03")
        case c.JudgeReversion:
            return c.JudgeReversion(
                **p, reversion="reversion", first_positive=LATER, repeated=REPEATED, finding="confirmed"
            )
        case c.RecordDeviation:
            return c.RecordDeviation(**p, deviation="D1", category="visit_late", on=DAY, words="two days late")
        case c.StopTreatment:
            return c.StopTreatment(**p, on=LEFT, reason="pain")
        case c.StopVisits:
            return c.StopVisits(**p, on=LEFT, reason="moved")
        case c.WithdrawConsent:
            return c.WithdrawConsent(**p, on=LEFT, data_use="keep")
        case c.OpenQuery:
            return c.OpenQuery(**p, query="Q1", visit="screening", item="height", words="Is this right?")
        case c.AnswerQuery:
            return c.AnswerQuery(**p, query="Qopen", words="Yes.")
        case c.CloseQuery:
            return c.CloseQuery(**p, query="Qanswered")
        case c.Sign:
            return c.Sign(**p, meaning="I have reviewed this visit.", visit="screening")
    raise AssertionError(kind)
