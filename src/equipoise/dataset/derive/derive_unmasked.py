"""The last value outside the masking window: what a hidden variable says for itself."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.dataset.samples import Sample


def derive_unmasked(samples: Sequence[Sample]) -> Sample | None:
    """Return the last sample with a result that no dose masks, or None."""
    return next((sample for sample in reversed(samples) if sample.mask is None and sample.value is not None), None)
