"""The steps from an enquiry to the allocation, and the questions that people ask."""

from __future__ import annotations

from equipoise.core.words import text
from equipoise.recruit.page.facts import ROOM
from equipoise.recruit.page.model import FaqShown, TakingPart
from equipoise.recruit.page.taking_part import paragraphs
from equipoise.study.model.study import Study
from equipoise.study.words import say

# The five questions of the reference study's public listing, answered for any study.
QUESTIONS = ("what", "why", "how-long", "paid", "safe")
_STEPS = ("message", "answer", "talk", "check", "chance", "start")
_STEPS_OF_OTHERS = ("ask", "talk", "check", "start")  # whether chance decides is not known of a listing


def steps(study: Study | None, language: str) -> tuple[tuple[str, str], ...]:
    """Return the steps, each its name and what happens."""
    names = _STEPS if study is not None else _STEPS_OF_OTHERS
    return tuple(
        (text(ROOM, f"steps.{name}.name", language), text(ROOM, f"steps.{name}.what", language)) for name in names
    )


def faqs(part: TakingPart | None, language: str) -> tuple[FaqShown, ...]:
    """Return the five questions, with what is known of this study where that answers them."""
    return tuple(
        FaqShown(
            name,
            text(ROOM, f"faqs.{name}.question", language),
            (*paragraphs(text(ROOM, f"faqs.{name}.answer", language)), *_here(name, part, language)),
        )
        for name in QUESTIONS
    )


def _here(name: str, part: TakingPart | None, language: str) -> tuple[str, ...]:
    """Return what is known of this study: how long, and who pays."""
    known = {"how-long": part.length if part else "", "paid": part.costs if part else ""}
    if name not in known:
        return ()
    said = known[name] or text(ROOM, "not-said" if part is None else "not-said-here", language)
    return (text(ROOM, "in-this-study", language, said=said),)


def own_faqs(study: Study, language: str) -> tuple[FaqShown, ...]:
    """Return the study's own questions."""
    return tuple(
        FaqShown(
            faq.id,
            say(study, language, "faqs", faq.id, "question"),
            paragraphs(say(study, language, "faqs", faq.id, "answer")),
            faq.source,
            (say(study, language, "faqs", faq.id, "reason") or faq.reason) if faq.assumed else "",
        )
        for faq in study.identity.faqs
    )
