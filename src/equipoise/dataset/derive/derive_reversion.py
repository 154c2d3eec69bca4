"""Reversion: a marker that came back, confirmed or refuted by a repeat sample.

Every positive sample calls for a repeat of its own. The first unmasked decisive sample at least `repeat_after` days
after it decides: positive confirms the reversion, dated at the sample that called; negative makes that sample a blip.
A masked sample decides nothing. Without a deciding sample the positive one stays unrepeated.
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


@dataclass(frozen=True, slots=True)
class Reverted:
    """An episode for each positive sample, in their order; the status is that of the one that matters most."""

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
    decided = _decided(declared, samples, positive, decided_until)
    for place, (sample, truth, masked) in enumerate(decided):
        day = sample.day or 0
        if truth is Truth.FALSE:
            left = left if masked else sample
        elif day >= 0 and (first_until is None or day <= first_until):
            decider = next((each for each in decided[place + 1 :] if _decides(each, day + declared.repeat_after)), None)
            if decider is None:
                episodes.append(Episode("unrepeated", sample, None, left))
            else:
                status: Status = "confirmed" if decider[1] is Truth.TRUE else "blip"
                episodes.append(Episode(status, sample, decider[0], left))
    return Reverted(tuple(episodes))


def _decided(
    declared: Reversion, samples: Iterable[Sample], positive: Positive, until: int | None
) -> list[tuple[Sample, Truth, bool]]:
    """Return the samples that are positive or negative, with which they are and whether they are masked."""
    found = []
    for sample in samples:
        if sample.day is None or sample.value is None or (until is not None and sample.day > until):
            continue
        truth = positive(sample.value)
        if truth.is_decided:
            found.append((sample, truth, _is_masked(declared, sample)))
    return found


def _is_masked(declared: Reversion, sample: Sample) -> bool:
    return sample.mask is not None and declared.masking in ("", sample.mask.masking)


def is_unmasked_negative(declared: Reversion, sample: Sample, positive: Positive) -> bool:
    """Whether a sample shows that there was no reversion on its day."""
    return sample.value is not None and not _is_masked(declared, sample) and positive(sample.value) is Truth.FALSE


def _decides(each: tuple[Sample, Truth, bool], earliest: int) -> bool:
    sample, _, masked = each
    return not masked and (sample.day or 0) >= earliest
