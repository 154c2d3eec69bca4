"""Writes an overview from a study's own definition, by rule and without a model: "written automatically"."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core import words
from equipoise.recruit.plain.checker import check_overview
from equipoise.recruit.plain.facts import ROOM, about, chance_of, length_in_days, visits_of
from equipoise.recruit.plain.overview import Overview, Paragraphs, Sentence
from equipoise.recruit.plain.reading_level import level_of
from equipoise.recruit.plain.sources import Sources, sources_of, sources_of_listing
from equipoise.recruit.plain.splitting import is_chinese, sentences_of
from equipoise.study.listing import Listing, Status
from equipoise.study.model.study import Study
from equipoise.study.words import label, say

_OVER = ("completed", "withdrawn")


def write_overview(study: Study, language: str, *, on: str = "") -> Overview:
    """Return the overview of a study as its definition gives it; `on` is the day of writing."""
    paragraphs = tuple(filter(None, (tuple(part) for part in _Writer(study, language).paragraphs())))
    return _made(language, paragraphs, sources_of(study, language), on)


def write_overview_of_listing(listing: Listing, language: str, *, on: str = "") -> Overview:
    """Return the overview of a study that stands in a registry alone."""
    return _made(language, (tuple(_of_listing(listing, language)),), sources_of_listing(listing), on)


def _made(language: str, paragraphs: Paragraphs, sources: Sources, on: str) -> Overview:
    """Leave out what no patient may read, and then the hardest sentences until the text is easy enough."""
    kept = [[one for one in part if not _is_refused(one, language, sources)] for part in paragraphs]
    while True:
        overview = Overview(language, tuple(map(tuple, filter(None, kept))), "automatic", drafted_on=on)
        if len(overview.sentences) <= 1 or level_of(overview.plain_text, language).is_within:
            return overview
        hardest = max(overview.sentences, key=lambda one: level_of(one.text, language).value)
        for part in kept:
            if hardest in part:
                part.remove(hardest)


def _is_refused(sentence: Sentence, language: str, sources: Sources) -> bool:
    found = check_overview(Overview(language, ((sentence,),), "automatic"), sources)
    # The level is that of the whole text; one sentence may name a hard thing in letters of another script.
    of_the_whole = ("reading-level", "other-language")
    return any(not problem.code.removeprefix("recruit.plain.").startswith(of_the_whole) for problem in found)


class _Writer:
    """Writes one study in one language."""

    def __init__(self, study: Study, language: str) -> None:
        self.study, self.language = study, language
        self.tense = "over" if study.identity.status in _OVER else "going"

    def paragraphs(self) -> Iterator[Iterator[Sentence]]:
        yield self.what()
        yield self.how()
        yield self.who()

    def say(self, key: str, *sources: str, **params: object) -> Sentence:
        return Sentence(_say(key, self.language, **params), sources)

    def what(self) -> Iterator[Sentence]:
        study, condition = self.study, say(self.study, self.language, "condition")
        if condition:
            yield self.say("about", "condition", condition=condition)
        if len(study.arms) == 1:
            yield self.say(f"one-group.{self.tense}", "facts.groups")
        else:
            yield self.say(f"compares.{self.tense}", "facts.groups", count=len(study.arms))
        for place, arm in enumerate(study.arms):
            called = label(study, "arms", arm, self.language)
            yield self.say("next" if place else "first", f"arms.{arm}.label", arm=called)
            said = sentences_of(say(study, self.language, "arms", arm, "description"), self.language)
            for number, text in enumerate(said, 1):
                yield Sentence(_ended(text, self.language), (f"arms.{arm}.description#{number}",))

    def how(self) -> Iterator[Sentence]:
        study, tense = self.study, self.tense
        chances = {arm: chance_of(study, arm) for arm in study.arms}
        paths = [f"facts.chance.{arm}" for arm in chances]
        if len(chances) > 1:
            yield self.say(f"by-chance.{tense}", *paths[:6])
            if len(set(chances.values())) == 1:
                yield self.say(f"same-chance.{tense}", *paths[:6], many=len(chances))
            else:
                for arm, chance in chances.items():
                    called = label(study, "arms", arm, self.language)
                    params = {"arm": called, "few": chance.numerator, "many": chance.denominator}
                    yield self.say(f"chance.{tense}", f"facts.chance.{arm}", f"arms.{arm}.label", **params)
            yield self.say(f"blinding.{tense}.{study.identity.blinding}", "facts.blinding")
        yield from self.visits()
        days = length_in_days(study)
        if days and days % 7 == 0:
            yield self.say(f"length.{tense}", "facts.length", weeks=about(days, 7))

    def visits(self) -> Iterator[Sentence]:
        counts = {arm: len(visits_of(self.study, arm)) for arm in self.study.arms}
        if len(set(counts.values())) == 1:
            paths = [f"facts.visits.{arm}" for arm in counts]
            yield self.say(f"visits.{self.tense}", *paths[:6], count=next(iter(counts.values())))
            return
        for arm, count in counts.items():
            called = label(self.study, "arms", arm, self.language)
            yield self.say(
                f"visits-in.{self.tense}", f"facts.visits.{arm}", f"arms.{arm}.label", arm=called, count=count
            )

    def who(self) -> Iterator[Sentence]:
        identity = self.study.identity
        yield self.say(f"people.{self.tense}", "facts.people", count=identity.enrolment)
        if len(identity.sites) > 1:
            yield self.say(f"centres.{self.tense}", "facts.centres", count=len(identity.sites))
        if self.tense == "going":
            yield self.say(f"sex.{identity.sex}", "facts.sex")
        if not identity.demonstration:  # nobody joins a demonstration, whatever its status says
            yield self.say(f"status.{identity.status}", "facts.status")


def _of_listing(listing: Listing, language: str) -> Iterator[Sentence]:
    def said(key: str, *sources: str, **params: object) -> Sentence:
        return Sentence(_say(key, language, **params), sources)

    over = listing.status in (Status.COMPLETED, Status.TERMINATED, Status.WITHDRAWN)
    tense = "over" if over else "going"
    if listing.conditions:
        yield said("about", "conditions.1", condition=listing.conditions[0])
    for place, what in enumerate(listing.interventions[:4], 1):
        yield said("tries", f"interventions.{place}", what=what)
    if listing.enrolment:
        yield said(f"people.{tense}", "enrolment", count=listing.enrolment)
    if len(listing.centres) > 1:
        yield said(f"centres.{tense}", "centres", count=len(listing.centres))
    if not over:
        yield said(f"sex.{listing.sex}", "sex")
        ages = [name for name in ("youngest", "oldest") if getattr(listing, name) is not None]
        if ages:
            key = "between" if len(ages) > 1 else "from" if ages == ["youngest"] else "up-to"
            yield said(f"age.{key}", *ages, youngest=listing.youngest, oldest=listing.oldest)
    if listing.status is not Status.UNKNOWN and not listing.demonstration:
        yield said(f"status.{listing.status}", "status")
    if listing.sponsor:
        yield said("run-by", "sponsor", sponsor=listing.sponsor.rstrip("."))


def _say(key: str, language: str, **params: object) -> str:
    return words.text(ROOM, f"writer.{key}", language, **params)


def _ended(text: str, language: str) -> str:
    """Return a sentence with its full stop: a field of a study may have none."""
    if text[-1:] in ".。!！?？…":
        return text
    return text.rstrip(";；,， ") + ("。" if is_chinese(language) else ".")
