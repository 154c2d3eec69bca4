"""Continuous endpoints: one number, where the rule gives one."""

from __future__ import annotations

from equipoise.criteria.facts import Kind
from equipoise.dataset.derive.derive_endpoint import View, why_missing
from equipoise.dataset.derive.derive_strategies import Outcome


def derive_continuous(view: View) -> Outcome:
    """Return observed with the value, or missing.

    A result such as "<10" bounds the value and does not give it: it is missing with the reason `censored`, and
    neither 10 nor 0 is put in its place; what bounds it are `left` and `right`, on the endpoint's own unit.
    """
    rule, sample = view.endpoint.value, view.standing.sample if view.standing else None
    low, high = view.subject.book.between(rule, view.facts(rule, Kind.NUMBER))
    day = sample.day if sample else None
    seq = sample.seq if sample else view.subject.record.seq
    if low is not None and low == high:
        return Outcome("continuous", "observed", "", seq, day=day, value=low, until=view.until)
    if sample is None and low is None and high is None:
        reason, seq = why_missing(view)
        return Outcome("continuous", "missing", reason, seq, until=view.until)
    return Outcome("continuous", "missing", "censored", seq, day=day, until=view.until, left=low, right=high)
