"""The study in words on the terminal: arms, criteria, calendar, endpoint, and what is assumed and why."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from equipoise.cli.console import Voice
from equipoise.cli.layout import grid, ruled, show
from equipoise.core.words import text
from equipoise.study.documents import render_documents
from equipoise.study.model.study import Study
from equipoise.study.summary import SaidCriterion, SaidEndpoint, SaidVisit, Standing, Summary, summarise

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_MARK = "◌"  # a dotted circle stands at everything that is assumed


def print_documents(voice: Voice, study: Study) -> None:
    """Print synopsis, information sheet and analysis plan as one Markdown document."""
    sys.stdout.write(render_documents(study, voice.language))


def write_summary(voice: Voice, study: Study) -> None:
    """Print the study in words as JSON."""
    voice.write_json({**asdict(summarise(study, voice.language)), "content_hash": study.content_hash})


def show_study(voice: Voice, study: Study) -> None:
    """Print the study in words."""
    _Page(voice, study).show()


class _Page:
    """Lays one study out."""

    def __init__(self, voice: Voice, study: Study) -> None:
        self.voice = voice
        self.study = study
        self.said: Summary = summarise(study, voice.language)

    def show(self) -> None:
        self.head()
        self.arms()
        self.criteria("inclusion")
        self.criteria("exclusion")
        self.calendar()
        self.endpoints()
        self.analyses()
        self.prediction()
        self.assumed()

    def word(self, key: str, **params: object) -> str:
        return text("study", f"documents.{key}", self.voice.language, **params)

    def title(self, words: str) -> None:
        self.voice.out.print()
        self.voice.out.print(words, style="bold cyan", markup=False)

    def mark(self, standing: Standing) -> Text:
        from rich.text import Text

        # The space between mark and word does not break.
        words = f"  {_MARK}\N{NO-BREAK SPACE}{self.voice.say('study.show.assumed')}" if standing.assumed else ""
        return Text(words, "not bold magenta")

    def rows(self, pairs: Iterable[tuple[str, str]]) -> None:
        from rich.cells import cell_len
        from rich.text import Text

        kept = [(name, value) for name, value in pairs if value]
        table = grid(max((cell_len(name) for name, _ in kept), default=1), None)
        for name, value in kept:
            table.add_row(Text(name, "dim"), Text(value))
        show(self.voice, table)

    def head(self) -> None:
        from rich.text import Text

        said = self.said
        version = self.word("version", version=said.version)
        show(self.voice, Text(f"{said.id} · {version} · {self.study.content_hash[:12]}", "dim"))
        show(self.voice, Text(said.title, "bold"))
        if said.demonstration:
            show(self.voice, Text(" ".join(said.demonstration.split()), "yellow"))
        self.voice.out.print()
        dates = [f"{kind} {value}" + (f" ({source})" if source else "") for kind, value, source in said.dates]
        differ = len({value for _, value, _ in said.dates}) > len({kind for kind, _, _ in said.dates})
        self.rows(
            (
                (self.word("identity.condition"), said.condition),
                (self.word("identity.design"), said.design),
                (self.word("identity.phase"), said.phase),
                (self.word("identity.blinding"), said.blinding),
                (self.word("identity.participants"), f"{said.enrolment:,}"),
                (self.word("identity.status"), said.status),
                (self.word("identity.sponsor"), said.sponsor),
                (self.word("identity.dates"), "\n".join([*dates, *([self.word("identity.sources-differ")] * differ)])),
                (self.word("sites"), self.listed(said.sites)),
            )
        )

    def arms(self) -> None:
        from rich.text import Text

        self.title(self.word("arms"))
        for arm in self.said.arms:
            head = Text(arm.label, "bold").append(f"  {arm.kind}", "not bold dim").append(self.mark(arm.standing))
            show(self.voice, head)
            show(self.voice, Text(" ".join(arm.description.split())))
        allocation = self.study.identity.allocation
        self.title(self.word("allocation"))
        standing = Standing(allocation.assumed, "", "")
        show(self.voice, Text(self.listed(self.said.allocation)).append(self.mark(standing)))
        self.rows((name, self.listed(levels)) for name, levels in self.said.factors)
        if allocation.judge_again:
            show(self.voice, Text(self.word("judged-again", criteria=self.joined(allocation.judge_again)), "dim"))

    def criteria(self, kind: str) -> None:
        chosen = [criterion for criterion in self.said.criteria if criterion.kind == kind]
        if not chosen:
            return
        self.title(self.word(kind))
        table = grid(max(len(criterion.id) for criterion in chosen), None)
        for criterion in chosen:
            self.criterion(table, criterion)
        show(self.voice, table)

    def criterion(self, table: Table, criterion: SaidCriterion) -> None:
        from rich.text import Text

        table.add_row(
            Text(criterion.id, "bold"), Text(" ".join(criterion.text.split())).append(self.mark(criterion.standing))
        )
        table.add_row("", Text(" ".join(criterion.rule.split()), "green"))
        judged = f" {self.word('by-investigator')}" if criterion.by_investigator else ""
        table.add_row("", Text(self.word("read-as", sentence=criterion.sentence) + judged, "dim"))

    def calendar(self) -> None:
        from rich.text import Text

        self.title(self.word("calendar"))
        given = list(dict.fromkeys(pair for visit in self.said.calendar for pair in visit.doses))
        arms = {arm for visit in self.said.calendar for arm, _ in visit.masked}
        signs = {pair: "●" if len(given) == 1 else str(number) for number, pair in enumerate(given, start=1)}
        titles = {key: self.word(f"columns.{key}") for key in ("visit", "day", "window", "doses", "masked")}
        if len(arms) == 1:
            titles["masked"] += f" ({next(iter(arms))})"
        table = ruled(*((title, key in ("day", "window")) for key, title in titles.items()))
        for visit in self.said.calendar:
            only = f" ({self.word('only-arms', arms=self.joined(visit.arms))})" if visit.arms else ""
            window = "" if visit.earliest == visit.latest else f"{visit.earliest} … {visit.latest}"
            doses = " ".join(signs[pair] for pair in visit.doses)
            day = "" if visit.id in self.undated else str(visit.day)
            label = Text(visit.label + only).append(f" {_MARK}" if visit.standing.assumed else "", "magenta")
            table.add_row(label, day, window, doses, Text(self.masked(visit, with_arm=len(arms) > 1), "yellow"))
        show(self.voice, table)
        for arm, dose in given:
            show(self.voice, Text(f"{signs[arm, dose]} {self.word('given-in', arm=arm, dose=dose)}"))
        for masking in self.study.schedule.masking:
            hidden = self.joined(self.label("variables", name) for name in masking.hides)
            params = {"label": self.label("masking", masking.id), "variables": hidden, "days": masking.days}
            show(self.voice, Text(self.word("masking", **params), "yellow"))
        if any(visit.standing.assumed for visit in self.said.calendar):
            show(self.voice, Text(f"{_MARK} {self.voice.say('study.show.assumed')}", "magenta"))

    def masked(self, visit: SaidVisit, *, with_arm: bool) -> str:
        said = [(arm, self.joined(names)) for arm, names in visit.masked]
        return "\n".join(self.word("masked-in", arm=arm, variables=names) if with_arm else names for arm, names in said)

    def joined(self, names: Iterable[str]) -> str:
        return self.voice.say("study.comma").join(names)

    def listed(self, things: Iterable[str]) -> str:
        return self.voice.say("study.semicolon").join(things)

    @property
    def undated(self) -> set[str]:
        """Visits without a day of their own."""
        return {visit.id for visit in self.study.schedule.visits if visit.kind == "unscheduled"}

    def label(self, section: str, identity: str) -> str:
        from equipoise.study.words import label

        return label(self.study, section, identity, self.voice.language)

    def endpoints(self) -> None:
        from rich.text import Text

        self.title(self.word("endpoints"))
        for one, (called, sentence) in zip(self.study.endpoints.reversions, self.said.reversions, strict=True):
            params = {"label": called, "sentence": sentence, "after": one.repeat_after, "before": one.repeat_before}
            said = "reversion" if one.calls_repeat else "reversion-uncalled"
            show(self.voice, Text(self.word(said, **params)).append(self.mark(Standing(one.assumed, "", ""))))
        primary = self.primary
        for endpoint in sorted(self.said.endpoints, key=lambda endpoint: endpoint.id not in primary):
            self.endpoint(endpoint, is_primary=endpoint.id in primary)

    @property
    def primary(self) -> set[str]:
        """The endpoints of the primary analyses."""
        estimands = self.study.endpoints.estimands
        return {estimand.endpoint for estimand in estimands if estimand.id in self.primary_estimands}

    @property
    def primary_estimands(self) -> set[str]:
        """The estimands of the primary analyses."""
        return {analysis.estimand for analysis in self.study.endpoints.analyses if analysis.role == "primary"}

    def endpoint(self, endpoint: SaidEndpoint, *, is_primary: bool) -> None:
        from rich.text import Text

        head = Text(endpoint.label, "bold" if is_primary else "").append(f"  {endpoint.kind}", "not bold dim")
        if is_primary:
            head.append(f"  {self.voice.say('study.show.primary')}", "not bold cyan")
        show(self.voice, head.append(self.mark(endpoint.standing)))
        if not is_primary:
            return
        table = grid(1, None)
        for reading, rule, sentence in endpoint.rules:
            said = self.word("success", reading=reading, sentence=sentence) if reading else sentence
            table.add_row("", Text(" ".join(rule.split()), "green"))
            table.add_row("", Text(said, "dim"))
        if endpoint.variable and endpoint.visit:
            words = self.word("decided-by", variable=endpoint.variable, visit=endpoint.visit)
            table.add_row("", Text(words, "dim"))
        for estimand in self.said.estimands:
            if estimand.id in self.primary_estimands:
                names = {"treatment": estimand.treatment, "versus": estimand.versus, "summary": estimand.summary}
                table.add_row("", self.word("compared", **names))
                for event, strategy, words in estimand.events:
                    table.add_row("", Text(" ".join(f"{event}: {strategy}. {words}".split()), "dim"))
        show(self.voice, table)

    def analyses(self) -> None:
        from rich.cells import cell_len
        from rich.text import Text

        self.title(self.word("analyses"))
        table = grid(max((cell_len(one.role) for one in self.said.analyses), default=1), None)
        before = ""
        for one in self.said.analyses:
            strata = [" × ".join(one.strata)] if one.strata else []
            style = "bold" if one.id in self.leading else ""
            table.add_row(
                Text("" if one.role == before else one.role, "dim"),
                Text(one.label, style).append(self.mark(one.standing)),
            )
            table.add_row("", Text(" · ".join([one.method, *strata, one.missing, *one.details]), "dim"))
            before = one.role
        show(self.voice, table)
        if self.said.associations:
            self.title(self.word("associations"))
        for called, said, standing in self.said.associations:
            show(self.voice, Text(called).append(self.mark(standing)))
            show(self.voice, Text(said, "dim"))

    @property
    def leading(self) -> set[str]:
        """The primary analyses."""
        return {analysis.id for analysis in self.study.endpoints.analyses if analysis.role == "primary"}

    def prediction(self) -> None:
        from rich.text import Text

        said = self.said.prediction
        if said is None:
            return
        self.title(self.word("prediction.title"))
        show(self.voice, Text(said.label).append(self.mark(Standing(said.assumed, "", ""))))
        self.rows(said.facts)
        if said.exploratory:
            show(self.voice, Text(said.exploratory, "yellow"))

    def assumed(self) -> None:
        from rich.text import Text

        if not self.said.assumptions:
            return
        self.title(self.word("assumptions"))
        table = grid(1, None)
        for assumption in self.said.assumptions:
            reason = " ".join(assumption.reason.split()) or self.word("no-reason")
            table.add_row(Text(_MARK, "magenta"), Text(reason))
            names = self.listed(name for name in assumption.things if name) or self.word("allocation")
            table.add_row("", Text(names, "dim"))
        show(self.voice, table)
