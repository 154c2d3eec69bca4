"""The public listing of a study that this site carries, from its folder."""

from __future__ import annotations

from equipoise.recruit.ages import ages_of
from equipoise.recruit.routing import located
from equipoise.study.listing import ListedCentre, ListedContact, ListedDate, Listing, Status
from equipoise.study.model.identity import Site
from equipoise.study.model.study import Study
from equipoise.study.words import label, say

_STATUS = {
    "planned": Status.NOT_YET_RECRUITING,
    "recruiting": Status.RECRUITING,
    "active": Status.ACTIVE,
    "completed": Status.COMPLETED,
    "withdrawn": Status.WITHDRAWN,
    "paused": Status.SUSPENDED,
    "closed": Status.COMPLETED,
}


def number_of(study: Study) -> str:
    """Return the number under which a study is listed: its first registry's, else its id."""
    return study.identity.registry[0].number if study.identity.registry else study.id


def listing_of(study: Study, language: str, *, simulated: bool = False) -> Listing:
    """Return a study's listing in a language."""
    identity, ages = study.identity, ages_of(study)
    entry = identity.registry[0] if identity.registry else None
    official, plain = say(study, language, "title"), say(study, language, "patient_title")
    return Listing(
        number=number_of(study),
        study=study.id,
        language=language,
        registry=entry.name if entry else "",
        url=entry.url if entry else "",
        title=plain or official,
        official_title=official if plain else "",
        summary=say(study, language, "registry", entry.number, "overview") if entry else "",
        conditions=tuple(filter(None, (say(study, language, "condition"),))),
        interventions=tuple(label(study, "arms", arm.id, language) for arm in identity.arms),
        phase=say(study, language, "phase"),
        status=_STATUS[identity.status],
        dates=tuple(ListedDate(value=one.value, kind=one.kind, source=one.source) for one in identity.dates),
        updated=_updated(study),
        sponsor=say(study, language, "sponsor", "name"),
        sex=identity.sex,
        youngest=ages.youngest,
        oldest=ages.oldest,
        inclusion=_texts(study, language, "inclusion"),
        exclusion=_texts(study, language, "exclusion"),
        enrolment=identity.enrolment,
        contacts=_contacts(study, language),
        centres=tuple(_centre(study, site, language) for site in identity.sites),
        demonstration=say(study, language, "demonstration"),
        simulated=simulated,
    )


def _updated(study: Study) -> str:
    """Return the day of the amendment that made the version in force; of a first version no day is known."""
    made = {amendment.version: amendment.date for amendment in study.identity.amendments}
    return made.get(study.version, "")


def _texts(study: Study, language: str, kind: str) -> tuple[str, ...]:
    """Return the criteria of a kind, word for word."""
    return tuple(
        say(study, language, "criteria", criterion.id, "text")
        for criterion in study.eligibility
        if criterion.kind == kind
    )


def _contacts(study: Study, language: str) -> tuple[ListedContact, ...]:
    contact = study.identity.contact
    if contact is None:
        return ()
    return (
        ListedContact(
            name=say(study, language, "contact", "name"),
            organisation=say(study, language, "contact", "organisation"),
            phone=contact.phone,
            email=contact.email,
        ),
    )


def _centre(study: Study, site: Site, language: str) -> ListedCentre:
    centre = ListedCentre(
        site=site.id,
        name=say(study, language, "sites", site.id, "name"),
        city=say(study, language, "sites", site.id, "city"),
        country=say(study, language, "sites", site.id, "country"),
        address=say(study, language, "sites", site.id, "address"),
        status=_STATUS[site.status],
        assumed=site.assumed,
        reason=say(study, language, "sites", site.id, "reason"),
    )
    return located(centre)
