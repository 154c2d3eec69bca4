"""The hash of a study's endpoint and analysis declarations, whole and each by itself: what was declared, and when."""

from __future__ import annotations

from equipoise.core import canonical
from equipoise.study.model.study import Study

_PARTS = ("reversions", "intercurrent_events", "endpoints", "estimands", "analyses")


def declared_parts(study: Study) -> dict[str, str]:
    """Return the hash of each declaration, by its part and id (`analyses.primary`)."""
    content = study.endpoints.model_dump(mode="json", exclude_defaults=True)
    return {
        f"{part}.{declared['id']}": canonical.digest_of(declared)
        for part in _PARTS
        for declared in content.get(part, ())
    }


def declarations_hash(study: Study) -> str:
    """Return the hash of all declarations of endpoints, estimands and analyses."""
    return canonical.digest_of(study.endpoints.model_dump(mode="json", exclude_defaults=True))
