"""The text of a rule, made safe to parse: its length, characters and nesting are checked before Python sees it."""

from __future__ import annotations

import ast

from equipoise.core.problem import Place, Problem, ProblemsError

MAX_LENGTH = 2_000
MAX_NESTING = 24
MAX_DEPTH = 60
_OPENING, _CLOSING = "([{", ")]}"
# What people paste from a word processor, and what the language writes instead.
_INSTEAD = {
    "≤": "<=", "≥": ">=", "≠": "!=", "＜": "<", "＞": ">", "＝": "==", "×": "*", "÷": "/", "−": "-", "–": "-",
    "“": '"', "”": '"', "‘": "'", "’": "'", "（": "(", "）": ")", "，": ",", "²": "**2", "\xa0": "a space",
}  # fmt: skip


class Source:
    """A rule's text, with the places in it."""

    def __init__(self, text: str, place: Place | None = None) -> None:
        self.text = text
        self._file = place.file if place else "rule"
        self._first_line = (place.line or 1) if place else 1
        # One line for the parser: line breaks mean nothing in a rule, and columns stay what they are.
        # The brackets allow leading space; `_check` refuses a text that would close them.
        self._wrapped = "(" + text.replace("\r", " ").replace("\n", " ").replace("\t", " ") + ")"

    def problem(self, code: str, position: int, **params: str | int) -> Problem:
        """Return a problem at a position of the text."""
        before = self.text[:position]
        line = before.count("\n")
        column = position - (before.rfind("\n") + 1) + 1
        return Problem(f"criteria.{code}", params, Place(self._file, self._first_line + line, column))

    def position(self, node: ast.expr) -> int:
        """Return where a parsed part begins (Python counts in bytes)."""
        return len(self._wrapped.encode()[: node.col_offset].decode()) - 1

    def snippet(self, node: ast.expr) -> str:
        """Return the text of a parsed part, shortened."""
        return shortened(self._wrapped.encode()[node.col_offset : node.end_col_offset].decode())

    def parse(self) -> ast.expr:
        """Return the parsed expression, or raise ProblemsError."""
        found = self._check()
        if found is not None:
            raise ProblemsError([found])
        try:
            tree = ast.parse(self._wrapped, mode="eval").body
        except SyntaxError as error:
            position = len(self._wrapped.encode()[: max((error.offset or 1) - 1, 0)].decode(errors="ignore")) - 1
            raise ProblemsError([self._syntax(min(max(position, 0), len(self.text)))]) from error
        except (RecursionError, MemoryError, ValueError, OverflowError) as error:
            raise ProblemsError([self.problem("too-deep", 0, most=MAX_NESTING)]) from error
        self._check_depth(tree)
        return tree

    def _check(self) -> Problem | None:
        if len(self.text) > MAX_LENGTH:
            return self.problem("too-long", 0, length=len(self.text), most=MAX_LENGTH)
        if not self.text.strip():
            return self.problem("empty", 0)
        nesting, quote = 0, ""
        for position, character in enumerate(self.text):
            if character == "\\" or _is_control(character):
                return self.problem("bad-character", position, character=ascii(character)[1:-1])
            if quote:
                quote = "" if character == quote else quote
            elif character in "\"'":
                quote = character
            elif character in _OPENING:
                nesting += 1
                if nesting > MAX_NESTING:
                    return self.problem("too-deep", position, most=MAX_NESTING)
            elif character in _CLOSING:
                nesting -= 1
                if nesting < 0:
                    return self._syntax(position)
            elif character in _INSTEAD:
                return self.problem("other-character", position, character=character, instead=_INSTEAD[character])
            elif character == "#" or not character.isascii():
                return self.problem("bad-character", position, character=character)
        return self._syntax(len(self.text)) if nesting or quote else None

    def _syntax(self, position: int) -> Problem:
        return self.problem("syntax", position, text=shortened(self.text[position:]) or "…")

    def _check_depth(self, tree: ast.expr) -> None:
        level: list[ast.AST] = [tree]
        for _ in range(MAX_DEPTH):
            level = [child for node in level for child in ast.iter_child_nodes(node)]
            if not level:
                return
        raise ProblemsError([self.problem("too-deep", 0, most=MAX_NESTING)])


def _is_control(character: str) -> bool:
    return (character < " " and character not in "\n\r\t") or "\ud800" <= character <= "\udfff"


def shortened(text: str) -> str:
    """Return a text of at most 40 characters."""
    return text if len(text) <= 40 else text[:40] + "…"
