"""What somebody wrote to a centre, as it is opened for those who may read it."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import Any

from equipoise.core import canonical
from equipoise.server.recruit.contacts import opened, sealed
from equipoise.server.recruit.models import Enquiry


@dataclass(frozen=True, slots=True)
class Said:
    """An enquiry's content."""

    first_name: str
    last_name: str
    email: str  # empty: they have none
    phone: str
    preferred: str  # the language in which they would like to be spoken to: a code, or "other"
    other_language: str = ""
    message: str = ""
    answers: tuple[tuple[str, str], ...] = ()  # of the check: the question and the answer as its person read them
    latitude: str = ""  # of the place that they named; empty if they named none
    longitude: str = ""
    pass_on: bool = False  # whether another centre may have it if this one does not answer
    token: str = ""
    code: str = ""
    added: tuple[str, ...] = ()  # what they wrote later, on their status page

    @property
    def name(self) -> str:
        """The whole name, in the order of its script."""
        if self.first_name and self.last_name and _is_han(self.first_name) and _is_han(self.last_name):
            return f"{self.last_name}{self.first_name}"
        return f"{self.first_name} {self.last_name}".strip()

    def kept(self) -> str:
        """Return it as the database keeps it."""
        return sealed(canonical.dumps(_plain(asdict(self))).decode())

    def adding(self, text: str) -> Said:
        """Return it with something more."""
        return replace(self, added=(*self.added, text))


def said_of(enquiry: Enquiry) -> Said:
    """Return what an enquiry says. Raises ProblemsError if it was sealed with another key."""
    given: dict[str, Any] = canonical.loads(opened(enquiry.content).encode())
    answers = tuple((str(question), str(answer)) for question, answer in given.pop("answers"))
    return Said(**{**given, "answers": answers, "added": tuple(given["added"])})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _is_han(text: str) -> bool:
    return all(unicodedata.name(each, "").startswith("CJK") for each in text if not each.isspace())
