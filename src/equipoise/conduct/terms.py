"""Terms in a problem's parameters: an id for a program, its words for a person.

`"{who:zh-hans}"` in a template asks for the Chinese words of the ids that the parameter `who` holds.
"""

from __future__ import annotations

from equipoise.core.languages import language_of
from equipoise.core.words import text


class Term(str):
    """One or more ids of one kind (`roles`, `commands`, `states.participant` …), which its room's words can say."""

    __slots__ = ("kind", "names")

    kind: str
    names: tuple[str, ...]

    def __new__(cls, kind: str, *names: str) -> Term:
        """Make the term; as a plain text it is its ids."""
        term = super().__new__(cls, ", ".join(names))
        term.kind = kind
        term.names = names
        return term

    def __getnewargs__(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.kind, *self.names)

    def __format__(self, language: str) -> str:
        if not language:
            return str(self)
        said = (text("conduct", f"{self.kind}.{name}", language) for name in self.names)
        return language_of(language).between.join(said)
