"""The short facts: whether people are taken in, from which age to which, women or men, and what a phase means."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from equipoise.core.dates import PartialDate
from equipoise.core.decimals import plain
from equipoise.core.words import text
from equipoise.recruit.page.model import CentresOfCountry, Tag
from equipoise.study.listing import ListedCentre, Listing, Status

ROOM = "recruit.page"
STALE = 183  # days after which nobody should trust a status without its day
# What these say does not grow old.
_FINAL = (Status.COMPLETED, Status.TERMINATED, Status.WITHDRAWN)
_GO = (Status.RECRUITING, Status.NOT_YET_RECRUITING, Status.BY_INVITATION)
_STANDING = {
    Status.RECRUITING: "go",
    Status.NOT_YET_RECRUITING: "hold",
    Status.BY_INVITATION: "hold",
    Status.SUSPENDED: "hold",
    Status.TERMINATED: "stop",
    Status.WITHDRAWN: "stop",
}
# Phases as registries write them, in English and Chinese. Of "phase 1/phase 2" the earlier one is explained.
_PHASE = re.compile(r"phase\s*([0-4])|([0-4])\s*期|early\s+phase\s+1(?!\d)", re.IGNORECASE)


def status_said(listing: Listing, language: str) -> str:
    """Return whether people are taken in."""
    return text(ROOM, f"status.{listing.status}", language)


def last_known(listing: Listing, language: str) -> str:
    """Return what the status was before nobody confirmed it for long; "" where it is known."""
    return text(ROOM, f"status.{listing.last_known}", language) if listing.last_known else ""


def is_stale(listing: Listing, today: date) -> bool:
    """Whether the status was confirmed so long ago that its day must stand beside it."""
    day = PartialDate.parse(listing.status_date) if listing.status_date else None
    return day is not None and listing.status not in _FINAL and (today - day.latest).days > STALE


def closed(listing: Listing, language: str) -> str:
    """Return why nobody can take part now, in a sentence; "" while people are or will be taken in."""
    return "" if listing.status in _GO else text(ROOM, f"closed.{listing.status}", language)


def ages_said(listing: Listing, language: str) -> str:
    """Return the ages: 18-60 years."""
    youngest, oldest = listing.youngest, listing.oldest
    if youngest is None and oldest is None:
        return text(ROOM, "ages.all", language)
    if youngest is not None and oldest is not None:
        if _is_whole(youngest) and _is_whole(oldest):
            return text(ROOM, "ages.between", language, youngest=plain(youngest), oldest=plain(oldest))
        return text(ROOM, "ages.from-to", language, youngest=_age(youngest, language), oldest=_age(oldest, language))
    if youngest is not None:
        return text(ROOM, "ages.from", language, age=_age(youngest, language))
    return text(ROOM, "ages.up-to", language, age=_age(oldest or Decimal(0), language))


def _is_whole(years: Decimal) -> bool:
    return years == years.to_integral_value()


def _age(years: Decimal, language: str) -> str:
    """Return an age in years, and that of a small child in months."""
    if _is_whole(years):
        return text(ROOM, "ages.years", language, count=plain(years.to_integral_value()))
    return text(ROOM, "ages.months", language, count=str(int((years * 12).to_integral_value())))


def sex_said(listing: Listing, language: str) -> str:
    """Return who may take part, women or men."""
    return text(ROOM, f"sex.{listing.sex}", language)


def phase_meaning(phase: str, language: str) -> str:
    """Return what a phase means for who takes part; "" for a study without one."""
    found = list(_PHASE.finditer(phase))
    if not found:
        return ""
    numbers = [int(match[1] or match[2]) if match[1] or match[2] else 0 for match in found]
    early = any("early" in match[0].lower() for match in found) or "早期" in phase
    return text(ROOM, f"phases.p{0 if early else min(numbers)}", language)


def tags(listing: Listing, language: str, today: date) -> tuple[Tag, ...]:
    """Return the facts under the title: recruiting, ages, sex, phase."""
    status = status_said(listing, language)
    if is_stale(listing, today):
        status = text(ROOM, "status-as-of", language, status=status, year=listing.status_date[:4])
    found = [Tag(status, _STANDING.get(listing.status, "")), Tag(ages_said(listing, language))]
    found.append(Tag(sex_said(listing, language)))
    if listing.phase:
        found.append(Tag(listing.phase))
    return tuple(found)


def centres_by_country(listing: Listing, language: str) -> tuple[CentresOfCountry, ...]:
    """Return the centres, those of a country together, in the order of the listing."""
    found: dict[str, list[tuple[ListedCentre, Tag]]] = {}
    for centre in listing.centres:
        found.setdefault(centre.country, []).append((centre, _standing(listing, centre, language)))
    return tuple(
        CentresOfCountry(country, tuple(centres), sum(listing.is_recruiting_at(centre) for centre, _ in centres))
        for country, centres in found.items()
    )


def _standing(listing: Listing, centre: ListedCentre, language: str) -> Tag:
    """Return how a centre stands: no centre takes people in once its study does not."""
    status = centre.status or listing.status
    if status is Status.RECRUITING and not listing.is_recruiting:
        status = listing.status
    return Tag(text(ROOM, f"centre-status.{status}", language), _STANDING.get(status, ""))


def initials(name: str) -> str:
    """Return a person's initials: BF for Bo Feng, and the last two characters of a Chinese name."""
    words = [word for word in re.split(r"[\s.,·]+", re.split(r",", name)[0]) if word]
    if len(words) == 1 and re.fullmatch(r"[㐀-鿿]+", words[0]):
        return words[0][-2:]
    letters = [word[0].upper() for word in words if word[0].isalpha()]
    return (letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)) or "?"
