"""One door for writing: a state, a command and a context give events, or a Problem. One verb (family) a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from equipoise.conduct import commands as c
from equipoise.conduct.context import Context
from equipoise.conduct.decide import (
    allocation,
    commitments,
    consent,
    correction,
    deviations,
    doses,
    eligibility,
    enrolment,
    entry,
    kits,
    leaving,
    locking,
    publication,
    queries,
    revealing,
    reversions,
    safety,
    signature,
    specimens,
    unblinding,
    visits,
)
from equipoise.conduct.decide.grounds import Decision, refusal
from equipoise.conduct.state import State

_DECIDE: Mapping[type, Callable[[State, Any, Context], Decision]] = {
    c.PublishVersion: publication.publish,
    c.CommitAllocation: commitments.commit_allocation,
    c.CommitDeclarations: commitments.commit_declarations,
    c.RegisterKits: kits.register_kits,
    c.Freeze: locking.freeze,
    c.Lock: locking.lock,
    c.Unlock: locking.unlock,
    c.RevealAllocation: revealing.reveal,
    c.Refer: enrolment.refer,
    c.Register: enrolment.register,
    c.GiveConsent: consent.give,
    c.RenewConsent: consent.renew,
    c.EnterItems: entry.enter,
    c.CorrectItem: correction.correct,
    c.RecordVisit: visits.record,
    c.MissVisit: visits.miss,
    c.DecideEligibility: eligibility.decide_eligibility,
    c.Allocate: allocation.allocate,
    c.ImportAllocation: allocation.carry_over,
    c.AssignKit: kits.assign,
    c.Unblind: unblinding.unblind,
    c.GiveDose: doses.give,
    c.WithholdDose: doses.withhold,
    c.CollectSpecimen: specimens.collect,
    c.StoreSpecimen: specimens.store,
    c.ShipSpecimen: specimens.ship,
    c.ReportAdverseEvent: safety.report_adverse_event,
    c.ReportMedication: safety.report_medication,
    c.JudgeReversion: reversions.judge,
    c.RecordDeviation: deviations.record,
    c.StopTreatment: leaving.stop_treatment,
    c.StopVisits: leaving.stop_visits,
    c.WithdrawConsent: leaving.withdraw,
    c.OpenQuery: queries.open_query,
    c.AnswerQuery: queries.answer,
    c.CloseQuery: queries.close,
    c.Sign: signature.sign,
}


def decide(state: State, command: c.Command, *, context: Context) -> Decision:
    """Decide a command: the events to append, or why it is refused. It reads the state and never changes it."""
    refused = refusal(state, command, context)
    return refused if refused is not None else _DECIDE[type(command)](state, command, context)
