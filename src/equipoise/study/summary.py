"""The study in words: everything that a person wants to see of it, in one language, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.decimals import plain
from equipoise.core.words import text
from equipoise.criteria.language import Rule
from equipoise.criteria.wording import in_words
from equipoise.study.masking import masked_visits
from equipoise.study.model.base import Stated
from equipoise.study.model.eligibility import Criterion
from equipoise.study.model.endpoints import Analysis, Endpoint, Estimand
from equipoise.study.model.schedule import Visit
from equipoise.study.model.study import Study
from equipoise.study.rules import StudyRules, rules_of
from equipoise.study.said_analyses import said_association, said_details
from equipoise.study.said_prediction import SaidPrediction, said_prediction
from equipoise.study.stated import Assumption, assumptions
from equipoise.study.words import code_label, label, labels_of, level_label, say


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a fact comes from: a source, or an assumption with its reason."""

    assumed: bool
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class SaidArm:
    """An arm."""

    id: str
    label: str
    kind: str
    ratio: int
    description: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class SaidCriterion:
    """A criterion: its words, its rule, and the rule said back in a sentence."""

    id: str
    kind: str
    text: str
    plain: str
    rule: str
    sentence: str
    by_investigator: bool
    standing: Standing


@dataclass(frozen=True, slots=True)
class SaidVisit:
    """A visit: its days counted from the allocation; doses and masked variables by arm."""

    id: str
    label: str
    kind: str
    day: int
    earliest: int
    latest: int
    arms: tuple[str, ...]
    forms: tuple[str, ...]
    doses: tuple[tuple[str, str], ...]
    masked: tuple[tuple[str, tuple[str, ...]], ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class SaidEndpoint:
    """An endpoint with its rules said back: each reading, or time and event, or the value."""

    id: str
    label: str
    kind: str
    variable: str
    visit: str
    rules: tuple[tuple[str, str, str], ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class SaidEstimand:
    """An estimand by its attributes; `events` are the intercurrent events with their strategies and words."""

    id: str
    label: str
    treatment: str
    versus: str
    endpoint: str
    summary: str
    events: tuple[tuple[str, str, str], ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class SaidAnalysis:
    """An analysis; `details` are what it takes besides, a text each."""

    id: str
    label: str
    estimand: str
    role: str
    method: str
    strata: tuple[str, ...]
    missing: str
    details: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Summary:
    """A study in words."""

    id: str
    version: str
    title: str
    demonstration: str
    condition: str
    phase: str
    design: str
    blinding: str
    status: str
    enrolment: int
    sponsor: str
    dates: tuple[tuple[str, str, str], ...]
    sites: tuple[str, ...]
    arms: tuple[SaidArm, ...]
    allocation: tuple[str, ...]
    factors: tuple[tuple[str, tuple[str, ...]], ...]
    criteria: tuple[SaidCriterion, ...]
    calendar: tuple[SaidVisit, ...]
    reversions: tuple[tuple[str, str], ...]
    endpoints: tuple[SaidEndpoint, ...]
    estimands: tuple[SaidEstimand, ...]
    analyses: tuple[SaidAnalysis, ...]
    associations: tuple[tuple[str, str, Standing], ...]
    prediction: SaidPrediction | None
    assumptions: tuple[Assumption, ...]


def summarise(study: Study, language: str) -> Summary:
    """Return the study in words of a language."""
    return _Teller(study, language).summary()


class _Teller:
    """Says one study in one language."""

    def __init__(self, study: Study, language: str) -> None:
        self.study = study
        self.language = language
        self.rules: StudyRules = rules_of(study)
        self.labels = labels_of(study, language)

    def summary(self) -> Summary:
        identity, plan = self.study.identity, self.study.endpoints
        return Summary(
            id=self.study.id,
            version=self.study.version,
            title=self.own("title"),
            demonstration=self.own("demonstration"),
            condition=self.own("condition"),
            phase=self.own("phase"),
            design=self.own("design"),
            blinding=self.term("blinding", identity.blinding),
            status=self.term("status", identity.status),
            enrolment=identity.enrolment,
            sponsor=self.own("sponsor", "name"),
            dates=tuple((self.term("date-kind", date.kind), date.value, date.source) for date in identity.dates),
            sites=tuple(f"{self.own('sites', site.id, 'name')} ({site.id})" for site in identity.sites),
            arms=tuple(
                SaidArm(
                    arm.id,
                    self.label("arms", arm.id),
                    self.term("arm-kind", arm.kind),
                    arm.ratio,
                    self.own("arms", arm.id, "description"),
                    self.standing(arm, "arms", arm.id),
                )
                for arm in identity.arms
            ),
            allocation=self.allocation(),
            factors=self.factors(),
            criteria=tuple(self.criterion(criterion) for criterion in self.study.eligibility),
            calendar=tuple(self.visit(visit) for visit in self.study.schedule.visits),
            reversions=tuple(
                (self.label("reversions", one.id), self.sentence(self.rules.positive[one.id]))
                for one in plan.reversions
            ),
            endpoints=tuple(self.endpoint(endpoint) for endpoint in plan.endpoints),
            estimands=tuple(self.estimand(estimand) for estimand in plan.estimands),
            analyses=tuple(self.analysis(analysis) for analysis in plan.analyses),
            associations=tuple(
                (self.label("associations", one.id), said_association(self.study, one, self.language), standing)
                for one in plan.associations
                for standing in (self.standing(one, "associations", one.id),)
            ),
            prediction=said_prediction(self.study, self.language),
            assumptions=assumptions(self.study, self.language),
        )

    def own(self, *path: str) -> str:
        return say(self.study, self.language, *path)

    def label(self, section: str, identity: str) -> str:
        return label(self.study, section, identity, self.language)

    def term(self, kind: str, value: str) -> str:
        return text("study", f"vocabulary.{kind}.{value}", self.language)

    def sentence(self, rule: Rule) -> str:
        return in_words(rule, self.language, self.labels)

    def standing(self, thing: Stated, section: str, identity: str) -> Standing:
        return Standing(thing.assumed, self.own(section, identity, "reason") or thing.reason, thing.source)

    def factor(self, name: str) -> str:
        return text("study", "vocabulary.centre", self.language) if name == "centre" else self.label("factors", name)

    def factors(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(
            (
                self.label("factors", factor.id),
                tuple(level_label(self.study, factor.id, level.id, self.language) for level in factor.levels),
            )
            for factor in self.study.identity.factors
        )

    def allocation(self) -> tuple[str, ...]:
        """Return the scheme, its figures and its factors, a text each."""
        declared = self.study.identity.allocation
        found = [self.term("scheme", declared.scheme.value)]
        found.append(self.heading("ratio", ratio=":".join(str(arm.ratio) for arm in self.study.identity.arms)))
        if declared.probability is not None:
            found.append(self.heading("probability", probability=plain(declared.probability)))
        if declared.block_sizes:
            found.append(self.heading("block-sizes", sizes=", ".join(str(size) for size in declared.block_sizes)))
        return (*found, *(self.factor(name) for name in declared.factors))

    def heading(self, key: str, **params: object) -> str:
        return text("study", f"documents.{key}", self.language, **params)

    def criterion(self, criterion: Criterion) -> SaidCriterion:
        rule = next(each.rule for each in self.rules.criteria if each.id == criterion.id)
        return SaidCriterion(
            criterion.id,
            criterion.kind,
            self.own("criteria", criterion.id, "text"),
            self.own("criteria", criterion.id, "plain"),
            criterion.rule,
            self.sentence(rule),
            criterion.judge == "investigator",
            self.standing(criterion, "criteria", criterion.id),
        )

    def visit(self, visit: Visit) -> SaidVisit:
        doses, masked = [], []
        for arm in self.study.arms:
            called = self.label("arms", arm)
            for dose in self.study.schedule.doses:
                if arm in dose.arms and visit.id in dose.visits:
                    unit = next(each.unit for each in self.study.identity.products if each.id == dose.product)
                    product = self.label("products", dose.product)
                    doses.append((called, f"{product} {plain(dose.amount)} {unit}".strip()))
            for hidden in masked_visits(self.study, arm):
                if hidden.visit == visit.id:
                    masked.append((called, tuple(self.label("variables", name) for name in hidden.variables)))
        return SaidVisit(
            visit.id,
            self.label("visits", visit.id),
            self.term("visit-kind", visit.kind),
            visit.day,
            visit.day - visit.before,
            visit.day + visit.after,
            tuple(self.label("arms", arm) for arm in visit.arms),
            tuple(self.label("forms", form) for form in visit.forms),
            tuple(doses),
            tuple(masked),
            self.standing(visit, "visits", visit.id),
        )

    def endpoint(self, endpoint: Endpoint) -> SaidEndpoint:
        readings = self.rules.readings.get(endpoint.id, {})
        said = [
            (self.own("endpoints", endpoint.id, "readings", one.id), one.success, self.sentence(readings[one.id]))
            for one in endpoint.readings
        ]
        if endpoint.id in self.rules.event:
            said.append(("", endpoint.event, self.sentence(self.rules.event[endpoint.id])))
        for rules, written in ((self.rules.time, endpoint.time), (self.rules.value, endpoint.value)):
            if endpoint.id in rules:
                said.append(("", written, self.sentence(rules[endpoint.id])))
        return SaidEndpoint(
            endpoint.id,
            self.label("endpoints", endpoint.id),
            self.term("endpoint-kind", endpoint.kind),
            self.label("variables", endpoint.variable) if endpoint.variable else "",
            self.label("visits", endpoint.visit) if endpoint.visit else "",
            tuple(said),
            self.standing(endpoint, "endpoints", endpoint.id),
        )

    def estimand(self, estimand: Estimand) -> SaidEstimand:
        events = tuple(
            (
                self.label("intercurrent_events", each.event),
                self.term("strategy", each.strategy),
                self.own("estimands", estimand.id, "intercurrent", each.event),
            )
            for each in estimand.intercurrent
        )
        return SaidEstimand(
            estimand.id,
            self.label("estimands", estimand.id),
            self.label("arms", estimand.treatment),
            self.label("arms", estimand.versus),
            self.label("endpoints", estimand.endpoint),
            self.term("summary", estimand.summary),
            events,
            self.standing(estimand, "estimands", estimand.id),
        )

    def analysis(self, analysis: Analysis) -> SaidAnalysis:
        return SaidAnalysis(
            analysis.id,
            self.label("analyses", analysis.id),
            analysis.estimand,
            self.term("role", analysis.role),
            self.term("method", analysis.method),
            tuple(self.factor(name) for name in analysis.strata),
            self.term("missing", analysis.missing),
            said_details(self.study, analysis, self.language),
            self.standing(analysis, "analyses", analysis.id),
        )


def coded(study: Study, variable: str, language: str) -> tuple[str, ...]:
    """Return what the codes of a variable are called."""
    return tuple(code_label(study, variable, code.value, language) for code in study.variables[variable].codes)
