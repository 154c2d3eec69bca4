"""Everything that a patient reads of a study folder, text by text, so that all of it can be checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.study.model.study import Study
from equipoise.study.words import INFORMATION, say


@dataclass(frozen=True, slots=True)
class Text:
    """A text for patients, and where it stands."""

    path: str
    text: str


def texts_of(study: Study, language: str) -> tuple[Text, ...]:
    """Return the texts of a folder that patients read, but for the registry's own, which are shown word for word."""
    return tuple(text for text in _texts(study, language) if text.text)


def _texts(study: Study, language: str) -> Iterator[Text]:
    def said(*path: str) -> str:
        return say(study, language, *path)

    yield Text("patient_title", said("patient_title"))
    for part in INFORMATION:
        yield Text(f"information.{part}", said("information", part))
    for faq in study.identity.faqs:
        yield Text(f"faqs.{faq.id}", "\n\n".join((said("faqs", faq.id, "question"), said("faqs", faq.id, "answer"))))
    # Criteria and questions are read one after another: each is too short to measure, all of them are a text.
    plain = (said("criteria", criterion.id, "plain") for criterion in study.eligibility)
    yield Text("eligibility.plain", "\n\n".join(filter(None, plain)))
    for field in ("ask", "why"):
        asked = (said("variables", variable.name, field) for variable in study.codebook.variables)
        yield Text(f"variables.{field}", "\n\n".join(filter(None, asked)))
