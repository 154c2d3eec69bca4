"""A study as anybody may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from equipoise.core import canonical
from equipoise.server.records.reading import reading_of
from equipoise.server.records.writing import Asker
from equipoise.server.recruit.models import Listed
from equipoise.study.listing import Listing
from equipoise.study.model.study import Study

# Nobody in particular: no right follows from it.
ANYBODY = Asker(by="", role="")


@dataclass(frozen=True, slots=True)
class Shown:
    """A listed study: its listing in each language, and the study itself if this site carries it."""

    row: Listed
    listings: Mapping[str, Listing]
    study: Study | None

    @property
    def number(self) -> str:
        """The number under which it is listed."""
        return str(self.row.number)

    def listing(self, language: str) -> Listing:
        """Return the listing in a language; else in the first that there is."""
        return self.listings.get(language) or next(iter(self.listings.values()))


def shown(number: str, *, hidden_too: bool = False) -> Shown | None:
    """Return a listed study that anybody may see (`hidden_too`: to its team, also one that is not shown)."""
    # PostgreSQL has no NUL in a text, and says so by an error.
    row = Listed.objects.filter(number=number).first() if "\x00" not in number else None
    if row is None or not (row.shown or hidden_too):
        return None
    study = reading_of(row.study, ANYBODY).declared if row.study else None
    return Shown(row, listings_of(row.content), study)


def number_meant(asked: str) -> str | None:
    """Return the number of the study that anybody may see and that is meant: by its id, or in other letters."""
    if "\x00" in asked:
        return None
    meant = Listed.objects.filter(Q(number__iexact=asked) | Q(study__iexact=asked, study__gt=""), shown=True)
    found = meant.values_list("number", flat=True).first()
    return None if found is None else str(found)


@lru_cache(maxsize=256)
def listings_of(content: str) -> Mapping[str, Listing]:
    """Return the listings that a row keeps, by language."""
    return {each: Listing.model_validate(one) for each, one in canonical.loads(content.encode()).items()}
