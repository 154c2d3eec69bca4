"""The public listing of a study that this site carries, from its folder."""

from __future__ import annotations

from equipoise.study.listing import ListedCentre, Listing, Status
from equipoise.study.model.study import Study
from equipoise.study.words import say

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
    identity = study.identity
    return Listing(
        number=number_of(study),
        study=study.id,
        language=language,
        title=say(study, language, "title"),
        conditions=tuple(filter(None, (say(study, language, "condition"),))),
        status=_STATUS[identity.status],
        sponsor=say(study, language, "sponsor", "name"),
        sex=identity.sex,
        centres=tuple(
            ListedCentre(
                site=site.id,
                name=say(study, language, "sites", site.id, "name"),
                city=say(study, language, "sites", site.id, "city"),
                country=say(study, language, "sites", site.id, "country"),
                status=_STATUS[site.status],
                assumed=site.assumed,
                reason=say(study, language, "sites", site.id, "reason"),
            )
            for site in identity.sites
        ),
        demonstration=say(study, language, "demonstration"),
        simulated=simulated,
    )
