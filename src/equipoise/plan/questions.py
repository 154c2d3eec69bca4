"""The patient's questions, and which of them to ask next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from equipoise.core.dates import PartialDate
from equipoise.core.quantity import Comparator, Quantity
from equipoise.criteria.engines.in_memory import Person, evaluate, truth_of
from equipoise.criteria.facts import Facts, Kind, Observation, Provenance
from equipoise.criteria.language import Rule
from equipoise.criteria.nodes import Compare, Number, Ref
from equipoise.criteria.truth import Standard, Truth
from equipoise.criteria.verdict import CriterionRule, Status, status_of
from equipoise.plan.forms import forms_of
from equipoise.study.cached import once_a_study
from equipoise.study.model.codebook import Variable
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of
from equipoise.study.words import code_label, say

_GRID = 9
# How long ago a date may lie, in days: some months, and then a lifetime in steps.
_AGO = (91, 274, 730, 1826, 5479, 9131, 12784, 16436, 20089, 23741)


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a patient; it is not asked where `when` does not hold."""

    variable: Variable
    criteria: tuple[str, ...]
    when: Rule | None = None

    @property
    def name(self) -> str:
        """The variable that the answer gives."""
        return self.variable.name

    def ask(self, study: Study, language: str) -> str:
        """Return the question's words."""
        return say(study, language, "variables", self.name, "ask")

    def why(self, study: Study, language: str) -> str:
        """Say why it is asked."""
        return say(study, language, "variables", self.name, "why")

    def choices(self, study: Study, language: str) -> tuple[tuple[str, str], ...]:
        """Return the codes that may be answered, with their words; none where the answer is written."""
        return tuple((code.value, code_label(study, self.name, code.value, language)) for code in self.variable.codes)


@once_a_study
def questions_of(study: Study) -> tuple[Question, ...]:
    """Return the patient's questions in the order of the codebook, each after those that decide whether it is asked.

    The investigator's judgement is never asked of a patient.
    """
    rules = rules_of(study)
    items = [item for form in forms_of(study).values() for item in form.items]
    always = {item.name for item in items if item.when is None}
    gates = {item.name: item.when for item in items if item.name not in always}
    waiting = [
        Question(
            variable,
            tuple(one.id for one in rules.criteria if variable.name in one.rule.variables),
            gates.get(variable.name),
        )
        for variable in study.codebook.variables
        if variable.ask and variable.kind != "judgement"
    ]
    ordered: list[Question] = []
    while waiting:
        names = {question.name for question in waiting}
        # Conditions that wait for each other in a circle are asked in the declared order.
        free = next((one for one in waiting if not (_gates(one) - {one.name}) & names), waiting[0])
        waiting.remove(free)
        ordered.append(free)
    return tuple(ordered)


def _gates(question: Question) -> set[str]:
    return set() if question.when is None else set(question.when.variables)


def next_question(study: Study, facts: Facts) -> Question | None:
    """Return the question whose answer would settle most, or None where no answer of the patient can settle more.

    What an answer settles is the number of undecided criteria that it decides (or leaves to the investigator alone);
    an answer that fails one ends the matter, and so settles them all. Answers are taken as equally likely: nothing is
    supposed about who asks. Ties go to the order of the questions. Where no single answer settles anything (weight
    without height), the first question that bears on an undecided criterion is asked.
    """
    person = Person(facts, Standard.STATED)
    criteria = rules_of(study).criteria
    statuses = {one.id: status_of(one.kind, truth_of(one.rule.node, person)) for one in criteria}
    if Status.FAIL in statuses.values():
        return None
    undecided = tuple(one for one in criteria if statuses[one.id] is Status.UNKNOWN)
    best: Question | None = None
    most = Fraction(-1)
    for question in _open_questions(study, facts, undecided):
        gain = expected_gain(study, facts, question, undecided)
        if gain > most:
            best, most = question, gain
    return best


def questions_left(study: Study, facts: Facts) -> tuple[Question, ...]:
    """Return every question that may still be asked, whatever is answered: at most so many are to come.

    None are left once a criterion fails, for that ends the matter.
    """
    person = Person(facts, Standard.STATED)
    statuses = [(one, status_of(one.kind, truth_of(one.rule.node, person))) for one in rules_of(study).criteria]
    if any(status is Status.FAIL for _, status in statuses):
        return ()
    undecided = tuple(one for one, status in statuses if status is Status.UNKNOWN)
    return tuple(_open_questions(study, facts, undecided, gated_too=True))


def expected_gain(study: Study, facts: Facts, question: Question, undecided: tuple[CriterionRule, ...]) -> Fraction:
    """Return how many of the undecided criteria an answer settles on average, over the answers that differ."""
    bearing = tuple(one for one in undecided if question.name in one.rule.variables)
    answers = tuple(_answers(study, facts, question, bearing))
    if not answers:
        return Fraction(0)
    settled = 0
    for answer in answers:
        after = Person({**facts, question.name: (answer,)}, Standard.STATED)
        found = [status_of(one.kind, truth_of(one.rule.node, after)) for one in bearing]
        settled += len(undecided) if Status.FAIL in found else len(found) - found.count(Status.UNKNOWN)
    return Fraction(settled, len(answers))


def _open_questions(
    study: Study, facts: Facts, undecided: tuple[CriterionRule, ...], *, gated_too: bool = False
) -> Iterator[Question]:
    """Yield the questions that bear on an undecided criterion, are not answered, and may be asked by now.

    With `gated_too` also those that wait for the answer to another question.
    """
    questions = questions_of(study)
    unanswered = {question.name for question in questions if not _is_answered(facts, question.name)}
    needed = {name for one in undecided for name in one.rule.variables}
    for question in questions:
        if question.name not in unanswered or question.name not in needed:
            continue
        if question.when is not None:
            asked = evaluate(question.when, facts, standard=Standard.STATED)
            waits = not asked.is_decided and not gated_too and _gates(question) & unanswered
            if asked is Truth.FALSE or waits:
                continue
        yield question


def _is_answered(facts: Facts, name: str) -> bool:
    # Who said "I do not know" or would not say is not asked again.
    return any(one.provenance is not Provenance.NOT_ASKED for one in facts.get(name, ()))


def _answers(
    study: Study, facts: Facts, question: Question, bearing: tuple[CriterionRule, ...]
) -> Iterator[Observation]:
    """Yield answers that stand for all: each code, a number between each two thresholds, dates near and long past."""
    variable = question.variable
    match variable.kind:
        case Kind.CODE:
            values: list[str | Decimal | Quantity | PartialDate] = [code.value for code in variable.codes]
        case Kind.YES_NO:
            values = ["yes", "no"]
        case Kind.NUMBER:
            values = list(_numbers(variable, bearing))
        case Kind.LABORATORY:
            unit = variable.unit or None
            values = [Quantity(Comparator.EQUAL, number, unit) for number in _numbers(variable, bearing)]
        case Kind.DATE:
            values = list(_dates(study, facts))
        case _:
            values = []
    for value in values:
        yield Observation(value, Provenance.PATIENT_STATED)


def _numbers(variable: Variable, bearing: tuple[CriterionRule, ...]) -> list[Decimal]:
    cuts = sorted(set(_thresholds(variable.name, bearing)))
    if cuts:
        between = [(low + high) / 2 for low, high in pairwise(cuts)]
        return [cuts[0] - abs(cuts[0]) / 2 - (cuts[0] == 0), *between, cuts[-1] + abs(cuts[-1]) / 2 + (cuts[-1] == 0)]
    if variable.low is None or variable.high is None:
        return []
    step = (variable.high - variable.low) / (_GRID - 1)
    return [round(variable.low + step * index, 6) for index in range(_GRID)]


def _thresholds(name: str, bearing: tuple[CriterionRule, ...]) -> Iterator[Decimal]:
    """Yield the numbers that a variable itself is compared with."""
    for criterion in bearing:
        for node in criterion.rule.node.walk():
            if isinstance(node, Compare) and any(
                isinstance(operand, Ref) and operand.variable.name == name for operand in node.operands
            ):
                yield from (operand.value for operand in node.operands if isinstance(operand, Number))


def _dates(study: Study, facts: Facts) -> Iterator[PartialDate]:
    """Yield dates before the day that criteria count from; none while that day is unknown."""
    anchors = facts.get(study.identity.allocation.anchor, ())
    stated = [one.value.latest for one in anchors if isinstance(one.value, PartialDate)]
    if stated:
        for days in _AGO:
            if stated[-1] - date.min > timedelta(days):
                yield PartialDate.of(stated[-1] - timedelta(days))
