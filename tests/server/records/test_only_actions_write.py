"""One home for writes: nothing but the actions, and the door they go through, changes a row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[3] / "src" / "equipoise" / "server"
MODULES = sorted(SERVER.rglob("*.py"))
DOORS = {
    "records/statements.py": "the statements of the door",
    "records/turn.py": "the door's transaction",
}
_WRITES = {
    "save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "delete", "create_user",
    "set_password",
}  # fmt: skip
_SQL = re.compile(r"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM|TRUNCATE (TABLE )?records)\b")


def _is_home(path: str) -> bool:
    return "/actions/" in path or "/migrations/" in path or path in DOORS


def _writes(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        called, of = node.func.attr, ast.unparse(node.func.value)
        if called in _WRITES or (called == "update" and ".objects" in of):
            found.add(called)
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SERVER)))
def test_no_write_stands_outside_the_actions(module):
    path = str(module.relative_to(SERVER))
    text = module.read_text(encoding="utf-8")
    if _is_home(path):
        return
    assert not _writes(ast.parse(text)), path
    assert not _SQL.search(text), path


def test_the_actions_are_where_the_writes_are():
    homes = [module for module in MODULES if "/actions/" in str(module.relative_to(SERVER))]
    assert sum(bool(_writes(ast.parse(module.read_text(encoding="utf-8")))) for module in homes) > 5
    assert all((SERVER / path).is_file() for path in DOORS)
