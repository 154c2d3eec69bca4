"""Interval endpoints: between which days a reversion came, seen at visits only."""

from __future__ import annotations

from equipoise.dataset.derive.derive_endpoint import View
from equipoise.dataset.derive.derive_reversion import Reverted, is_unmasked_negative
from equipoise.dataset.derive.derive_strategies import Outcome
from equipoise.dataset.derive.subject import positive_of
from equipoise.dataset.samples import Sample


def derive_interval(view: View) -> Outcome:
    """Return event with the days between which it came, or censored with the last day known to be free of it.

    `right` is the day of the first positive sample of the confirmed reversion, `left` that of the last decisive
    negative before it that nothing masks, and the day of allocation where there is none. A positive sample that
    nobody repeated is no event and moves nothing: `left` stays before it. Missing is never an event.
    """
    reverted = view.reverted[view.endpoint.reversion]
    episode = reverted.decisive
    if episode is not None and episode.status == "confirmed":
        seq = (episode.decider or episode.first).seq
        right = episode.first.day or 0
        left = _day(episode.left)
        return Outcome("interval", "event", "event", seq, day=right, until=view.until, left=left, right=float(right))
    is_open = episode is not None and episode.status == "unrepeated"
    last = episode.left if is_open and episode is not None else _last_negative(view, reverted)
    seq = last.seq if last is not None else view.subject.record.seq
    left = _day(last)
    return Outcome("interval", "censored", "end", seq, day=int(left), until=view.until, left=left)


def _day(sample: Sample | None) -> float:
    """Return the day of a sample; who was allocated was free of it then, whenever the last sample was taken."""
    return float(max(0, sample.day or 0)) if sample is not None else 0.0


def _last_negative(view: View, reverted: Reverted) -> Sample | None:
    """Return the last unmasked negative sample up to the horizon; the repeat of a blip stands for its visit."""
    book = view.subject.book
    declared = book.reversions[view.endpoint.reversion]
    positive = positive_of(book, declared)
    refuting = {episode.decider.seq for episode in reverted.episodes if episode.decider is not None}
    for sample in reversed(view.subject.samples.get(declared.variable, ())):
        in_time = sample.day is not None and (view.until is None or sample.day <= view.until or sample.seq in refuting)
        if in_time and is_unmasked_negative(declared, sample, positive):
            return sample
    return None
