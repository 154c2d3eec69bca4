"""The words about a study that anybody may read: approved by a named person, or in a demonstration the draft."""

from __future__ import annotations

from dataclasses import dataclass, replace

from equipoise.core import canonical
from equipoise.recruit.plain.drafts import paragraphs_from
from equipoise.recruit.plain.overview import Overview, Paragraphs
from equipoise.recruit.plain.sources import sources_of
from equipoise.server.recruit.models import WordsDecision, WordsVersion
from equipoise.study.model.study import Study


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the words of a language stand: what was written last, and what was decided last."""

    newest: WordsVersion | None
    decision: WordsDecision | None
    holds: bool  # whether the approval's sources still say what they said

    @property
    def approved(self) -> WordsDecision | None:
        """The approval in force, if there is one."""
        return self.decision if self.decision is not None and self.decision.approves and self.holds else None

    @property
    def is_outdated(self) -> bool:
        """Whether words were approved, and the study says something else now."""
        return self.decision is not None and self.decision.approves and not self.holds

    @property
    def waits(self) -> bool:
        """Whether the newest words wait for somebody who approves them."""
        return self.newest is not None and (self.decision is None or self.decision.version_id != self.newest.pk)


def overview_of(study_id: str, study: Study, language: str) -> Overview | None:
    """Return a study's overview in a language as patients may read it; None if there is none yet.

    An approval holds for what the sources said when it was given: if an amendment changes one of them, the words are
    not shown until somebody has looked at them again.
    """
    standing = standing_of(study_id, study, language)
    approved = standing.approved
    if approved is not None:
        overview = overview_in(approved.version)
        return replace(overview, checked_by=approved.name, checked_on=approved.at[:10])
    taken_back = standing.decision is not None and not standing.waits
    # A demonstration shows how a draft is labelled; nowhere else does anybody read one.
    if standing.newest is not None and study.identity.demonstration and not taken_back:
        return overview_in(standing.newest)
    return None


def standing_of(study_id: str, study: Study, language: str) -> Standing:
    """Return where the words of a language stand."""
    decision = last_decision(study_id, language)
    holds = True
    if decision is not None and decision.approves:
        paths = [path for sentence in overview_in(decision.version).sentences for path in sentence.sources]
        holds = sources_of(study, language).hash_of(paths) == decision.sources
    return Standing(newest_version(study_id, language), decision, holds)


def newest_version(study_id: str, language: str, *, lock: bool = False) -> WordsVersion | None:
    """Return the version that was written last."""
    found = WordsVersion.objects.filter(study=study_id, language=language).order_by("-number")
    return (found.select_for_update() if lock else found).first()


def last_decision(study_id: str, language: str) -> WordsDecision | None:
    """Return what was decided last."""
    found = WordsDecision.objects.filter(version__study=study_id, version__language=language)
    return found.select_related("version").order_by("-id").first()


def overview_in(version: WordsVersion) -> Overview:
    """Return the words that a version keeps."""
    paragraphs = paragraphs_from(canonical.loads(version.paragraphs.encode()))
    kept: Paragraphs = () if isinstance(paragraphs, str) else paragraphs
    return Overview(
        version.language, kept, version.author, version.model, drafted_on=version.drafted_on, writer=version.writer
    )
