"""The fast engine gives the verdicts of the reference engine, on generated rules and people."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_strategies import CODEBOOK, STRATEGIES, person, rule_with, truth

from equipoise.core.problem import ProblemsError
from equipoise.criteria.engines.polars import assess_frame
from equipoise.criteria.engines.table import prepare
from equipoise.criteria.explain import explain
from equipoise.criteria.facts import Facts, Kind, Observation, parse_cell
from equipoise.criteria.language import parse_rule
from equipoise.criteria.nodes import NODES, Node
from equipoise.criteria.verdict import CriterionRule, Sort, assess
from equipoise.criteria.wording import in_words

SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def facts_of(row: dict[str, str]) -> Facts:
    facts = {}
    for name, text in row.items():
        read = parse_cell(CODEBOOK[name], text)
        assert isinstance(read, Observation), read
        facts[name] = (read,)
    return facts


def read(text: str) -> CriterionRule | None:
    """Return a generated rule as a criterion; None if it has no variable after all ("1 < 2")."""
    try:
        return CriterionRule("x", Sort.INCLUSION, parse_rule(text, CODEBOOK, needs=Kind.YES_NO))
    except ProblemsError as error:
        codes = {problem.code for problem in error.problems}
        assert codes <= {"criteria.no-variable", "criteria.not-a-variable", "criteria.divide-by-zero"}, (text, codes)
        return None


def agree(rules: list[str], people: list[dict[str, str]]) -> None:
    criteria = [
        CriterionRule(f"c{i}", (Sort.INCLUSION, Sort.EXCLUSION)[i % 2], found.rule)
        for i, rule in enumerate(rules)
        if (found := read(rule)) is not None
    ]
    table = pl.DataFrame(people, schema=dict.fromkeys(people[0], pl.String))
    fast = assess_frame(criteria, prepare(table, CODEBOOK)).to_dicts()
    for row, found in zip(people, fast, strict=True):
        slow = assess(criteria, facts_of(row))
        for criterion in criteria:
            stated = slow.criteria[criterion.id]
            assert found[criterion.id] == stated.status, (criterion.rule.text, row)
        assert found["verdict"] == slow.verdict


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
@SETTINGS
@given(st.data())
def test_a_rule_with_this_node_is_decided_alike(node: type[Node], data: st.DataObject) -> None:
    rules = data.draw(st.lists(rule_with(node), min_size=1, max_size=3))
    agree(rules, data.draw(st.lists(person(), min_size=1, max_size=6)))


@SETTINGS
@given(st.lists(truth(3), min_size=1, max_size=4), st.lists(person(), min_size=1, max_size=8))
def test_sets_of_rules_come_to_the_same_verdict(rules: list[str], people: list[dict[str, str]]) -> None:
    agree(rules, people)


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_rule_with_this_node_is_said_and_explained(node: type[Node], data: st.DataObject) -> None:
    found = read(data.draw(rule_with(node)))
    if found is None:
        return
    facts = facts_of(data.draw(person()))
    for language in ("en", "zh-hans"):
        assert in_words(found.rule, language)
        made = explain(found.rule, facts).as_json(language)
        assert bool(made["remedies"]) == (made["truth"] in ("unknown", "judgement")), made


def test_every_node_has_a_strategy() -> None:
    assert set(STRATEGIES) == set(NODES)


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_strategies_make_the_node_that_they_promise(node: type[Node], data: st.DataObject) -> None:
    text = data.draw(rule_with(node))
    found = read(text)
    assert found is None or any(isinstance(below, node) for below in found.rule.node.walk()), text
