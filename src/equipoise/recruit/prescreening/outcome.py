"""What the answers come to, criterion by criterion, in a patient's words, and what would change it.

Never a promise: the study team decides from documents. What is left to judgement is left to the team, what was not
asked or not answered stays open, and a "does not fit" holds for today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from equipoise.criteria.truth import Standard
from equipoise.criteria.verdict import CriterionResult, CriterionRule, Sort, Status, assess
from equipoise.recruit.prescreening.answers import Answers, in_words
from equipoise.recruit.prescreening.helping import Situation, changes, found_values, needs
from equipoise.recruit.prescreening.sheet import Sheet


class Verdict(StrEnum):
    """What a patient is told."""

    MAY_FIT = "may_fit"
    CANNOT_TELL = "cannot_tell"
    DOES_NOT_FIT = "does_not_fit"


class Standing(StrEnum):
    """How a person stands to a criterion, as a patient is told."""

    FITS = "fits"
    DOES_NOT_FIT = "does_not_fit"
    OPEN = "open"
    FOR_THE_TEAM = "for_the_team"
    NOT_LOOKED_AT = "not_looked_at"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it is shown: its variable, what that is called, and the answer in words."""

    name: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion: how the person stands to it, what they said about it, what it needs or what would change it."""

    id: str
    sort: Sort
    standing: Standing
    plain: str
    text: str
    said: tuple[Said, ...] = ()
    values: tuple[str, ...] = ()  # what was worked out from the answers, such as the body mass index
    helps: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()  # the same without the answers that are missing, which stand beside it on paper
    contradiction: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict with its criteria. `needs` are what the team has to find out, each thing once."""

    verdict: Verdict
    lines: tuple[Line, ...]
    needs: tuple[str, ...]
    unread: tuple[tuple[Sort | None, str], ...]  # criteria that only a person can go through
    not_looked_at: int

    def standing(self, *standings: Standing) -> tuple[Line, ...]:
        """Return the criteria to which the person stands so."""
        return tuple(line for line in self.lines if line.standing in standings)

    @property
    def against(self) -> tuple[Line, ...]:
        """The criteria that the person does not meet today."""
        return self.standing(Standing.DOES_NOT_FIT)

    @property
    def fitting(self) -> tuple[Line, ...]:
        """The criteria that the person meets, as far as they said."""
        return self.standing(Standing.FITS)

    @property
    def open(self) -> tuple[Line, ...]:
        """The criteria about which more is needed."""
        return self.standing(Standing.OPEN)

    @property
    def judged(self) -> tuple[Line, ...]:
        """The criteria that the team judges."""
        return self.standing(Standing.FOR_THE_TEAM)

    @property
    def skipped(self) -> tuple[Line, ...]:
        """The criteria that nobody looked at, because the matter was settled before."""
        return self.standing(Standing.NOT_LOOKED_AT)


def outcome_of(sheet: Sheet, answers: Answers, today: date, language: str) -> Outcome:
    """Return what a person's answers come to."""
    facts = answers.facts(sheet, today)
    assessment = assess(sheet.criteria, facts, standard=Standard.STATED)
    settled = any(result.status is Status.FAIL for result in assessment.criteria.values())
    at = Situation(sheet, facts, today, language)
    lines = tuple(_line(at, answers, rule, assessment.criteria[rule.id], settled=settled) for rule in sheet.criteria)
    unread = sheet.unread
    if settled:
        verdict = Verdict.DOES_NOT_FIT
    elif unread or any(line.standing is Standing.OPEN for line in lines) or not sheet.criteria:
        verdict = Verdict.CANNOT_TELL
    else:
        verdict = Verdict.MAY_FIT
    needed = dict.fromkeys(each for line in lines if line.standing is Standing.OPEN for each in line.helps)
    skipped = sum(line.standing is Standing.NOT_LOOKED_AT for line in lines)
    return Outcome(verdict, lines, tuple(needed), unread, skipped)


def _line(at: Situation, answers: Answers, rule: CriterionRule, result: CriterionResult, *, settled: bool) -> Line:
    sheet, language = at.sheet, at.language
    standing = _standing(result.status, rule, answers, settled=settled)
    said = tuple(
        Said(name, sheet.label(name, language), in_words(sheet, name, answers.given[name], language))
        for name in rule.rule.variables
        if name in answers
    )
    helps: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    if standing is Standing.DOES_NOT_FIT:
        helps = advice = changes(at, rule, result)
    elif standing is Standing.OPEN:
        helps, advice = needs(at, result), needs(at, result, beyond_answers=True)
    values = found_values(at, rule) if said else ()
    plain, text = sheet.plain(rule.id, language), sheet.text(rule.id, language)
    return Line(rule.id, rule.kind, standing, plain, text, said, values, helps, advice, result.contradiction)


def _standing(status: Status, rule: CriterionRule, answers: Answers, *, settled: bool) -> Standing:
    match status:
        case Status.PASS:
            return Standing.FITS
        case Status.FAIL:
            return Standing.DOES_NOT_FIT
        case Status.JUDGEMENT:
            return Standing.FOR_THE_TEAM
        case _:
            # Once the matter is settled no more is asked: what got no answer was not looked at.
            looked = any(name in answers for name in rule.rule.variables)
            return Standing.NOT_LOOKED_AT if settled and not looked else Standing.OPEN
