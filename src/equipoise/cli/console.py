"""How the command speaks: words to the terminal, JSON alone to stdout where asked, progress to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from equipoise.core.languages import ENGLISH, learn, nearest
from equipoise.core.problem import Problem, ProblemsError, Severity
from equipoise.core.words import say, text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


def default_language() -> str:
    """Return the language of the terminal, as far as the environment tells; English otherwise."""
    for name in ("EQUIPOISE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, ""):
            return nearest([value.partition(".")[0]]) or ENGLISH.code
    return ENGLISH.code


def learn_languages() -> None:
    """Speak also the languages of EQUIPOISE_WORDS. Raises ProblemsError if one of them cannot be understood."""
    if folder := os.environ.get("EQUIPOISE_WORDS", ""):
        learn(Path(folder))


@dataclass(slots=True)
class Voice:
    """The language, and whether a program is reading."""

    language: str
    json: bool = False

    @property
    def out(self) -> Console:
        """Where results go."""
        from rich.console import Console

        return Console(highlight=False, soft_wrap=True, emoji=False)

    @property
    def err(self) -> Console:
        """Where progress and problems go."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

    def say(self, key: str, /, **params: object) -> str:
        """Return words of the command line."""
        return text("cli", key, self.language, **params)

    def tell(self, key: str, /, **params: object) -> None:
        """Print words of the command line, plainly."""
        self.out.print(self.say(key, **params), markup=False)

    def write_json(self, value: Any) -> None:
        """Print JSON alone to stdout."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print problems and notes in their files' order, all of them."""
        ordered = sorted(problems, key=_by_place)
        console = self.err if self.json else self.out
        for problem in ordered:
            note = problem.severity is Severity.NOTE
            mark = self.say("note") if note else self.say("mistake")
            console.print(f"[{'yellow' if note else 'red'}]{mark}[/]  ", end="")
            console.print(say(problem, self.language), markup=False)

    def fail(self, problems: Iterable[Problem]) -> NoReturn:
        """Print the problems and leave with exit code 1."""
        found = tuple(problems)
        if self.json:
            self.write_json({"problems": [{**p.as_json(), "words": say(p, self.language)} for p in found]})
        else:
            self.problems(found)
            counts = Counter(problem.severity for problem in found)
            self.err.print(self.say("failed", count=counts[Severity.ERROR]), markup=False)
        raise typer.Exit(1)

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turn problems that are raised inside, and a path that the system refuses, into words and exit code 1."""
        try:
            yield
        except ProblemsError as error:
            self.fail(error.problems)
        except OSError as error:
            if error.filename is None:
                raise
            self.fail([Problem("core.path-refused", {"path": str(error.filename), "why": error.strerror or ""})])

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show progress and time left on stderr, and only there."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.err) as shown:
            yield shown


def _by_place(problem: Problem) -> tuple[str, int, int]:
    place = problem.place
    return (place.file, place.line or 0, place.column or 0) if place else ("", 0, 0)
