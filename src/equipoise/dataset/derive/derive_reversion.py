"""Reversion: a marker that came back, confirmed or refuted by a repeat sample.

The first unmasked decisive sample at least `repeat_after` days after the first positive one decides: positive
confirms the reversion, dated at the first sample; negative makes the first a blip. A masked sample decides
nothing. Without a deciding sample the first stays unrepeated. After a blip a later positive starts afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from equipoise.criteria.truth import Truth
from equipoise.dataset.rulebook import Value
from equipoise.dataset.samples import Sample
from equipoise.study.model.endpoints import Reversion

Status = Literal["none", "confirmed", "blip", "unrepeated"]
Positive = Callable[[Value], Truth]


@dataclass(frozen=True, slots=True)
class Episode:
    """A positive sample and what became of it; `left` is the last unmasked negative before it."""

    status: Status
    first: Sample
    decider: Sample | None
    left: Sample | None

    def holds(self, sample: Sample) -> bool:
        """Whether a sample lies in the episode: from its first up to, but without, the one that decided it."""
        when = sample.day or 0
        return (self.first.day or 0) <= when and (self.decider is None or when < (self.decider.day or 0))


@dataclass(frozen=True, slots=True)
class Reverted:
    """All episodes of a participant; the status is that of the one that matters most."""

    episodes: tuple[Episode, ...] = ()

    @property
    def decisive(self) -> Episode | None:
        """The confirmed episode, else an unrepeated one, else the first blip."""
        for status in ("confirmed", "unrepeated", "blip"):
            for episode in self.episodes:
                if episode.status == status:
                    return episode
        return None

    @property
    def status(self) -> Status:
        """Confirmed, unrepeated, blip or none."""
        episode = self.decisive
        return episode.status if episode else "none"

    @property
    def has_blip(self) -> bool:
        """Whether any positive sample was refuted."""
        return any(episode.status == "blip" for episode in self.episodes)


def derive_reversion(
    declared: Reversion,
    samples: Iterable[Sample],
    positive: Positive,
    *,
    first_until: int | None = None,
    decided_until: int | None = None,
) -> Reverted:
    """Return the episodes of a participant, from allocation on.

    `first_until` is the last day on which an episode may begin, `decided_until` the last on which a sample may
    decide: an endpoint's horizon. What lies beyond changes nothing.
    """
    episodes: list[Episode] = []
    left: Sample | None = None  # the last unmasked negative
    first: Sample | None = None
    for sample in samples:
        if sample.day is None or sample.value is None:
            continue
        if decided_until is not None and sample.day > decided_until:
            break
        truth = positive(sample.value)
        if not truth.is_decided:
            continue
        masked = sample.mask is not None and declared.masking in ("", sample.mask.masking)
        if first is None:
            if truth is Truth.TRUE and sample.day >= 0 and (first_until is None or sample.day <= first_until):
                first = sample
            elif truth is Truth.FALSE and not masked:
                left = sample
            continue
        if masked or sample.day - (first.day or 0) < declared.repeat_after:
            continue
        confirmed = truth is Truth.TRUE
        episodes.append(Episode("confirmed" if confirmed else "blip", first, sample, left))
        first, left = None, (left if confirmed else sample)
        if confirmed:
            break  # a confirmed reversion stays: what follows is its course
    if first is not None:
        episodes.append(Episode("unrepeated", first, None, left))
    return Reverted(tuple(episodes))
