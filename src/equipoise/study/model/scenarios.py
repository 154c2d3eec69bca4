"""Scenarios: the truths that a study is simulated under, each figure with its source (`scenarios.yaml`)."""

from __future__ import annotations

from equipoise.study.model.base import Part


class Scenarios(Part):
    """`scenarios.yaml`."""
