"""What a study asks a patient and judges by: from its folder, or as little as a registry's listing states as data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date

from equipoise.core.dates import PartialDate
from equipoise.core.words import text as words
from equipoise.criteria.engines.in_memory import Person, truth_of
from equipoise.criteria.facts import Codebook, Facts, Kind, Observation, Provenance, VariableType
from equipoise.criteria.language import parse_rule
from equipoise.criteria.nodes import Ref, YearsBetween
from equipoise.criteria.truth import Standard
from equipoise.criteria.verdict import CriterionRule, Sort, Status, status_of
from equipoise.plan.questions import next_question, questions_left, questions_of
from equipoise.study.listing import Listing
from equipoise.study.model.codebook import Code, Variable
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of
from equipoise.study.words import code_label, label, labels_of, say

ROOM = "recruit.prescreening"
_SAID_UNITS = frozenset({"year", "day", "week", "kg", "lb", "jin", "cm", "m", "ft", "in"})
_BORN, _DAY, _SEX = "birth_date", "consent_date", "sex"


class Sheet(ABC):
    """The questions, the criteria and their words."""

    asked: Mapping[str, Variable]  # the questions' variables, in order
    aged: frozenset[str]  # the dates from which only an age is counted: an age will do
    criteria: tuple[CriterionRule, ...]
    anchor: str  # the date variable that today stands in for

    def given(self, today: date) -> Facts:
        """Return what is known without asking: today stands in for the day of consent."""
        return {self.anchor: (Observation(PartialDate.of(today), Provenance.PATIENT_STATED),)}

    @property
    def variables(self) -> Mapping[str, Variable]:
        """Every variable that a laboratory slip may show; those that are asked, unless the study says more."""
        return self.asked

    @abstractmethod
    def next(self, facts: Facts) -> str | None:
        """Return the question to ask next; None where the matter is settled, or no answer can settle more."""

    @abstractmethod
    def left(self, facts: Facts) -> tuple[str, ...]:
        """Return every question that may still be asked, whatever is answered."""

    @abstractmethod
    def ask(self, name: str, language: str) -> str:
        """Return a question's words."""

    @abstractmethod
    def why(self, name: str, language: str) -> str:
        """Say why it is asked; "" where nobody wrote it."""

    @abstractmethod
    def label(self, name: str, language: str) -> str:
        """Return what a variable is called."""

    @abstractmethod
    def code(self, name: str, value: str, language: str) -> str:
        """Return what a code of a variable is called."""

    @abstractmethod
    def plain(self, criterion: str, language: str) -> str:
        """Return a criterion in plain words."""

    @abstractmethod
    def text(self, criterion: str, language: str) -> str:
        """Return a criterion word for word."""

    @property
    @abstractmethod
    def unread(self) -> tuple[tuple[Sort | None, str], ...]:
        """The criteria that nobody wrote as rules: to be gone through with a doctor."""

    @abstractmethod
    def labels(self, language: str) -> Mapping[str, str]:
        """Return what rules call things."""

    def choices(self, name: str, language: str) -> tuple[tuple[str, str], ...]:
        """Return the codes that may be answered with their words; none where the answer is written."""
        variable = self.asked[name]
        codes = ("yes", "no") if variable.kind == "yes_no" else tuple(code.value for code in variable.codes)
        return tuple((code, self.code(name, code, language)) for code in codes)

    def unit(self, unit: str, language: str) -> str:
        """Return a unit as people say it."""
        return words(ROOM, f"units.{unit}", language) if unit in _SAID_UNITS else unit


def statuses_of(sheet: Sheet, facts: Facts) -> dict[str, Status]:
    """Return how a person stands to each criterion, by what they said."""
    person = Person(facts, Standard.STATED)
    return {one.id: status_of(one.kind, truth_of(one.rule.node, person)) for one in sheet.criteria}


class StudySheet(Sheet):
    """The questions and rules of a study that this site carries."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.asked = {question.name: question.variable for question in questions_of(study)}
        self.criteria = rules_of(study).criteria
        self.anchor = study.identity.allocation.anchor
        self.aged = self._aged()

    def _aged(self) -> frozenset[str]:
        nodes = [rule.node for rule in rules_of(self.study).derived.values()]
        return frozenset(
            node.start.variable.name
            for node in nodes
            if isinstance(node, YearsBetween) and isinstance(node.start, Ref) and node.start.variable.name in self.asked
        )

    @property
    def variables(self) -> Mapping[str, Variable]:
        """The whole codebook: a slip may show what is not asked."""
        return self.study.variables

    def next(self, facts: Facts) -> str | None:
        """Return the plan's next best question."""
        question = next_question(self.study, facts)
        return question.name if question is not None else None

    def left(self, facts: Facts) -> tuple[str, ...]:
        """Return every question that may still be asked."""
        return tuple(question.name for question in questions_left(self.study, facts))

    def ask(self, name: str, language: str) -> str:
        """Return the study's own question."""
        return say(self.study, language, "variables", name, "ask")

    def why(self, name: str, language: str) -> str:
        """Return the study's own reason."""
        return say(self.study, language, "variables", name, "why")

    def label(self, name: str, language: str) -> str:
        """Return the codebook's label."""
        return label(self.study, "variables", name, language)

    def code(self, name: str, value: str, language: str) -> str:
        """Return the codebook's label of a code; yes and no are common words."""
        if value in ("yes", "no") and not self.study.variables[name].codes:
            return words(ROOM, f"answers.{value}", language)
        return code_label(self.study, name, value, language)

    def plain(self, criterion: str, language: str) -> str:
        """Return the study's plain words, else the criterion word for word."""
        return say(self.study, language, "criteria", criterion, "plain") or self.text(criterion, language)

    def text(self, criterion: str, language: str) -> str:
        """Return the registry's words."""
        return say(self.study, language, "criteria", criterion, "text")

    @property
    def unread(self) -> tuple[tuple[Sort | None, str], ...]:
        """None: every criterion of a study folder is a rule."""
        return ()

    def labels(self, language: str) -> Mapping[str, str]:
        """Return what the study calls things."""
        return labels_of(self.study, language)


class ListingSheet(Sheet):
    """What a registry states as data: the ages and the sex. All other criteria are text that nobody made a rule of."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.anchor = _DAY
        rules = dict(self._rules())
        codebook: Codebook = {
            _BORN: VariableType(_BORN, Kind.DATE),
            _DAY: VariableType(_DAY, Kind.DATE),
            _SEX: VariableType(_SEX, Kind.CODE, codes=("female", "male")),
        }
        self.criteria = tuple(
            CriterionRule(name, Sort.INCLUSION, parse_rule(text, codebook)) for name, text in rules.items()
        )
        born = Variable(name=_BORN, label=_BORN, kind="date", personal=True)
        codes = tuple(Code(value=value, label=value) for value in ("female", "male"))
        sex = Variable(name=_SEX, label=_SEX, kind="code", codes=codes)
        needed = {name for one in self.criteria for name in one.rule.variables}
        self.asked = {variable.name: variable for variable in (born, sex) if variable.name in needed}
        self.aged = frozenset({_BORN})

    def _rules(self) -> list[tuple[str, str]]:
        listing, found = self.listing, []
        if listing.youngest is not None:
            found.append(("youngest", f"{_BORN} + {int(listing.youngest * 12)} * months <= {_DAY}"))
        if listing.oldest is not None:
            # Whole years count until the next birthday; a limit in months, to the month.
            whole = listing.oldest == int(listing.oldest)
            months = int(listing.oldest * 12) + (12 if whole else 1)
            found.append(("oldest", f"{_BORN} + {months} * months > {_DAY}"))
        if listing.sex != "all":
            found.append(("sex", f'{_SEX} == "{listing.sex}"'))
        return found

    def next(self, facts: Facts) -> str | None:
        """Return the first question without an answer, until one settles the matter."""
        return next(iter(self.left(facts)), None)

    def left(self, facts: Facts) -> tuple[str, ...]:
        """Return the questions without an answer; none once a limit is not met."""
        if Status.FAIL in statuses_of(self, facts).values():
            return ()
        return tuple(name for name in self.asked if name not in facts)

    def ask(self, name: str, language: str) -> str:
        """Return the question's words."""
        return words(ROOM, f"listing.{name}.ask", language)

    def why(self, name: str, language: str) -> str:
        """Say why it is asked."""
        return words(ROOM, f"listing.{name}.why", language)

    def label(self, name: str, language: str) -> str:
        """Return what a variable is called."""
        return words(ROOM, f"listing.{name}.label", language)

    def code(self, name: str, value: str, language: str) -> str:
        """Return what a code is called."""
        return words(ROOM, f"listing.{name}.{value}", language)

    def plain(self, criterion: str, language: str) -> str:
        """Return the registry's limit in words."""
        if criterion == "sex":
            return words(ROOM, f"listing.sex.only-{self.listing.sex}", language)
        limit = self.listing.youngest if criterion == "youngest" else self.listing.oldest
        years = limit or 0
        unit, number = ("years", int(years)) if years == int(years) else ("months", int(years * 12))
        return words(ROOM, f"listing.{criterion}.{unit}", language, n=number)

    def text(self, criterion: str, language: str) -> str:
        """Return the same: it is data of the registry, and no text."""
        return self.plain(criterion, language)

    @property
    def unread(self) -> tuple[tuple[Sort | None, str], ...]:
        """The registry's criteria as the listing has them."""
        listing = self.listing
        found: list[tuple[Sort | None, str]] = [(Sort.INCLUSION, each) for each in listing.inclusion]
        found += [(Sort.EXCLUSION, each) for each in listing.exclusion]
        return tuple(found) or (((None, listing.criteria),) if listing.criteria else ())

    def labels(self, language: str) -> Mapping[str, str]:
        """Return what rules call things."""
        return {name: self.label(name, language) for name in self.asked}
