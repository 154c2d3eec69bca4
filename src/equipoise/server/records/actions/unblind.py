"""Unblind one participant: the reason goes into the history, the arm to who asked, a letter to who must know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.conduct.commands import Unblind
from equipoise.core.problem import Problem
from equipoise.server.records.actions.send_letter import send_letter
from equipoise.server.records.models import Letter
from equipoise.server.records.writing import Ahead, Asker, writing


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter to write if the unblinding happens; it names no arm, and of the person the study number alone."""

    to: str
    language: str
    subject: str
    body: str


def unblind(
    study: str, participant: str, reason: str, asker: Asker, key: str, *, notices: Iterable[Notice]
) -> str | Problem:
    """Record an unblinding and return the arm."""
    with writing(study, ahead=Ahead(key, participant)) as opened:
        done = opened.do(Unblind(participant=participant, reason=reason), asker, key)
        if isinstance(done, Problem):
            return done
        arm = opened.arm_of(participant, asker)
        # A retry with the same key finds its letters written.
        if not isinstance(arm, Problem) and not Letter.objects.filter(study=study, written_at=done[0].at).exists():
            for notice in notices:
                letter = Letter.objects.create(
                    study=study,
                    written_at=done[0].at,
                    to=notice.to,
                    language=notice.language,
                    subject=notice.subject,
                    body=notice.body,
                )
                send_letter.enqueue(letter.pk)
        return arm
