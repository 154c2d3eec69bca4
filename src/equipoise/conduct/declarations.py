"""The hash of a study's declarations (endpoints, analyses, prediction), whole and one by one."""

from __future__ import annotations

from typing import Any

from equipoise.core import canonical
from equipoise.study.model.study import Study

_PARTS = ("reversions", "intercurrent_events", "endpoints", "estimands", "analyses", "associations")
PREDICTION = "prediction.model"


def declared_parts(study: Study) -> dict[str, str]:
    """Return the hash of each declaration, by its part and id (`analyses.primary`)."""
    content = study.endpoints.model_dump(mode="json", exclude_defaults=True)
    predicted = {} if study.prediction is None else {PREDICTION: canonical.digest_of(_prediction(study))}
    return predicted | {
        f"{part}.{declared['id']}": canonical.digest_of(declared)
        for part in _PARTS
        for declared in content.get(part, ())
    }


def declarations_hash(study: Study) -> str:
    """Return the hash of all declarations: endpoints, estimands, analyses, and the prediction if there is one."""
    content = study.endpoints.model_dump(mode="json", exclude_defaults=True)
    if study.prediction is None:
        return canonical.digest_of(content)
    return canonical.digest_of({"endpoints": content, "prediction": _prediction(study)})


def _prediction(study: Study) -> dict[str, Any]:
    declared: dict[str, Any] = study.content["prediction"]
    return declared
