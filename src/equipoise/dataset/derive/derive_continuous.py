"""Continuous endpoints: one number, where the rule gives one."""

from __future__ import annotations

from equipoise.criteria.facts import Kind
from equipoise.dataset.derive.derive_endpoint import View, why_missing
from equipoise.dataset.derive.derive_strategies import Outcome


def derive_continuous(view: View) -> Outcome:
    """Return observed with the value, or missing.

    A result such as "<10" bounds the value and does not give it: it is missing with the reason `censored`, and
    neither 10 nor 0 is put in its place.
    """
    value = view.subject.book.number(view.endpoint.value, view.facts(view.endpoint.value, Kind.NUMBER))
    sample = view.standing.sample if view.standing else None
    if value is None:
        reason, seq = ("censored", sample.seq) if sample else why_missing(view)
        return Outcome("continuous", "missing", reason, seq, until=view.until)
    seq = sample.seq if sample else view.subject.record.seq
    day = sample.day if sample else None
    return Outcome("continuous", "observed", "", seq, day=day, value=float(value), until=view.until)
