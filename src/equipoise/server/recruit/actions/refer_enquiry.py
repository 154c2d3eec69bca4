"""Refer whoever wrote to the study: from here on they are a study number in the history, and no name."""

from __future__ import annotations

from datetime import date

from equipoise.conduct.commands import Refer
from equipoise.core.problem import Problem
from equipoise.server.records.actions.carry_out import carry_out
from equipoise.server.records.writing import Asker
from equipoise.server.recruit.actions.follow_enquiry import STEPS, follow_enquiry
from equipoise.server.recruit.models import Enquiry, EnquiryState

_ORIGIN = "public page"


def refer_enquiry(enquiry: Enquiry, asker: Asker, on: date, *, version: str = "") -> Enquiry | Problem:
    """Refer an enquiry. If the second half fails, the same again finds the referral and notes it: there is one."""
    if enquiry.state != EnquiryState.REFERRED and EnquiryState.REFERRED not in STEPS[EnquiryState(enquiry.state)]:
        return Problem("server.recruit.no-such-step", {"receipt": enquiry.receipt})
    command = Refer(participant="", site=enquiry.site, on=on.isoformat(), origin=_ORIGIN)
    done = carry_out(enquiry.study, command, asker, f"enquiry {enquiry.key}", version=version)
    if isinstance(done, Problem):
        return done
    return follow_enquiry(enquiry, EnquiryState.REFERRED, participant=done[0].stream)
