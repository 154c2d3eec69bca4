"""A prediction as the report tells it: the model and the look at the markers, as `predict` keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.predict.markers_results import Markers
from equipoise.predict.model import Model


@dataclass(frozen=True, slots=True)
class Prediction:
    """A fitted model, and the markers that were looked at beside it, if they were."""

    model: Model
    markers: Markers | None = None
