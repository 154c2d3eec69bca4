"""Truth with two ways of not knowing: Kleene's unknown, and a judgement that is the investigator's to give."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Truth(StrEnum):
    """A yes-or-no answer, as far as it goes."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    JUDGEMENT = "judgement"

    @property
    def is_decided(self) -> bool:
        """Whether it is true or false."""
        return self is Truth.TRUE or self is Truth.FALSE


class Standard(StrEnum):
    """What settles a question: a document alone, or (in a patient's own check) also what the patient said."""

    DOCUMENTED = "documented"
    STATED = "stated"


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return the conjunction: false before unknown before judgement before true."""
    result = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return truth
        if truth is Truth.UNKNOWN or (truth is Truth.JUDGEMENT and result is Truth.TRUE):
            result = truth
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return the disjunction: true before unknown before judgement before false."""
    result = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return truth
        if truth is Truth.UNKNOWN or (truth is Truth.JUDGEMENT and result is Truth.FALSE):
            result = truth
    return result


def negation(truth: Truth) -> Truth:
    """Return the opposite; what is not decided stays so."""
    if truth is Truth.TRUE:
        return Truth.FALSE
    return Truth.TRUE if truth is Truth.FALSE else truth
