"""What things are called in a language: the study's own words, and the report's terms for what every study has."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analysis.results import AnalysisResult, Results
from equipoise.core.words import MissingWordError, text
from equipoise.study.model.study import Study
from equipoise.study.words import code_label, label, level_label, say

_SHORT = 40
_TIMES = frozenset({"day", "week", "month", "year"})


@dataclass(frozen=True, slots=True)
class Names:
    """The words of one language for one study and its results."""

    study: Study
    results: Results
    language: str

    def say(self, key: str, /, **params: object) -> str:
        """Return words of the report."""
        return text("report", key, self.language, **params)

    def term(self, group: str, name: str) -> str:
        """Return a term of the report, or the name itself, spaced, where a team chose it (a reason, a category)."""
        try:
            return text("report", f"terms.{group}.{name.replace(' ', '_')}", self.language)
        except MissingWordError:
            return name.replace("_", " ")

    def arm(self, arm: str) -> str:
        """Return an arm's label."""
        return label(self.study, "arms", arm, self.language)

    def visit(self, visit: str) -> str:
        """Return a visit's label."""
        return label(self.study, "visits", visit, self.language)

    def variable(self, name: str, unit: str = "") -> str:
        """Return a variable's label with its unit."""
        called = label(self.study, "variables", name, self.language)
        return f"{called} ({self.unit(unit)})" if unit else called

    def unit(self, unit: str) -> str:
        """Return a unit as it stands in a heading: those of time in words, all others as their symbol."""
        return self.term("units", unit) if unit in _TIMES else unit

    def code(self, variable: str, value: str) -> str:
        """Return what a value of a coded variable is called."""
        if self.study.variables[variable].kind in ("yes_no", "judgement"):
            return self.term("answers", value)
        return code_label(self.study, variable, value, self.language)

    def analysis(self, found: AnalysisResult) -> str:
        """Return an analysis's label, with a mark if it was declared too late."""
        called = label(self.study, "analyses", found.id, self.language)
        return f"{called} ({self.say('post_hoc')})" if found.post_hoc else called

    def endpoint(self, endpoint: str) -> str:
        """Return an endpoint's label."""
        return label(self.study, "endpoints", endpoint, self.language)

    def endpoint_unit(self, endpoint: str) -> str:
        """Return the unit of an endpoint, empty where it has none."""
        return self.unit(next(each.unit for each in self.study.endpoints.endpoints if each.id == endpoint))

    def reading(self, endpoint: str, reading: str) -> str:
        """Return a reading's label, or the endpoint's where it has none."""
        return say(self.study, self.language, "endpoints", endpoint, "readings", reading) or self.endpoint(endpoint)

    def stratum(self, stratum: str, factors: tuple[str, ...]) -> str:
        """Return a stratum `level×level` in the words of its levels."""
        levels = stratum.split("×")
        if len(levels) != len(factors):
            return stratum
        named = (level_label(self.study, f, level, self.language) for f, level in zip(factors, levels, strict=True))
        return " · ".join(named)

    def reason(self, reason: str) -> str:
        """Return why an outcome is what it is: a reversion, an intercurrent event, or a reason that a team wrote."""
        name, _, status = reason.partition(".")
        if status:
            return f"{label(self.study, 'reversions', name, self.language)}: {self.term('reversions', status)}"
        if any(event.id == reason for event in self.study.endpoints.intercurrent_events):
            return label(self.study, "intercurrent_events", reason, self.language)
        return self.term("reasons", reason)

    def factor(self, factor: str) -> str:
        """Return what a factor, or a variable that stands for one, is called."""
        if factor == "centre":
            return self.term("factors", factor)
        if any(each.id == factor for each in self.study.identity.factors):
            return label(self.study, "factors", factor, self.language)
        return label(self.study, "variables", factor, self.language)

    def model_term(self, term: str) -> str:
        """Return a term of a model: the arm, the constant, a covariate, or a level of one (`factor=level`)."""
        covariate, _, level = term.partition("=")
        if covariate in ("constant", "treatment"):
            return self.term("model_terms", covariate)
        if not level:
            return self.factor(covariate)
        if covariate in self.study.variables:
            return self.say("level_of", factor=self.factor(covariate), level=self.code(covariate, level))
        return self.say(
            "level_of", factor=self.factor(covariate), level=level_label(self.study, covariate, level, self.language)
        )

    def criterion(self, criterion: str) -> str:
        """Return a criterion's number with the beginning of its words."""
        words = say(self.study, self.language, "criteria", criterion, "text")
        short = words if len(words) <= _SHORT else words[:_SHORT].rsplit(" ", 1)[0].rstrip(",;：，") + "…"
        return f"{criterion} {short}"

    def quoted(self, words: str) -> str:
        """Return words as a name within a sentence."""
        return self.say("quoted", words=words)

    def listed(self, items: list[str]) -> str:
        """Return items in a row as the language lists them; quoted where one has a comma of its own."""
        if len(items) < 2:
            return "".join(items)
        if any(self.say("comma").strip() in item for item in items):
            items = [self.quoted(item) for item in items]
        return self.say("list", first=self.say("comma").join(items[:-1]), last=items[-1])
