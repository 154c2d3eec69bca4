"""The study on paper: protocol synopsis, information for participants and analysis plan as one document (Markdown)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.core.decimals import plain
from equipoise.core.words import text
from equipoise.study.model.study import Study
from equipoise.study.summary import SaidVisit, Standing, Summary, coded, summarise
from equipoise.study.words import INFORMATION, label, say


def render_documents(study: Study, language: str) -> str:
    """Return the three documents as one; everything that is assumed says so, with its reason."""
    writer = _Writer(study, language)
    parts = (writer.head(), writer.synopsis(), writer.information(), writer.plan(), writer.assumed())
    return "\n\n".join("\n\n".join(part) for part in parts) + "\n"


class _Writer:
    """Writes one study in one language, a paragraph at a time."""

    def __init__(self, study: Study, language: str) -> None:
        self.study = study
        self.language = language
        self.said: Summary = summarise(study, language)

    def _say(self, key: str, **params: object) -> str:
        return text("study", f"documents.{key}", self.language, **params)

    def _own(self, *path: str) -> str:
        return say(self.study, self.language, *path)

    def _standing(self, standing: Standing) -> str:
        """Return the mark of an assumption, to stand behind what is assumed."""
        if not standing.assumed:
            return ""
        reason = " ".join(standing.reason.split()) or self._say("no-reason")
        return f" *[{self._say('assumed', reason=reason)}]*"

    def _table(self, header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
        lines = [list(header), *[list(row) for row in rows]]
        shown = [
            "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in line) + " |" for line in lines
        ]
        return "\n".join([shown[0], "|" + " --- |" * len(lines[0]), *shown[1:]])

    def _list(self, items: Iterable[str]) -> str:
        return "\n".join(f"- {item}" for item in items)

    def head(self) -> Iterator[str]:
        yield f"# {self.said.title}"
        if self.said.demonstration:
            yield f"> **{' '.join(self.said.demonstration.split())}**"
        content = self._say("content", hash=self.study.content_hash[:12])
        yield f"{self.study.id} · {self._say('version', version=self.said.version)} · {content}"

    def synopsis(self) -> Iterator[str]:
        yield f"## {self._say('synopsis')}"
        yield self._table(("", ""), self._facts())
        if len({value for kind, value, _ in self.said.dates}) > len({kind for kind, _, _ in self.said.dates}):
            yield self._say("identity.sources-differ")
        for entry in self.study.identity.registry:
            overview = self._own("registry", entry.number, "overview")
            if overview:
                yield f"**{self._say('registry-text', registry=entry.name)}**"
                yield f"> {' '.join(overview.split())}"
        yield f"### {self._say('arms')}"
        yield self._list(
            f"**{arm.label}** ({arm.kind}). {arm.description}{self._standing(arm.standing)}" for arm in self.said.arms
        )
        yield from self._allocation()
        yield from self._eligibility()
        yield from self._calendar()

    def _facts(self) -> Iterator[tuple[str, str]]:
        said = self.said
        numbers = ", ".join(f"{entry.name} {entry.number}" for entry in self.study.identity.registry)
        dates = "; ".join(f"{kind}: {value}" + (f" ({source})" if source else "") for kind, value, source in said.dates)
        for key, value in (
            ("number", numbers),
            ("title", said.title),
            ("condition", said.condition),
            ("phase", said.phase),
            ("design", said.design),
            ("blinding", said.blinding),
            ("participants", str(said.enrolment)),
            ("status", said.status),
            ("sponsor", said.sponsor),
            ("contact", self._own("contact", "name")),
            ("dates", dates),
        ):
            if value:
                yield self._say(f"identity.{key}"), value
        yield self._say("sites"), "; ".join(said.sites)

    def _allocation(self) -> Iterator[str]:
        allocation = self.study.identity.allocation
        yield f"### {self._say('allocation')}"
        standing = Standing(allocation.assumed, self._own("allocation", "reason"), allocation.source)
        yield "; ".join(self.said.allocation) + self._standing(standing)
        if self.said.factors:
            yield self._list(f"{name}: {'; '.join(levels)}" for name, levels in self.said.factors)
        if allocation.judge_again:
            yield self._say("judged-again", criteria=", ".join(allocation.judge_again))

    def _eligibility(self) -> Iterator[str]:
        yield f"### {self._say('eligibility')}"
        for kind in ("inclusion", "exclusion"):
            yield f"**{self._say(kind)}**"
            lines = []
            for criterion in self.said.criteria:
                if criterion.kind == kind:
                    judge = " " + self._say("by-investigator") if criterion.by_investigator else ""
                    read = self._say("read-as", sentence=criterion.sentence)
                    words = " ".join(criterion.text.split())
                    lines.append(f"**{criterion.id}** {words}{judge} {read}{self._standing(criterion.standing)}")
            yield self._list(lines)

    def _calendar(self) -> Iterator[str]:
        yield f"### {self._say('calendar')}"
        columns = [self._say(f"columns.{key}") for key in ("visit", "day", "window", "forms", "doses", "masked")]
        yield self._table(columns, (self._row(visit) for visit in self.said.calendar))
        for masking in self.study.schedule.masking:
            hidden = ", ".join(label(self.study, "variables", name, self.language) for name in masking.hides)
            called = label(self.study, "masking", masking.id, self.language)
            yield self._say("masking", label=called, variables=hidden, days=masking.days)
        reasons = {(v.standing.reason or self._say("no-reason")) for v in self.said.calendar if v.standing.assumed}
        for reason in sorted(reasons):
            yield self._standing(Standing(True, reason, "")).strip()

    def _row(self, visit: SaidVisit) -> tuple[str, ...]:
        only = f" ({self._say('only-arms', arms=', '.join(visit.arms))})" if visit.arms else ""
        doses = "; ".join(self._say("given-in", arm=arm, dose=dose) for arm, dose in visit.doses)
        masked = "; ".join(self._say("masked-in", arm=arm, variables=", ".join(names)) for arm, names in visit.masked)
        window = "–" if visit.earliest == visit.latest else f"{visit.earliest} – {visit.latest}"
        return (visit.label + only, str(visit.day), window, ", ".join(visit.forms), doses, masked)

    def information(self) -> Iterator[str]:
        yield f"## {self._say('information')}"
        for part in INFORMATION:
            words = self._own("information", part)
            if words:
                yield f"### {self._say(f'information-parts.{part}')}"
                yield words
        yield f"### {self._say('who-can')}"
        for kind, key in (("inclusion", "can"), ("exclusion", "cannot")):
            yield self._say(key)
            yield self._list(each.plain or each.text for each in self.said.criteria if each.kind == kind)
        asked = [variable for variable in self.study.codebook.variables if variable.ask]
        if asked:
            yield f"### {self._say('questions')}"
            yield self._list(self._question(variable.name) for variable in asked)
        options = {one.id for document in self.study.identity.consent for one in document.options}
        if options:
            yield f"### {self._say('options')}"
            yield self._list(self._own("consent_options", option) for option in sorted(options))

    def _question(self, name: str) -> str:
        question, why = self._own("variables", name, "ask"), self._own("variables", name, "why")
        codes = coded(self.study, name, self.language)
        answers = f" ({' · '.join(codes)})" if codes else ""
        return " ".join(f"{question}{answers} {why}".split())

    def plan(self) -> Iterator[str]:
        yield f"## {self._say('analysis-plan')}"
        yield f"### {self._say('endpoints')}"
        for one, (called, sentence) in zip(self.study.endpoints.reversions, self.said.reversions, strict=True):
            params = {"label": called, "sentence": sentence, "after": one.repeat_after, "before": one.repeat_before}
            said = "reversion" if one.calls_repeat else "reversion-uncalled"
            standing = Standing(one.assumed, self._own("reversions", one.id, "reason"), one.source)
            yield self._say(said, **params) + self._standing(standing)
        for endpoint in self.said.endpoints:
            yield f"**{endpoint.label}** ({endpoint.kind}).{self._standing(endpoint.standing)}"
            lines = [
                self._say("success", reading=name, sentence=said) if name else said for name, _, said in endpoint.rules
            ]
            if endpoint.variable and endpoint.visit:
                lines.append(self._say("decided-by", variable=endpoint.variable, visit=endpoint.visit))
            yield self._list(lines)
        yield f"### {self._say('estimands')}"
        for estimand in self.said.estimands:
            names = {"treatment": estimand.treatment, "versus": estimand.versus, "summary": estimand.summary}
            yield f"**{estimand.label}**{self._standing(estimand.standing)}"
            yield self._list(
                [
                    f"{estimand.endpoint}. {self._say('compared', **names)}",
                    *(f"{event}: {strategy}. {words}".strip() for event, strategy, words in estimand.events),
                ]
            )
        yield from self._analyses()
        yield from self._prediction()

    def _analyses(self) -> Iterator[str]:
        yield f"### {self._say('analyses')}"
        columns = [self._say(f"analysis-columns.{key}") for key in ("analysis", "role", "method", "strata", "missing")]
        rows = [
            (a.label, a.role, a.method, " × ".join(a.strata), "; ".join((a.missing, *a.details)))
            for a in self.said.analyses
        ]
        yield self._table(columns, rows)
        if self.said.associations:
            yield f"### {self._say('associations')}"
            yield self._list(
                f"**{called}**. {said}{self._standing(standing)}" for called, said, standing in self.said.associations
            )
        if self.study.endpoints.power:
            yield f"### {self._say('power')}"
            yield self._list(
                self._say(
                    "power-line",
                    enrolment=self.study.identity.enrolment,
                    control=plain(each.control),
                    treatment=plain(each.treatment),
                    dropout=plain(each.dropout),
                )
                for each in self.study.endpoints.power
            )

    def _prediction(self) -> Iterator[str]:
        said = self.said.prediction
        if said is None:
            return
        yield f"### {self._say('prediction.title')}"
        yield f"**{said.label}**{self._standing(Standing(said.assumed, said.reason, said.source))}"
        yield self._list(f"{heading}: {words}" for heading, words in said.facts)
        if said.exploratory:
            yield f"**{said.exploratory}**"

    def assumed(self) -> Iterator[str]:
        yield f"## {self._say('assumptions')}"
        if not self.said.assumptions:
            yield self._say("none")
        for assumption in self.said.assumptions:
            names = ", ".join(name for name in assumption.things if name) or self._say("allocation")
            yield f"- **{names}**: {' '.join(assumption.reason.split()) or self._say('no-reason')}"
