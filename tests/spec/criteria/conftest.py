"""What the spec tests say: a rule holds for some facts, is refused, is said back, or is helped on.

A fact is written as in a table (`<20`, `1985-06`, `unknown`), with what is known of it behind: `on 2026-03-02`,
`at week 12`, `(stated)` by the patient, `(assumed)`. A list is a series. The same form is printed in the manual.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.core.dates import PartialDate
from equipoise.core.problem import ProblemsError
from equipoise.core.words import say
from equipoise.criteria.explain import explain
from equipoise.criteria.facts import Facts, Kind, Observation, Provenance, VariableType, parse_cell
from equipoise.criteria.language import parse_rule
from equipoise.criteria.truth import Standard, Truth
from equipoise.criteria.wording import in_words

REFERENCE = runpy.run_path(str(Path(__file__).parents[2] / "criteria" / "reference_rules.py"))
CODEBOOK: dict[str, VariableType] = {
    **REFERENCE["CODEBOOK"],
    "reversion.confirmed": VariableType("reversion.confirmed", Kind.YES_NO),
    "alt": VariableType("alt", Kind.LABORATORY, "U/L"),
    "comment": VariableType("comment", Kind.TEXT),
    "fit": VariableType("fit", Kind.YES_NO, rule='hbeag == "negative" and bmi <= 28'),
}
_FACT = re.compile(
    r"(?P<text>.*?)(?: at (?P<visit>[a-z]+ ?\d*))?(?: on (?P<on>[\d-]+))?(?: \((?P<by>stated|assumed)\))?"
)
_BY = {"stated": Provenance.PATIENT_STATED, "assumed": Provenance.ASSUMED_ABSENT}

Written = Mapping[str, str | list[str]]


def _observation(name: str, written: str) -> Observation:
    found = _FACT.fullmatch(written)
    assert found is not None
    on = PartialDate.parse(found["on"]) if found["on"] else None
    read = parse_cell(CODEBOOK[name], found["text"], on=on, visit=found["visit"])
    assert isinstance(read, Observation), read
    return replace(read, provenance=_BY[found["by"]]) if found["by"] else read


def _facts(written: Written) -> Facts:
    return {
        name: tuple(_observation(name, one) for one in (cells if isinstance(cells, list) else [cells]))
        for name, cells in written.items()
    }


@pytest.fixture
def holds() -> Callable[..., None]:
    """Check a rule's truth for each line of facts."""

    def check(rule: str, lines: list[tuple[Written, str]], *, standard: str = "documented") -> None:
        read = parse_rule(rule, CODEBOOK, needs=Kind.YES_NO)
        for written, expected in lines:
            found = explain(read, _facts(written), standard=Standard(standard))
            assert found.truth is Truth(expected), (rule, written, found.lines())

    return check


@pytest.fixture
def refused() -> Callable[[str, int, str], None]:
    """Check that a rule is refused at a column, with words that contain some."""

    def check(rule: str, column: int, words: str) -> None:
        with pytest.raises(ProblemsError) as raised:
            parse_rule(rule, CODEBOOK, needs=Kind.YES_NO)
        said = [(p.place.column if p.place else None, say(p, "en")) for p in raised.value.problems]
        assert any(at == column and words in sentence for at, sentence in said), said

    return check


@pytest.fixture
def said() -> Callable[[str, str, str], None]:
    """Check the sentence that a rule is said back in."""
    labels = {"hbsag": "HBsAg", "hbv_dna": "HBV DNA", "hbeag": "HBeAg", "age": "age", "bmi": "BMI",
              "consent_date": "the day of consent", "first_documented_positive": "the first documented positive"}  # fmt: skip
    chinese = {"hbsag": "HBsAg", "hbv_dna": "HBV DNA", "hbeag": "HBeAg", "age": "年龄", "bmi": "BMI",
               "consent_date": "知情同意日", "first_documented_positive": "首次有记录阳性日"}  # fmt: skip

    def check(rule: str, english: str, hans: str) -> None:
        read = parse_rule(rule, CODEBOOK)
        assert in_words(read, "en", labels) == english
        assert in_words(read, "zh-hans", chinese) == hans

    return check


@pytest.fixture
def helped() -> Callable[..., None]:
    """Check what would settle a rule, or would change it where another truth is wanted."""

    def check(rule: str, written: Written, help_: list[str], *, wanted: str | None = None) -> None:
        read = parse_rule(rule, CODEBOOK, needs=Kind.YES_NO)
        found = explain(read, _facts(written), wanted=Truth(wanted) if wanted else None).as_json("en")
        assert [remedy["words"] for remedy in found["remedies"]] == help_

    return check
