"""Who can take part, in two readings."""

from __future__ import annotations

from equipoise.recruit.page.model import CriterionShown, Eligibility
from equipoise.study.listing import Listing
from equipoise.study.model.eligibility import Criterion
from equipoise.study.model.study import Study
from equipoise.study.words import say


def eligibility_of(listing: Listing, study: Study | None, language: str) -> Eligibility:
    """Return the criteria; those of a listing alone have one reading, its source's."""
    if study is not None:
        shown = [(criterion.kind, _of_study(study, criterion, language)) for criterion in study.eligibility]
        return Eligibility(
            tuple(each for kind, each in shown if kind == "inclusion"),
            tuple(each for kind, each in shown if kind == "exclusion"),
        )
    return Eligibility(
        tuple(_of_listing(f"I{place}", text) for place, text in enumerate(listing.inclusion, 1)),
        tuple(_of_listing(f"E{place}", text) for place, text in enumerate(listing.exclusion, 1)),
        "" if listing.inclusion or listing.exclusion else listing.criteria,
    )


def _of_listing(identity: str, text: str) -> CriterionShown:
    """Return a criterion of a listing: below its first line, what belongs to it."""
    first, *below = text.split("\n")
    return CriterionShown(identity, "", first, below=tuple(line.removeprefix("– ") for line in below if line.strip()))


def _of_study(study: Study, criterion: Criterion, language: str) -> CriterionShown:
    said = say(study, language, "criteria", criterion.id, "text")
    main = say(study, study.identity.language, "criteria", criterion.id, "text")
    return CriterionShown(
        id=criterion.id,
        plain=say(study, language, "criteria", criterion.id, "plain"),
        text=said,
        original=main if language != study.identity.language and said != main else "",
        by_team=criterion.judge == "investigator",
    )
