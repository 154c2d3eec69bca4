"""Time-to-event endpoints: how long, and whether the event came or observation ended before it."""

from __future__ import annotations

from equipoise.criteria.facts import Kind
from equipoise.criteria.truth import Truth
from equipoise.dataset.derive.derive_endpoint import View, why_missing
from equipoise.dataset.derive.derive_strategies import Outcome


def derive_time_to_event(view: View) -> Outcome:
    """Return event, censored or missing, with the time.

    `event` says whether the event came. `time` gives the days where it is declared and known; else a reversion's
    event counts from its first positive sample, and who had none is censored on the last day that could show it:
    of the endpoint's variable the last decisive sample that nothing masks, without a variable the last day recorded.
    An endpoint with a visit sees nothing after its window.
    """
    endpoint = view.endpoint
    truth = view.truth(endpoint.event)
    if not truth.is_decided:
        reason, seq = why_missing(view)
        return Outcome("time_to_event", "missing", reason, seq, until=view.until)
    is_event = truth is Truth.TRUE
    time, seq = _time(view, is_event)
    if time is None:
        return Outcome("time_to_event", "missing", "no_time", view.subject.record.seq, until=view.until)
    status, reason = ("event", "event") if is_event else ("censored", "end")
    return Outcome("time_to_event", status, reason, seq, day=int(time), time=time, until=view.until)


def _time(view: View, is_event: bool) -> tuple[float | None, int]:
    endpoint, subject = view.endpoint, view.subject
    seq = view.decided_by(endpoint.event)
    if endpoint.time:
        declared = subject.book.number(endpoint.time, view.facts(endpoint.time, Kind.NUMBER))
        if declared is not None:
            return float(declared), seq
    if is_event:
        episodes = [view.reverted[name].decisive for name in sorted(view.named_reversions(endpoint.event))]
        first = next((episode.first for episode in episodes if episode is not None), None)
        return (float(first.day), first.seq) if first is not None and first.day is not None else (None, seq)
    return _last_seen(view, seq)


def _last_seen(view: View, seq: int) -> tuple[float | None, int]:
    subject, variable = view.subject, view.endpoint.variable
    if variable:
        is_decisive = subject.book.is_decisive
        seen = [
            sample
            for sample in subject.samples.get(variable, ())
            if sample.day is not None
            and 0 <= sample.day <= (sample.day if view.until is None else view.until)
            and sample.mask is None
            and is_decisive(view.endpoint, sample.value)
        ]
        return (float(seen[-1].day or 0), seen[-1].seq) if seen else (0.0, seq)
    record = subject.record
    dated = [(item.on, item.seq) for item in record.items.values() if item.on is not None]
    dated += [(entry.on, entry.seq) for entry in record.visits.values() if entry.on and entry.kind == "visit_recorded"]
    if not dated:
        return None, seq
    on, last = max(dated)
    day = max(0, record.day(on) or 0)
    return float(day if view.until is None else min(day, view.until)), last
