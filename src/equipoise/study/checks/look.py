"""What every check looks at: the study, where each part is written, and its rules as far as they can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from equipoise.core.ids import is_name
from equipoise.core.problem import Place, Problem, ProblemsError, Severity
from equipoise.criteria.facts import Codebook, VariableType
from equipoise.criteria.language import Rule, parse_rule
from equipoise.criteria.reading import RESERVED
from equipoise.study.model.codebook import Variable
from equipoise.study.model.study import Study
from equipoise.study.places import Places
from equipoise.study.rules import Written, codebook_of, written_rules

# Follow-ups of a fault in a derived variable, which is shown at that variable itself.
_FOLLOWS = ("criteria.derived-rule", "criteria.cycle")


@dataclass(frozen=True)
class Look:
    """A study under the checks' eyes."""

    study: Study
    places: Places

    def error(self, code: str, file: str, *path: str | int, **params: str | int) -> Problem:
        """Return an error at a part of a file."""
        return Problem(f"study.{code}", params, self.places.of(file, *path))

    def note(self, code: str, file: str, *path: str | int, **params: str | int) -> Problem:
        """Return a note at a part of a file."""
        return Problem(f"study.{code}", params, self.places.of(file, *path), Severity.NOTE)

    @cached_property
    def faulty_variables(self) -> frozenset[str]:
        """The variables that rules cannot use because their own declaration is at fault."""
        names = [variable.name for variable in self.study.codebook.variables]
        return frozenset(v.name for v in self.study.codebook.variables if not is_usable(v) or names.count(v.name) > 1)

    @cached_property
    def codebook(self) -> Codebook:
        """The codebook of the variables that can be used."""
        return self._codebook_of(derived=True)

    @cached_property
    def entered_codebook(self) -> Codebook:
        """The same, with derived variables taken as entered."""
        return self._codebook_of(derived=False)

    def _codebook_of(self, *, derived: bool) -> Codebook:
        usable = tuple(v for v in self.study.codebook.variables if v.name not in self.faulty_variables)
        book = self.study.codebook.model_copy(update={"variables": usable})
        reversions = tuple(r for r in self.study.endpoints.reversions if is_name(r.id))
        endpoints = self.study.endpoints.model_copy(update={"reversions": reversions})
        return codebook_of(self.study.model_copy(update={"codebook": book, "endpoints": endpoints}), derived=derived)

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """Every rule as it is written."""
        return tuple(written_rules(self.study))

    @cached_property
    def read_rules(self) -> tuple[dict[tuple[str, ...], Rule], tuple[Problem, ...]]:
        """The rules that can be read, by owner, and what is wrong with the others."""
        read: dict[tuple[str, ...], Rule] = {}
        problems: list[Problem] = []
        for written in self.written:
            if any(re.search(rf"\b{re.escape(name)}\b", written.text) for name in self.faulty_variables if name):
                continue
            try:
                read[written.owner] = parse_rule(written.text, self.codebook, needs=written.needs)
            except ProblemsError as error:
                follows = () if written.owner[0] == "derived" else _FOLLOWS
                problems.extend(self._placed(p, written) for p in error.problems if p.code not in follows)
        return read, tuple(problems)

    @property
    def rules(self) -> dict[tuple[str, ...], Rule]:
        """The rules that can be read."""
        return self.read_rules[0]

    def _placed(self, problem: Problem, written: Written) -> Problem:
        inside = problem.place or Place("")
        return problem.at(self.places.of_text(written.file, written.path, inside.line, inside.column))


def is_usable(variable: Variable) -> bool:
    """Whether a variable's declaration makes sense to a rule."""
    if not is_name(variable.name) or variable.name in RESERVED:
        return False
    codes = [code.value for code in variable.codes]
    if variable.kind == "code":
        return len(codes) == len(set(codes)) and (bool(codes) or bool(variable.rule))
    return not codes


def entered(look: Look, rule: Rule) -> tuple[VariableType, ...]:
    """Return the variables that a rule rests on, without the parts of reversions and the day of allocation."""
    declared = look.study.variables
    return tuple({ref.variable.name: ref.variable for ref in rule.node.refs if ref.variable.name in declared}.values())
