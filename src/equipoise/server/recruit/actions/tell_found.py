"""Write the mails about saved searches: news, that one will end, and the links to what is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from equipoise.core.languages import language_of
from equipoise.core.words import text
from equipoise.recruit.searches import Why, facts_of, matches
from equipoise.server import clock
from equipoise.server import written as as_written
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.actions.write_mail import write_mail
from equipoise.server.recruit.contacts import opened, sealed
from equipoise.server.recruit.letters import site_name
from equipoise.server.recruit.links import link
from equipoise.server.recruit.models import LinkAsked, Listed, SavedSearch, SearchFound
from equipoise.server.recruit.searches import (
    BETWEEN,
    ROOM,
    Saved,
    by_address,
    headers_of,
    in_words,
    saved,
)
from equipoise.server.recruit.shown import listings_of

MOST = 20  # studies of one mail; the others come with the next


def tell_found(pk: int, *, now: Callable[[], str] = clock.instant) -> int:
    """Write the mail with what was found for a search and not told yet; return how many studies it names.

    Each study is looked at again: one that was withdrawn, closed or hidden since it was found is not told.
    """
    at = now()
    with turn_to_write():
        row = SavedSearch.objects.select_for_update().filter(pk=pk, due__lte=at, ends_at__gt=at).first()
        if row is None or not row.confirmed_at:
            return 0
        one, told, lines = saved(row), [], []
        untold = list(SearchFound.objects.filter(search=row, told_at="").order_by("found_at", "number"))
        listed = Listed.objects.in_bulk([found.number for found in untold])
        for found in untold:
            study = listed.get(found.number)
            why = _why(one, study, at)
            if study is None or why is None:
                found.delete()
            elif len(told) < MOST:
                told.append(found.pk)
                lines.append(_study(study, why, language_of(row.language).code))
        if not told:
            return 0
        SearchFound.objects.filter(pk__in=told).update(told_at=at)
        row.digests += 1
        row.due = clock.later(at, BETWEEN[one.search.often])
        row.save(update_fields=["digests", "due"])
        body = {
            "studies": "\n\n".join(lines),
            "search": "\n".join(in_words(one.search, language_of(row.language).code)),
        }
        _write(one, "news", f"news {row.digests}", at, body)
    return len(told)


def _why(one: Saved, study: Listed | None, at: str) -> Why | None:
    if study is None or not study.shown or study.withdrawn_at:
        return None
    return matches(one.search, facts_of(listings_of(study.content)), date.fromisoformat(at[:10]))


def _study(study: Listed, why: Why, language: str) -> str:
    """Return the lines of a study: what it is called, how far it is, where it stands."""
    listings = listings_of(study.content)
    listing = listings.get(language) or next(iter(listings.values()))
    lines = [listing.title]
    if listing.demonstration:
        lines.append(listing.demonstration)
    if why.kilometres is not None:
        far = as_written.kilometres(why.kilometres, language)
        lines.append(text(ROOM, "news.near", language).format(far=far))
    return "\n".join([*lines, link("study", language, number=study.number)])


def _write(one: Saved, kind: str, key: str, at: str, fill: dict[str, str]) -> None:
    language, token = language_of(one.row.language).code, one.token
    write_mail(
        key=f"search {one.row.pk} {key}",
        purpose=f"search-{kind}",
        to=one.address,
        subject=text(ROOM, f"news.{kind}.subject", language),
        body=text(ROOM, f"news.{kind}.body", language),
        language=language,
        headers=headers_of(token, language),
        fill={
            "site": site_name(),
            "change": link("notify-change", language, token=token),
            "stop": link("notify-unsubscribe", language, token=token),
            **fill,
        },
        now=lambda: at,
    )


def remind(pk: int, *, now: Callable[[], str] = clock.instant) -> bool:
    """Write once that a search will end, and how to keep it."""
    at = now()
    with turn_to_write():
        row = SavedSearch.objects.select_for_update().filter(pk=pk, reminded_at="").exclude(confirmed_at="").first()
        if row is None:
            return False
        row.reminded_at = at
        row.save(update_fields=["reminded_at"])
        day = as_written.day(row.ends_at[:10], language_of(row.language).code)
        _write(saved(row), "ending", f"ending {row.ends_at}", at, {"day": day})
    return True


def ask_for_links(address: str, language: str, *, now: Callable[[], str] = clock.instant) -> None:
    """Note that somebody asks for their links; whether there are any is found out later, and told by mail alone."""
    with turn_to_write():
        LinkAsked.objects.create(address=sealed(address), language=language, asked_at=now())


def answer_links(pk: int, *, now: Callable[[], str] = clock.instant) -> bool:
    """Write to whoever asked for their links, if anything is saved under the address."""
    at = now()
    with turn_to_write():
        asked = LinkAsked.objects.select_for_update().filter(pk=pk).first()
        if asked is None:
            return False
        address, language = opened(asked.address), language_of(asked.language).code
        asked.delete()
        rows = by_address(address).exclude(confirmed_at="").filter(ends_at__gt=at).order_by("saved_at")
        found = [saved(row) for row in rows]
        if not found:
            return False
        links = [
            "\n".join([*in_words(one.search, language), link("notify-change", language, token=one.token)])
            for one in found
        ]
        write_mail(
            key=f"search {found[0].row.pk} links {asked.asked_at}",
            purpose="search-links",
            to=address,
            subject=text(ROOM, "news.links.subject", language),
            body=text(ROOM, "news.links.body", language),
            language=language,
            fill={"site": site_name(), "links": "\n\n".join(links)},
            now=lambda: at,
        )
    return True
