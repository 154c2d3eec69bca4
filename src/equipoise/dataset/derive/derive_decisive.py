"""The decisive sample: which result stands for an endpoint's visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from equipoise.dataset.derive.derive_reversion import Reverted
from equipoise.dataset.rulebook import Value
from equipoise.dataset.samples import Sample
from equipoise.study.model.schedule import Visit


@dataclass(frozen=True, slots=True)
class Standing:
    """The sample that stands for the visit; `for_sample` is the one of the window that a repeat stands for.

    Without a decisive sample, `undecided` is a sample of the window that does not decide, if there is one.
    """

    sample: Sample | None
    for_sample: Sample | None = None
    undecided: Sample | None = None


def derive_decisive(
    visit: Visit,
    samples: Iterable[Sample],
    is_decisive: Callable[[Value], bool],
    reverted: Reverted | None = None,
) -> Standing:
    """Return the sample that stands for a visit.

    Of the decisive samples in the window the one nearest to the target day stands, then the earlier. A positive
    one calls for a repeat: where a repeat has decided it, up to the horizon that `reverted` was derived for, that
    repeat stands for the window. A masked result of a hidden variable decides nothing by itself; where a reversion
    of the variable is declared, its rules say what a masked result can do, and it stands with its flag.
    """
    window = [
        sample
        for sample in samples
        if sample.day is not None and visit.day - visit.before <= sample.day <= visit.day + visit.after
    ]
    fit = [sample for sample in window if is_decisive(sample.value) and (sample.mask is None or reverted is not None)]
    if not fit:
        return Standing(None, undecided=window[0] if window else None)
    chosen = min(fit, key=lambda sample: (abs((sample.day or 0) - visit.day), sample.day or 0, sample.seq))
    for episode in reverted.episodes if reverted else ():
        if episode.first is chosen and episode.decider is not None:
            return Standing(episode.decider, for_sample=chosen)
    return Standing(chosen)
