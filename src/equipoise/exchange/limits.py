"""How many problems of one file are listed: enough to mend it, few enough to read."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.core.problem import Place, Problem, ProblemsError

MOST = 200


class Faults:
    """Gathers the problems of one file: all are counted, the first 200 are kept."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.kept: list[Problem] = []
        self.count = 0

    def add(self, problem: Problem) -> None:
        """Take one more."""
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append(problem)

    def add_all(self, problems: Iterable[Problem]) -> None:
        """Take many."""
        for problem in problems:
            self.add(problem)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was kept, and how many more there are."""
        more = self.count - len(self.kept)
        if not more:
            return tuple(self.kept)
        rest = Problem("exchange.more-problems", {"count": more, "file": self._file}, Place(self._file))
        return (*self.kept, rest)

    def stop(self) -> None:
        """Raise ProblemsError if there were any."""
        if self.count:
            raise ProblemsError(self.problems)
