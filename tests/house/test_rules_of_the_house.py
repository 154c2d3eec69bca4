"""The laws that a machine can watch: sizes, names, words, one issuer of warrants, no clock inside."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "equipoise"
MODULES = sorted(SOURCE.rglob("*.py"))
ROOMS_WITH_WORDS = sorted(
    ".".join(path.parent.relative_to(SOURCE).parts)
    for path in SOURCE.rglob("words")
    if path.is_dir() and (path.parent / "__init__.py").is_file()
)
PURE = [path for path in MODULES if path.relative_to(SOURCE).parts[0] not in {"cli", "server"}]


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _leaves(tree: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, str(tree)


def _words(room: str) -> Path:
    return SOURCE.joinpath(*room.split("."), "words")


def test_there_is_something_to_watch() -> None:
    assert len(MODULES) > 50


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_stay_small_enough_to_read(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 500
    for function in _functions(ast.parse(text)):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        size = (function.end_lineno or 0) - body[0].lineno + 1 if body else 0
        assert size <= 60, f"{function.name} has {size} lines"


def test_no_folder_is_named_for_a_mechanism_and_nothing_is_left_for_later() -> None:
    for module in MODULES:
        assert not {"utils", "helpers", "services", "interfaces", "common"} & set(module.with_suffix("").parts)
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", module.read_text(encoding="utf-8")), module


@pytest.mark.parametrize("room", ROOMS_WITH_WORDS)
def test_both_languages_say_the_same_things_with_the_same_placeholders(room: str) -> None:
    folder = _words(room)
    english, chinese = (
        dict(_leaves(yaml.safe_load((folder / f"{language}.yaml").read_text(encoding="utf-8"))))
        for language in ("en", "zh-hans")
    )
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        # English may need a plural or an article that Chinese has not; the facts must be the same.
        assert set(re.findall(r"\{(\w+)", text)) >= set(re.findall(r"\{(\w+)", chinese[key])), key


def test_every_problem_that_the_code_can_raise_has_words() -> None:
    said = {
        f"{room}.{code}"
        for room in ROOMS_WITH_WORDS
        for code in (yaml.safe_load((_words(room) / "en.yaml").read_text(encoding="utf-8")) or {}).get("problems", {})
    }
    used = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                room, _, code = node.value.rpartition(".")
                if room in ROOMS_WITH_WORDS and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code):
                    used.add(node.value)
    assert used <= said, f"without words: {sorted(used - said)}"


def test_only_visibility_issues_warrants() -> None:
    issuers = {
        str(module.relative_to(SOURCE))
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Warrant"
    }
    assert issuers <= {"conduct/visibility.py"}


FORBIDDEN = re.compile(
    r"datetime\.now|date\.today|time\.time\(|os\.environ|os\.getenv|\brandom\.(?!Generator)(random|choice|seed|shuffle)\(|"
    r"np\.random\.(seed|rand|normal|uniform)\(|secrets\.|uuid4|urandom|requests\.|urllib\.request|socket\."
)


@pytest.mark.parametrize("module", PURE, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_clock_environment_network_or_random_state_inside(module: Path) -> None:
    assert not FORBIDDEN.search(module.read_text(encoding="utf-8"))


def test_no_broad_except_and_no_silencing_without_a_code() -> None:
    for module in MODULES:
        text = module.read_text(encoding="utf-8")
        assert not re.search(r"#\s*(type: ignore|noqa)\s*$", text, re.MULTILINE), module
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, module
                assert ast.unparse(node.type) not in {"Exception", "BaseException"}, module
