"""A study that was found, in a few words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from equipoise.core.languages import language_of
from equipoise.core.words import text
from equipoise.recruit.distance import distance_km
from equipoise.recruit.page.facts import is_stale, last_known, tags
from equipoise.recruit.page.model import Tag
from equipoise.server.records.reading import reading_of
from equipoise.server.recruit.finding import Hit, Near
from equipoise.server.recruit.shown import ANYBODY, listings_of
from equipoise.server.recruit.wording import overview_of
from equipoise.server.web.study_page.overview import byline
from equipoise.server.written import listed
from equipoise.study.listing import ListedCentre, Listing, Status

ROOM = "server.web.finder"
_EXCERPT = 220  # characters
_COUNTRIES = 3


@dataclass(frozen=True, slots=True)
class Card:
    """A study in a few words, in one language."""

    listing: Listing
    tags: tuple[Tag, ...]
    summary: str
    byline: str  # who wrote the summary, if it is not the source's own
    foreign: str  # the tag of the language that its texts are in, if it is another than the page's
    confirmed: str  # the day on which the status was last confirmed, if that is long ago
    last_known: str  # the status before it became unknown, in words
    nearest: ListedCentre | None
    kilometres: float | None
    recruiting: bool  # whether the nearest centre takes people in
    next_recruiting: float | None  # how far the nearest that does is, if the nearest does not
    where: str  # the countries of the centres

    @property
    def status(self) -> Status:
        """Whether people are taken in."""
        return self.listing.status


def card_of(hit: Hit, language: str, today: date, near: Near | None = None) -> Card:
    """Return a study's card in a language; of a study that is listed in another, with its own words."""
    listings = listings_of(hit.row.content)
    listing = listings.get(language) or next(iter(listings.values()))
    nearest, kilometres, recruiting, further = None, None, False, None
    if near is not None:
        nearest, kilometres, recruiting, further = _nearest(listing, near)
    summary, by = _summary(hit.row.study, listing, language)
    unsure = is_stale(listing, today) or listing.status is Status.UNKNOWN
    return Card(
        listing=listing,
        tags=tags(listing, language, today),
        summary=_excerpt(summary),
        byline=by,
        foreign=language_of(listing.language).tag if listing.language != language else "",
        confirmed=listing.status_date if unsure else "",
        last_known=last_known(listing, language),
        nearest=nearest,
        kilometres=kilometres,
        recruiting=recruiting,
        next_recruiting=further,
        where=_where(listing, language),
    )


def _summary(study: str, listing: Listing, language: str) -> tuple[str, str]:
    """Return the words about a study, and who wrote them: those that patients may read, else the registry's own."""
    if study:
        declared = reading_of(study, ANYBODY).declared
        overview = overview_of(study, declared, listing.language)
        if overview is not None:
            return overview.plain_text, byline(overview, language)
    return listing.summary, ""


def _where(listing: Listing, language: str) -> str:
    countries = list(dict.fromkeys(filter(None, (centre.country for centre in listing.centres))))
    if len(countries) <= _COUNTRIES:
        return listed(countries, language)
    some = text(ROOM, "joint", language).join(countries[:_COUNTRIES])
    left = len(countries) - _COUNTRIES
    return text(ROOM, "and-one-more" if left == 1 else "and-more", language, countries=some, count=left)


def _nearest(listing: Listing, near: Near) -> tuple[ListedCentre | None, float | None, bool, float | None]:
    found = [
        (distance_km(near.latitude, near.longitude, float(centre.latitude), float(centre.longitude)), place)
        for place, centre in enumerate(listing.centres)
        if centre.latitude is not None and centre.longitude is not None
    ]
    if not found:
        return None, None, False, None
    # Of several at one place the one that takes people in stands for it.
    far, place = min(found, key=lambda each: (each[0], not listing.is_recruiting_at(listing.centres[each[1]])))
    centre = listing.centres[place]
    recruiting = listing.is_recruiting_at(centre)
    open_ones = [each for each, other in found if listing.is_recruiting_at(listing.centres[other])]
    return centre, far, recruiting, min(open_ones, default=None) if not recruiting else None


def _excerpt(text: str) -> str:
    """Return the beginning of a text, whole words of it."""
    text = " ".join(text.split())
    if len(text) <= _EXCERPT:
        return text
    cut = text[:_EXCERPT]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[-40:] else cut}…"
