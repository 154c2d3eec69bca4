"""Builds the manual of the rule language from its spec tests.

A folder is a chapter, a module a section, a test a paragraph.

python docs/make_criteria_manual.py    writes docs/reference/criteria-language.md
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "tests" / "spec" / "criteria"
PAGE = ROOT / "docs" / "reference" / "criteria-language.md"
INTRODUCTION = """# The language of rules

One language serves eligibility, form branching, edit checks, derived variables and endpoint rules.
This page is made from the spec tests in `tests/spec/criteria` by `docs/make_criteria_manual.py`, so that every example
on it is run.
"""


def manual(spec: Path) -> str:
    """Return the page."""
    parts = [INTRODUCTION]
    for chapter in sorted(spec.glob("c*/chapter.md")):
        title, _, text = chapter.read_text(encoding="utf-8").partition("\n")
        parts.append(f"## {title.removeprefix('# ')}\n\n{text.strip()}\n")
        for module in sorted(chapter.parent.glob("test_*.py")):
            parts.extend(_section(ast.parse(module.read_text(encoding="utf-8"))))
    return "\n".join(parts)


def rules_of(module: ast.Module) -> list[str]:
    """Return the rules that a module's examples hold for."""
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    return [
        args[0] for function in functions for name, args, _ in _calls(function) if name in ("holds", "said", "helped")
    ]


def _section(module: ast.Module) -> Iterator[str]:
    title, _, text = (ast.get_docstring(module) or "").partition("\n")
    yield f"### {title.removeprefix('# ')}\n" + (f"\n{text.strip()}\n" if text.strip() else "")
    for function in module.body:
        if isinstance(function, ast.FunctionDef):
            title, _, text = (ast.get_docstring(function) or "").partition("\n")
            examples = "\n".join(_example(*call) for call in _calls(function))
            yield f"#### {title}\n\n" + (f"{inspect.cleandoc(text)}\n\n" if text.strip() else "") + examples


def _calls(function: ast.FunctionDef) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Yield the examples of a test: the calls of its fixture, with the values of their arguments."""
    known: dict[str, Any] = {}
    for statement in function.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            known[statement.targets[0].id] = _value(statement.value, known)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            if not isinstance(call.func, ast.Name):
                raise TypeError(f"{function.name}: line {statement.lineno} is no example")
            options = {keyword.arg or "": _value(keyword.value, known) for keyword in call.keywords}
            yield call.func.id, [_value(argument, known) for argument in call.args], options


def _value(node: ast.expr, known: dict[str, Any]) -> Any:
    match node:
        case ast.Name():
            return known[node.id]
        case ast.Dict():
            made: dict[str, Any] = {}
            for key, value in zip(node.keys, node.values, strict=True):
                made |= _value(value, known) if key is None else {_value(key, known): _value(value, known)}
            return made
        case ast.List():
            return [_value(item, known) for item in node.elts]
        case ast.Tuple():
            return tuple(_value(item, known) for item in node.elts)
        case _:
            return ast.literal_eval(node)


def _example(name: str, args: list[Any], options: dict[str, Any]) -> str:
    rule = f"```text\n{args[0]}\n```\n"
    if name == "holds":
        rows = "\n".join(f"| {_facts(facts)} | {truth} |" for facts, truth in args[1])
        return f"{rule}\n| facts | truth |\n|---|---|\n{rows}\n"
    if name == "refused":
        return f"{rule}\nRefused at column {args[1]}: … {args[2]} …\n"
    if name == "said":
        return f"{rule}\n- {args[1]}\n- {args[2]}\n"
    wanted = f", {options['wanted']} is wanted" if "wanted" in options else ""
    helps = "\n".join(f"- {words}" for words in args[2])
    return f"{rule}\nWith {_facts(args[1])}{wanted}:\n\n{helps}\n"


def _facts(facts: dict[str, Any]) -> str:
    if not facts:
        return "(nothing recorded)"
    return "; ".join(f"`{name}` {_cells(cells)}" for name, cells in facts.items())


def _cells(cells: str | list[str]) -> str:
    if isinstance(cells, list):
        return ", then ".join(_cells(cell) for cell in cells)
    return f"`{cells.strip()}`" if cells.strip() else "empty"


if __name__ == "__main__":
    PAGE.write_text(manual(SPEC), encoding="utf-8")
