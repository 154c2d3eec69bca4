"""Import a delivery of a registry: what can be read goes in, a line for each record that cannot, and what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from equipoise.core.problem import Place, Problem, ProblemsError, Severity
from equipoise.core.words import LANGUAGES, text
from equipoise.exchange.ctgov.reading import Record, files_of, read_records
from equipoise.exchange.ctgov.record import listing_of_record
from equipoise.server.recruit.actions.keep_listings import Kept, keep_listings
from equipoise.server.recruit.actions.withdraw_absent import withdraw_absent
from equipoise.server.recruit.models import Listed
from equipoise.study.listing import Listing, Status

SOURCE = "ctgov"
INVENTED = "ctgov-demonstration"
_BATCH = 250


class Became(StrEnum):
    """What became of a record."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WITHDRAWN = "withdrawn"  # by its own sponsor
    ABSENT = "absent"  # a complete delivery has it no more
    OURS = "ours"  # this site carries the study itself
    OLDER = "older"  # than what is listed, or than another of the same number in this delivery
    REFUSED = "refused"


@dataclass(slots=True)
class Imported:
    """What an import did."""

    files: int = 0
    records: int = 0
    became: dict[str, Became] = field(default_factory=dict)  # by number, what can be told apart
    twice: int = 0  # records whose number another record of this delivery has
    problems: list[Problem] = field(default_factory=list)  # a refused record each
    notes: list[Problem] = field(default_factory=list)
    kept_back: bool = False  # nothing was taken out of the list, because not everything could be read

    def counts(self) -> dict[str, int]:
        """Return how many records became what; together with those twice they are all."""
        counts = dict.fromkeys((each.value for each in Became), 0)
        for each in self.became.values():
            counts[each.value] += 1
        counts[Became.REFUSED.value] = len(self.problems)
        return counts


@dataclass(slots=True)
class _Pending:
    listing: Listing
    file: str


class _Import:
    def __init__(self, *, invented: bool) -> None:
        self.source = INVENTED if invented else SOURCE
        self.invented = {each: text("server.recruit", "invented", each) for each in LANGUAGES} if invented else {}
        self.done = Imported()
        self.pending: dict[str, _Pending] = {}
        self.seen: dict[str, tuple[str, str]] = {}  # of each number, the day of its last change and its file
        self.unread: set[str] = set()  # numbers that were delivered and could not be read

    def take(self, found: Record | Problem) -> None:
        """Take a record, or the problem that it could not be read."""
        self.done.records += 1
        if isinstance(found, Problem):
            self.done.problems.append(found)
            return
        try:
            converted = listing_of_record(found.content, found.file, self.invented.get("en", ""))
        except ProblemsError as error:
            self.done.problems += error.problems
            self.unread.add(found.number)
            return
        listing = converted.listing
        if not self._is_newest(listing, found.file):
            return
        self.done.notes += converted.notes
        self.pending[listing.number] = _Pending(listing, found.file)
        if len(self.pending) >= _BATCH:
            self.keep()

    def _is_newest(self, listing: Listing, file: str) -> bool:
        """Whether no record of the same number in this delivery is newer; two of one number are said."""
        known = self.seen.get(listing.number)
        if known is not None:
            self.done.twice += 1
            newer = listing.updated > known[0]
            first, second = (file, known[1]) if newer else (known[1], file)
            self.done.notes.append(_note("record-twice", second, number=listing.number, kept=first, other=second))
            if not newer:
                return False
        self.seen[listing.number] = (listing.updated, file)
        return True

    def keep(self) -> None:
        """Keep what has been gathered, in one transaction."""
        pending, self.pending = self.pending, {}
        known = {
            number: (study, updated, source)
            for number, study, updated, source in Listed.objects.filter(number__in=list(pending)).values_list(
                "number", "study", "updated", "source"
            )
        }
        going: list[_Pending] = []
        for number, one in pending.items():
            study, updated, source = known.get(number, ("", "", ""))
            if study:
                self.done.became[number] = Became.OURS
                self.done.notes.append(_note("record-ours", one.file, number=number, study=study))
            elif source == self.source and updated > one.listing.updated:
                self.done.became.setdefault(number, Became.OLDER)
                self.done.notes.append(
                    _note("record-older", one.file, number=number, updated=one.listing.updated or "—", listed=updated)
                )
            else:
                going.append(one)
        kept = keep_listings([self._said(one.listing) for one in going], shown=True, source=self.source)
        for one, each in zip(going, kept, strict=True):
            self._count(one.listing, each)

    def _said(self, listing: Listing) -> dict[str, Listing]:
        """Return a listing by language: an invented one says that it is in each, and has no other words in them."""
        said = {each: listing.model_copy(update={"demonstration": it}) for each, it in self.invented.items()}
        return said or {listing.language: listing}

    def _count(self, listing: Listing, kept: Kept) -> None:
        became = Became(kept.value)
        if kept is not Kept.SAME and listing.status is Status.WITHDRAWN:
            became = Became.WITHDRAWN
        # The newer of two records of one number comes second: it is new if the first was.
        if self.done.became.get(listing.number) is Became.NEW and became is Became.CHANGED:
            became = Became.NEW
        self.done.became[listing.number] = became

    def complete(self) -> None:
        """Take out of the list what this delivery does not have, if all of it could be read."""
        if self.done.problems and not all(problem.params.get("number", "—") != "—" for problem in self.done.problems):
            self.done.kept_back = True
            return
        unread = {str(problem.params["number"]) for problem in self.done.problems}
        for number in withdraw_absent(self.source, {*self.seen, *self.unread, *unread}):
            self.done.became[number] = Became.ABSENT


def _note(name: str, file: str, **params: Any) -> Problem:
    return Problem(f"server.recruit.{name}", {"file": file, **params}, Place(file), Severity.NOTE)


def import_files(
    paths: Sequence[Path],
    *,
    invented: bool = False,
    complete: bool = False,
    progress: Callable[[float], None] = lambda _share: None,
) -> Imported:
    """Import files and folders of a registry's records. Raises ProblemsError if there is no file at all.

    `invented` marks them as such on every page of them; `complete` says that the delivery is all that there is.
    """
    files = files_of(paths)
    work = _Import(invented=invented)
    work.done.files = len(files)
    for found, share in _read(files):
        work.take(found)
        progress(share)
    work.keep()
    if complete:
        work.complete()
    progress(1.0)
    return work.done


def _read(files: Sequence[Path]) -> Iterator[tuple[Record | Problem, float]]:
    """Yield what the files hold, and which share of their bytes has been read."""
    sizes = [file.stat().st_size if file.is_file() else 0 for file in files]
    whole, before = max(sum(sizes), 1), 0
    for file, size in zip(files, sizes, strict=True):
        for count, found in enumerate(read_records(file)):
            # How many records a file has is not known before its end: each counts a little less.
            yield found, (before + size * (1 - 0.999**count)) / whole
        before += size
