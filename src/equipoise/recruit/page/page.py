"""The page of a study: what this site carries whole, or what a registry's listing alone knows."""

from __future__ import annotations

from datetime import date

from equipoise.recruit.page import facts
from equipoise.recruit.page.criteria import eligibility_of
from equipoise.recruit.page.model import StudyPage
from equipoise.recruit.page.notes import notes_of
from equipoise.recruit.page.questions import faqs, own_faqs, steps
from equipoise.recruit.page.taking_part import taking_part
from equipoise.study.listing import Listing
from equipoise.study.model.study import Study


def page_of(
    listing: Listing, study: Study | None, language: str, *, today: date, original: Listing | None = None
) -> StudyPage:
    """Return a study's page in a language; `original` is the listing in the language whose words count.

    The words of a listing alone stay in the listing's language.
    """
    part = taking_part(study, language) if study is not None else None
    return StudyPage(
        listing=listing,
        tags=facts.tags(listing, language, today),
        status=listing.status,
        status_said=facts.status_said(listing, language),
        last_known=facts.last_known(listing, language),
        stale=facts.is_stale(listing, today),
        closed=facts.closed(listing, language),
        phase=listing.phase,
        phase_meaning=facts.phase_meaning(listing.phase, language),
        ages=facts.ages_said(listing, language),
        sex=facts.sex_said(listing, language),
        eligibility=eligibility_of(listing, study, language),
        taking_part=part,
        steps=steps(study, language),
        centres=facts.centres_by_country(listing, language),
        starts=tuple(one for one in listing.dates if one.kind == "start"),
        completions=tuple(one for one in listing.dates if one.kind == "completion"),
        contacts=tuple((contact, facts.initials(contact.name)) for contact in listing.contacts),
        languages=study.identity.languages if study is not None else (),
        own_faqs=own_faqs(study, language) if study is not None else (),
        faqs=faqs(part, language),
        registry_text=_paragraphs(listing),
        registry_original=_paragraphs(original) if original is not None and original != listing else (),
        notes=notes_of(study, language) if study is not None else (),
        today=today,
    )


def _paragraphs(listing: Listing) -> tuple[str, ...]:
    """Return the registry's own text. A description that only repeats the summary is not said twice."""
    description = "" if listing.description.strip() == listing.summary.strip() else listing.description
    return tuple(part.strip() for text in (listing.summary, description) for part in text.split("\n\n") if part.strip())
