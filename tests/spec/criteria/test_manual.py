"""The manual is complete, and the committed page is what the spec tests say."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path

from equipoise.criteria.language import parse_rule
from equipoise.criteria.nodes import NODES

HERE = Path(__file__).parent
ROOT = Path(__file__).parents[3]
MANUAL = runpy.run_path(str(ROOT / "docs" / "make_criteria_manual.py"))


def test_the_committed_page_is_up_to_date() -> None:
    page = ROOT / "docs" / "reference" / "criteria-language.md"
    assert page.read_text(encoding="utf-8") == MANUAL["manual"](HERE), "run: python docs/make_criteria_manual.py"


def test_every_node_is_specified() -> None:
    codebook = runpy.run_path(str(HERE / "conftest.py"))["CODEBOOK"]
    found = set()
    for module in HERE.glob("c*/test_*.py"):
        for rule in MANUAL["rules_of"](ast.parse(module.read_text(encoding="utf-8"))):
            found |= {type(node) for node in parse_rule(rule, codebook).node.walk()}
    assert found == set(NODES)
