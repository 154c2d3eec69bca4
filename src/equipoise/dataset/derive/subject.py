"""What the derivations of one allocated participant rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.criteria.truth import Truth
from equipoise.dataset.derive.derive_reversion import Positive, Reverted, derive_reversion
from equipoise.dataset.facts import PersonFacts
from equipoise.dataset.record import Record
from equipoise.dataset.rulebook import Rulebook, Value
from equipoise.dataset.samples import Samples
from equipoise.study.model.endpoints import Reversion


@dataclass(frozen=True, slots=True)
class Subject:
    """A participant's record, samples and facts, with the study's rules; `reverted` is by all the data."""

    record: Record
    book: Rulebook
    samples: Samples
    facts: PersonFacts
    reverted: Mapping[str, Reverted]
    arm: str

    @classmethod
    def of(cls, record: Record, book: Rulebook, arm: str) -> Subject:
        """Return the subject of a record."""
        samples = Samples(record, book)
        reverted = {
            name: derive_reversion(declared, samples.get(declared.variable, ()), positive_of(book, declared))
            for name, declared in book.reversions.items()
        }
        return cls(record, book, samples, PersonFacts(record, book), reverted, arm)

    def reverted_until(self, declared: Reversion, first_until: int, decided_until: int) -> Reverted:
        """Return the episodes that an endpoint with this horizon sees."""
        if not self.reverted[declared.id].episodes:
            return self.reverted[declared.id]
        samples = self.samples.get(declared.variable, ())
        positive = positive_of(self.book, declared)
        return derive_reversion(declared, samples, positive, first_until=first_until, decided_until=decided_until)


def positive_of(book: Rulebook, declared: Reversion) -> Positive:
    """Return whether a value is positive in the sense of a reversion, as a function."""

    def positive(value: Value) -> Truth:
        return book.of_sample(declared.positive, declared.variable, value)

    return positive
