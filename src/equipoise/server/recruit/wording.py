"""The words about a study that anybody may read: approved by a named person, or in a demonstration the draft."""

from __future__ import annotations

from equipoise.recruit.plain.overview import Overview
from equipoise.study.model.study import Study


def overview_of(study_id: str, study: Study, language: str) -> Overview | None:  # noqa: ARG001 - the words follow
    """Return a study's overview in a language as patients may read it; None if there is none yet."""
    return None
