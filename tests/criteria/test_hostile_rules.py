"""Hostile rules get a Problem, and soon: nothing is run, nothing escapes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_rules import CODEBOOK

from equipoise.core.problem import ProblemsError
from equipoise.core.words import say
from equipoise.criteria.facts import Kind, VariableType
from equipoise.criteria.language import parse_rule

HOSTILE = [
    "(" * 1_000_000, "(" * 900 + "weight" + ")" * 900, "[" * 1000, "weight > " + "9" * 5000, "weight > " + "9" * 1900,
    "9 ** 9 ** 9 > weight", "weight ** 1000000 > 1", "weight > 1e999", "weight > 0x10", "weight > 1_000", "weight > 1j",
    "not " * 490 + "malignancy", "-" * 1900 + "weight > 1", "weight" + ".a" * 900, "weight" + "+1" * 900 + " > 1",
    "weight < " * 200 + "x", "~weight > 1", "weight if malignancy else height", "weight @ height > 1",
    "weight.__class__.__mro__", "__import__('os').system('true')", "malignancy.__init__", "().__class__", "open('x')",
    "[x for x in weight]", "(x for x in weight)", "{x: x for x in weight}", "lambda: weight", 'f"{weight}"', "b'x' == hbeag",
    "(weight := 3) > 2", "*weight", "weight, height", "known(*weight)", "known(**weight)", "known(x=weight)", "weight[0] > 1",
    "await weight", "yield weight", "weight; height", "import os", "weight > 1\nheight > 2", "weight > 1 # and height > 2",
    "1) or (weight > 2", "malignancy \\", "malignancy\x00", "malignancy\x1b", "\ud800", "ａｇｅ > 1", "weight > 1\u2028", "'", '"""',
    "", " \n\t ", "weight > ...", "None", "True", "weight is None", "weight in hbeag", "hbeag in ()", "weight % 2 > 1",
    "weight // 2 > 1", "weight << 2 > 1", "consent_date + 99999999 * years > birth_date", "months > 1", "weight / 0 > 1",
    "6 * months", "birth_date - consent_date", '"yes"', "count(weight)", "any_of(bmi > 1)", "any_of(any_of(weight > 1))",
    "any_of(weight.last > 1)", "hbsag.at(weight) > 1", "hbsag.at() > 1", "hbsag.last() > 1", "bmi.last > 1", "(1).real > 1",
    "count(willing_and_compliant) > 1", "years_between(1, 2) > 1", "known()", "known('x')", "1 < 2", "hbeag == hbsag",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_a_hostile_rule_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        parse_rule(text, CODEBOOK, needs=Kind.YES_NO)
    for problem in raised.value.problems:
        assert problem.place is not None
        assert problem.place.column is not None
        assert len(say(problem, "en")) < 600
        assert say(problem, "zh-hans")


_words = st.sampled_from(
    [*list(CODEBOOK)[:8], "and", "or", "not", "in", "(", ")", "[", ",", "<", "==", "+", "**", "*", "-", ".", "last", "months",
     "6", "0.05", '"negative"', "known", "any_of", "years_between", "lambda", ":", "if", "else", "None", "\n", "é", "{", "}"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_words, max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_rule_or_has_problems(text: str) -> None:
    try:
        said = [parse_rule(text, CODEBOOK).text]
    except ProblemsError as error:
        said = [say(problem, "en") for problem in error.problems]
    assert said


def test_lines_and_columns_are_those_of_the_text() -> None:
    with pytest.raises(ProblemsError) as raised:
        parse_rule('malignancy and\n  "é" == hbeag and\n  wieght > 1', CODEBOOK)
    assert [(p.place.line, p.place.column) for p in raised.value.problems if p.place] == [(2, 3), (3, 3)]


def derived(**rules: str) -> dict[str, VariableType]:
    made = {name: VariableType(name, Kind.NUMBER, rule=rule) for name, rule in rules.items()}
    return {**CODEBOOK, **made}


def codes_of(text: str, codebook: dict[str, VariableType]) -> list[str]:
    with pytest.raises(ProblemsError) as raised:
        parse_rule(text, codebook)
    return [problem.code for problem in raised.value.problems]


def test_derived_variables_cannot_rest_on_themselves() -> None:
    assert codes_of("a > 1", derived(a="b + 1", b="c * 2", c="a - 1")) == ["criteria.cycle"]
    assert codes_of("a > 1", derived(a="a")) == ["criteria.cycle"]


def test_a_derived_variable_with_faults_is_named() -> None:
    assert codes_of("a > 1", derived(a="hbeag + 1")) == ["criteria.derived-rule"]
    assert codes_of("a > 1", derived(a="malignancy")) == ["criteria.derived-rule"]


def test_derived_variables_cannot_grow_without_end() -> None:
    rules = {f"v{i}": f"v{i + 1} + v{i + 1}" for i in range(60)} | {"v60": "weight"}
    assert codes_of("v0 > 1", derived(**rules)) in (["criteria.too-large"], ["criteria.derived-rule"])
