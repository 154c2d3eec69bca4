"""The page of a study as values, ready to be laid out. Nothing here is markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from equipoise.study.listing import ListedCentre, ListedContact, ListedDate, Listing, Status


@dataclass(frozen=True, slots=True)
class Tag:
    """A short fact under the title; `standing` chooses its colour, beside which the word always stands."""

    text: str
    standing: str = ""  # go, hold, stop or nothing


@dataclass(frozen=True, slots=True)
class CriterionShown:
    """A criterion in two readings: word for word, and in plain words where the study has them."""

    id: str
    plain: str
    text: str
    original: str = ""  # the words that count, where `text` is their translation
    by_team: bool = False  # the investigator judges it, no paper and no answer does
    below: tuple[str, ...] = ()  # what belongs to it, an item a text


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who can take part. `as_written` is a source's text that could not be told apart into the two lists."""

    inclusion: tuple[CriterionShown, ...] = ()
    exclusion: tuple[CriterionShown, ...] = ()
    as_written: str = ""

    @property
    def count(self) -> int:
        """How many criteria there are."""
        return len(self.inclusion) + len(self.exclusion)

    @property
    def is_plain(self) -> bool:
        """Whether there is a plain reading at all."""
        return any(each.plain for each in (*self.inclusion, *self.exclusion))

    @property
    def is_translated(self) -> bool:
        """Whether the words that count are in another language."""
        return any(each.original for each in (*self.inclusion, *self.exclusion))


@dataclass(frozen=True, slots=True)
class DoseShown:
    """What a group is given at a visit, and who is meant; no `groups` means everybody."""

    text: str
    groups: tuple[str, ...] = ()
    short: str = ""


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A group of the study: what happens in it, and the chance of coming into it: `share` in `of`."""

    label: str
    description: str
    share: int
    of: int
    chance: str
    given: tuple[str, ...]  # what it is given and how often
    visits: str
    assumed: bool = False

    @property
    def dots(self) -> tuple[bool, ...]:
        """The chance as a row of dots, those of the group first; none where nobody could count them."""
        return tuple(place < self.share for place in range(self.of)) if self.of <= 12 else ()


@dataclass(frozen=True, slots=True)
class VisitShown:
    """A visit as a patient meets it; no `groups` means everybody comes."""

    id: str
    label: str
    window: str
    groups: tuple[str, ...]
    sample: bool  # blood or another sample is taken
    doses: tuple[DoseShown, ...]
    done: tuple[str, ...]  # in words, one a line
    optional: tuple[str, ...]  # only if the person agrees
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class TakingPart:
    """What taking part means. A listing alone knows next to nothing of it."""

    groups: tuple[GroupShown, ...]
    visits: tuple[VisitShown, ...]
    length: str
    samples: str
    doses: tuple[str, ...]  # what is given in the study at all
    keeps: bool  # whether samples are kept of those who agree
    secrecy: str  # who knows which group a person is in
    extra: str  # whether further visits may be needed
    costs: str
    good: tuple[str, ...]
    hard: tuple[str, ...]
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaqShown:
    """A question and its answer, a paragraph a text."""

    id: str
    question: str
    answer: tuple[str, ...]
    source: str = ""
    reason: str = ""  # why it is assumed, if it is


@dataclass(frozen=True, slots=True)
class Note:
    """What is assumed about one kind of thing: which of them, and why."""

    section: str
    number: int
    title: str
    reasons: tuple[tuple[str, str], ...]  # the things, the reason


@dataclass(frozen=True, slots=True)
class CentresOfCountry:
    """The centres of a country, each with whether it takes people in."""

    country: str
    centres: tuple[tuple[ListedCentre, Tag], ...]
    recruiting: int


@dataclass(frozen=True, slots=True)
class StudyPage:
    """Everything that the page says, but for the overview."""

    listing: Listing
    tags: tuple[Tag, ...]
    status: Status
    status_said: str
    last_known: str  # what it was before nobody confirmed it any more
    stale: bool  # the status was confirmed so long ago that its day must stand beside it
    closed: str  # why nobody can take part now; "" while people are taken in
    phase: str
    phase_meaning: str
    ages: str
    sex: str
    eligibility: Eligibility
    taking_part: TakingPart | None
    steps: tuple[tuple[str, str], ...]
    centres: tuple[CentresOfCountry, ...]
    starts: tuple[ListedDate, ...]
    completions: tuple[ListedDate, ...]
    contacts: tuple[tuple[ListedContact, str], ...]  # with the initials
    languages: tuple[str, ...]  # codes; empty: not known
    own_faqs: tuple[FaqShown, ...]
    faqs: tuple[FaqShown, ...]
    registry_text: tuple[str, ...]
    registry_original: tuple[str, ...]  # where the registry's text is a translation
    notes: tuple[Note, ...]
    today: date

    @property
    def noted(self) -> dict[str, Note]:
        """The notes by the kind of thing that they are about."""
        return {note.section: note for note in self.notes}
