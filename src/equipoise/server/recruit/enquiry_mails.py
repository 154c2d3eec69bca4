"""The mails about an enquiry: the sender's copy, the word to a centre, the word to who oversees.

No subject, sender or link names a disease or the study's title: a mail is read by whoever holds the telephone. The
centre's mail holds nothing of the person at all, because mail travels and lies open: it says that somebody has
written, and where to read it after logging in. The sender gets back what they wrote themselves, for their records.
"""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.core.languages import language_of, spoken
from equipoise.core.words import text
from equipoise.server.accounts.models import User
from equipoise.server.recruit.actions.write_mail import write_mail
from equipoise.server.recruit.links import link
from equipoise.server.recruit.models import Enquiry, Listed
from equipoise.server.recruit.people import who_answers
from equipoise.server.recruit.said import Said
from equipoise.server.recruit.shown import listings_of

_ROOM = "server.recruit"


def language_for(enquiry: Enquiry, said: Said) -> str:
    """Return the language in which the sender reads: what they would like, if this site speaks it."""
    return said.preferred if said.preferred in spoken() else language_of(enquiry.language).code


def centre_called(enquiry: Enquiry, language: str, site: str = "") -> str:
    """Return the real name of the centre that has an enquiry, or of another of its study."""
    content = Listed.objects.filter(number=enquiry.listed).values_list("content", flat=True).first()
    listings = listings_of(content) if content else {}
    listing = listings.get(language) or next(iter(listings.values()), None)
    wanted = site or enquiry.site
    return next((centre.name for centre in (listing.centres if listing else ()) if centre.site == wanted), wanted)


def write_copy(enquiry: Enquiry, said: Said) -> None:
    """Write the sender's copy, with the link to their private page."""
    language = language_for(enquiry, said)
    fill = {
        "name": said.name,
        "centre": centre_called(enquiry, language),
        "number": enquiry.listed,
        "receipt": enquiry.receipt,
        "link": link("enquiry", language, token=said.token),
        "sent": "\n".join(lines_of(said, language)),
        "at": f"{enquiry.received_at[:10]} {enquiry.received_at[11:16]} UTC",
    }
    _write(enquiry, "copy", said.email, language, fill)


def write_to_centre(enquiry: Enquiry) -> int:
    """Write to the people of the centre that has an enquiry now; return how many there are."""
    people = who_answers(enquiry.study, enquiry.site)
    for user in people:
        language = language_of(user.language).code
        fill = {
            "name": user.username,
            "centre": centre_called(enquiry, language),
            "study": enquiry.listed,
            "receipt": enquiry.receipt,
            "due": f"{enquiry.due[:10]} {enquiry.due[11:16]} UTC",
            "link": link("enquiries", language, study=enquiry.study),
        }
        _write(enquiry, "centre", user.email, language, fill, about=f"{enquiry.site}:{user.pk}")
    return len(people)


def write_overdue(enquiry: Enquiry, site: str, people: Iterable[User]) -> None:
    """Tell who oversees the study that a centre has not answered in time."""
    for user in people:
        language = language_of(user.language).code
        fill = {
            "name": user.username,
            "centre": centre_called(enquiry, language, site),
            "study": enquiry.listed,
            "receipt": enquiry.receipt,
            "link": link("enquiries", language, study=enquiry.study),
        }
        _write(enquiry, "overdue", user.email, language, fill, about=f"{site}:{user.pk}")


def write_passed_on(enquiry: Enquiry, said: Said) -> None:
    """Tell the sender which centre has their message now."""
    if not said.email:
        return
    language = language_for(enquiry, said)
    fill = {
        "name": said.name,
        "centre": centre_called(enquiry, language),
        "receipt": enquiry.receipt,
        "link": link("enquiry", language, token=said.token),
    }
    _write(enquiry, "passed-on", said.email, language, fill, about=enquiry.site)


def lines_of(said: Said, language: str) -> list[str]:
    """Return what was sent, a line each, as its sender reads it."""
    named = {
        "first-name": said.first_name,
        "last-name": said.last_name,
        "email": said.email,
        "phone": said.phone,
        "preferred": language_called(said, language),
        "message": said.message,
    }
    line = text(_ROOM, "line", language)
    lines = [
        line.format(label=text(_ROOM, f"fields.{name}", language), value=value)
        for name, value in named.items()
        if value
    ]
    if said.answers:
        lines += ["", text(_ROOM, "fields.answers", language)]
        lines += ["- " + line.format(label=question, value=answer) for question, answer in said.answers]
    return lines


def language_called(said: Said, language: str) -> str:
    """Return the language in which somebody would like to be spoken to, by its own name."""
    if said.preferred in spoken():
        return language_of(said.preferred).name
    return said.other_language or text(_ROOM, "fields.other-language", language)


def _write(enquiry: Enquiry, kind: str, to: str, language: str, fill: dict[str, str], *, about: str = "") -> None:
    write_mail(
        key=f"enquiry:{enquiry.pk}:{kind}:{about}",
        purpose=f"enquiry-{kind}",
        to=to,
        subject=text(_ROOM, f"mails.{kind}.subject", language),
        body=text(_ROOM, f"mails.{kind}.body", language),
        language=language,
        fill=fill,
        study=enquiry.study,
    )
