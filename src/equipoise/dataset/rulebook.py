"""A study's rules, read once, and what they say of facts: the one place where the dataset asks `criteria`."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from equipoise.conduct.facts import observed
from equipoise.conduct.protocol import protocol_of
from equipoise.core import canonical
from equipoise.core.dates import PartialDate
from equipoise.core.quantity import Quantity
from equipoise.criteria.engines.in_memory import evaluate, value_of
from equipoise.criteria.facts import Facts, Kind, Observation
from equipoise.criteria.intervals import End, Interval
from equipoise.criteria.language import Rule, parse_rule
from equipoise.criteria.truth import Truth
from equipoise.dataset.record import Item
from equipoise.study.cached import once_a_study
from equipoise.study.model.endpoints import Endpoint
from equipoise.study.model.study import Study
from equipoise.study.rules import codebook_of

_KEPT = 50_000
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Value = Quantity | Decimal | PartialDate | str | None


class Rulebook:
    """What a study declares, ready to be asked. Answers about one laboratory result are remembered."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.codebook = codebook_of(study)
        self.reversions = {reversion.id: reversion for reversion in study.endpoints.reversions}
        self.hidden = {name: [m for m in study.schedule.masking if name in m.hides] for name in study.variables}
        self.laboratory = frozenset(name for name, each in study.variables.items() if each.kind == "laboratory")
        spoken_of = {each.variable for each in study.endpoints.endpoints}
        spoken_of |= {each.variable for each in study.endpoints.reversions}
        self.measured = self.laboratory | (spoken_of & study.variables.keys())
        self._protocol = protocol_of(study)
        self._rules: dict[tuple[str, Kind], Rule] = {}
        self._values: dict[tuple[str, str, str, str, str], Value] = {}
        self._places: dict[tuple[str, str, str], bool] = {}
        self._closed: dict[tuple[str, str, str], bool] = {}
        self._answers: dict[Hashable, Truth] = {}

    def rule(self, text: str, needs: Kind = Kind.YES_NO) -> Rule:
        """Return a rule of the study that gives what is needed, parsed."""
        found = self._rules.get((text, needs))
        if found is None:
            found = self._rules[text, needs] = parse_rule(text, self.codebook, needs=needs)
        return found

    def truth(self, text: str, facts: Facts) -> Truth:
        """Return whether a rule holds."""
        return evaluate(self.rule(text), facts)

    def number(self, text: str, facts: Facts) -> float | None:
        """Return the number that a rule gives, or None where it is not one number."""
        low, high = self.between(text, facts)
        return low if low == high else None

    def between(self, text: str, facts: Facts) -> tuple[float | None, float | None]:
        """Return the least and the greatest number that a rule can give; None where there is no such bound."""
        found = value_of(self.rule(text, Kind.NUMBER), facts)
        return (_float(found.low), _float(found.high)) if isinstance(found, Interval) else (None, None)

    def of_sample(self, text: str, variable: str, value: Value) -> Truth:
        """Return whether a rule about one sample holds of this value."""
        return self.remembered((text, value), lambda: self.truth(text, {variable: (Observation(value),)}))

    def is_decisive(self, endpoint: Endpoint, value: Value) -> bool:
        """Whether a value of an endpoint's variable settles the endpoint's question."""
        if value is None or (isinstance(value, Quantity) and not value.is_known):
            return False
        return not endpoint.decisive or self.of_sample(endpoint.decisive, endpoint.variable, value).is_decided

    def value(self, item: Item, site: str) -> Value:
        """Return an item's value in the codebook's unit; None where it is not known. Equal slips are read once."""
        data = item.data
        key = (site, item.name, data["value"], data["unit"], data["limit"])
        if key in self._values:
            return self._values[key]
        value = self.observation(item, site).value if data["value"] else None
        _keep(self._values, key, value)
        return value

    def quantity(self, item: Item, site: str) -> Quantity | None:
        """Return an item's laboratory result; None where none was obtained."""
        value = self.value(item, site)
        return value if isinstance(value, Quantity) else None

    def number_of(self, item: Item, site: str) -> float | None:
        """Return the number of an item, or None where it is none."""
        value = self.value(item, site)
        return float(value) if isinstance(value, Decimal) else None

    def asks_only_at(self, text: str, variable: str, visit: str) -> bool:
        """Whether a yes-or-no rule asks for a variable at this one visit and nowhere else."""
        key = (text, variable, visit)
        if key not in self._places:
            refs = (ref for ref in self.rule(text).node.refs if ref.variable.name == variable)
            self._places[key] = all(ref.visit == visit for ref in refs)
        return self._places[key]

    def rests_on_visit(self, text: str, variable: str, visit: str) -> bool:
        """Whether a yes-or-no rule asks for a variable at one visit and for what became of reversions, no more."""
        key = (text, variable, visit)
        if key not in self._closed:
            others = [name for name in self.rule(text).variables if name != variable]
            states = {f"{name}.{what}" for name in self.reversions for what in ("confirmed", "unrepeated", "blip")}
            self._closed[key] = states.issuperset(others) and self.asks_only_at(text, variable, visit)
        return self._closed[key]

    def remembered(self, key: Hashable, decide: Callable[[], Truth]) -> Truth:
        """Return the answer to a question that was asked before, else decide it."""
        found = self._answers.get(key)
        if found is None:
            found = decide()
            _keep(self._answers, key, found)
        return found

    def observation(self, item: Item, site: str) -> Observation:
        """Return an item as the rules see it, with the event it comes from."""
        return observed(self._protocol, site, item.data, f"event {item.seq}")


def _float(end: End | None) -> float | None:
    if end is None:
        return None
    return float(end if isinstance(end, Decimal) else Fraction(end))


def _keep(answers: dict[K, V], key: K, answer: V) -> None:
    """Keep an answer; a thousand trials ask for millions, so that a full memory begins anew."""
    if len(answers) >= _KEPT:
        answers.clear()
    answers[key] = answer


@once_a_study
def rulebook_of(study: Study) -> Rulebook:
    """Return the rulebook of a study."""
    return Rulebook(study)


@lru_cache(maxsize=8)
def _study(content: bytes) -> Study:
    return Study.model_validate(json.loads(content))


def study_from(content: Mapping[str, Any]) -> Study:
    """Return the study of its canonical content; a thousand trials of one study read it once."""
    return _study(canonical.dumps(content))
