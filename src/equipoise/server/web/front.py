"""The front page: the studies of this site, for anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from equipoise.core.words import text
from equipoise.server.records.models import Study as Row
from equipoise.server.records.reading import Reading, reading_of
from equipoise.server.records.writing import Asker
from equipoise.server.web.templatetags.say import language
from equipoise.study.model.study import Study
from equipoise.study.words import say

# Nobody in particular: no right follows from it.
_ANYBODY = Asker(by="", role="")
_AGES = re.compile(r"(\d+) <= age <= (\d+)")


@dataclass(frozen=True, slots=True)
class Card:
    """A study in a few words, in one language."""

    id: str
    title: str
    status: str
    is_open: bool
    tags: tuple[str, ...]
    condition: str
    numbers: tuple[tuple[str, str], ...]  # of registries, with the address of the entry
    sponsor: str
    demonstration: str
    simulated: bool


def front(request: HttpRequest) -> HttpResponse:
    """Show the studies of this site."""
    return render(request, "front.html", {"cards": cards(language())})


def cards(spoken: str) -> list[Card]:
    """Return the published studies, in a language."""
    published = Row.objects.filter(published_seq__gt=0).order_by("study").values_list("study", flat=True)
    return [card(reading_of(study, _ANYBODY), spoken) for study in published]


def card(reading: Reading, spoken: str) -> Card:
    """Return a study's card."""
    study = reading.declared
    identity = study.identity
    return Card(
        id=study.id,
        title=say(study, spoken, "title"),
        status=text("study", f"vocabulary.status.{identity.status}", spoken),
        is_open=identity.status == "recruiting",
        tags=tuple(tag for tag in (ages(study, spoken), sex(study, spoken), say(study, spoken, "phase")) if tag),
        condition=say(study, spoken, "condition"),
        numbers=tuple((entry.number, entry.url) for entry in identity.registry),
        sponsor=say(study, spoken, "sponsor", "name"),
        demonstration=say(study, spoken, "demonstration"),
        simulated=reading.state.origin == "simulated",
    )


def ages(study: Study, spoken: str) -> str:
    """Return the ages in words if one criterion states both ends of them; else nothing."""
    for criterion in study.eligibility:
        found = _AGES.fullmatch(str(criterion.rule or ""))
        if found:
            return text("server.web", "front.ages", spoken, youngest=found[1], oldest=found[2])
    return ""


def sex(study: Study, spoken: str) -> str:
    """Return who may take part, women or men."""
    return text("study", f"vocabulary.sex.{study.identity.sex}", spoken)
