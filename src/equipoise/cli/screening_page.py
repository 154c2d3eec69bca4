"""The page of a screening: for each person the verdict, first what decides it, then the rest on a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from equipoise.cli.console import Voice
from equipoise.cli.layout import counted, grid, show
from equipoise.cli.screening_output import status_text, verdict_text
from equipoise.cli.screening_reasons import Reason, Reasons
from equipoise.criteria.verdict import Assessment, Status, Verdict
from equipoise.study.model.study import Study

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

# In the order in which they decide.
_ORDER = (Status.FAIL, Status.UNKNOWN, Status.JUDGEMENT, Status.PASS)
_DECIDED_BY = {
    Verdict.NOT_ELIGIBLE: Status.FAIL,
    Verdict.CANNOT_TELL_YET: Status.UNKNOWN,
    Verdict.NEEDS_JUDGEMENT: Status.JUDGEMENT,
    Verdict.ELIGIBLE: Status.PASS,
}


class Page:
    """Prints people one below the other. With `every` the criteria that pass are shown with their values too."""

    def __init__(self, voice: Voice, study: Study, reasons: Reasons, file: str, *, every: bool) -> None:
        from rich.cells import cell_len

        self._voice = voice
        self._reasons = reasons
        self._file = file
        self._every = every
        self._widths = (
            max(cell_len(status_text(voice, status).plain) for status in Status),
            max((len(criterion.id) for criterion in study.eligibility), default=0),
        )

    def person(self, person: str, line: int, assessment: Assessment) -> None:
        """Print one person."""
        from rich.text import Text

        where = self._voice.say("screen.line", file=self._file, line=line)
        head = Text(person, "bold").append("  ").append(verdict_text(self._voice, assessment.verdict))
        self._voice.out.print(head.append(f"  {where}", "not bold dim"))
        table, quiet = self._sorted(assessment)
        if table.row_count:
            show(self._voice, table)
        if quiet:
            # The criteria that stand in nobody's way take one line.
            show(self._voice, self._passes(quiet))
        self._voice.out.print()

    def summary(self, counts: Mapping[str, int]) -> None:
        """Print how many people have which verdict."""
        from rich.text import Text

        line = Text(counted(self._voice, "screen.people", sum(counts.values())), "bold")
        for verdict in Verdict:
            if counts.get(verdict):
                line.append(f"   {counts[verdict]:,} ", "not bold").append(verdict_text(self._voice, verdict))
        show(self._voice, line)

    def _sorted(self, assessment: Assessment) -> tuple[Table, list[str]]:
        """Return what is to be shown of each criterion, and the criteria of which nothing is."""
        table = grid(1, self._widths[0] + 1, self._widths[1] + 1, 1, None, gap=1)
        quiet: list[str] = []
        for status in _ORDER:
            name: Text | str = status_text(self._voice, status)
            for criterion, result in assessment.criteria.items():
                if result.status is not status:
                    continue
                if status is Status.PASS and not self._every and not result.contradiction:
                    quiet.append(criterion)
                    continue
                reason = self._reasons.of(criterion, result)
                decides = self._every or _DECIDED_BY[assessment.verdict] is status or result.contradiction
                self._add(table, name, criterion, reason, decides=decides)
                name = ""
        return table, quiet

    def _passes(self, criteria: list[str]) -> Table:
        from rich.text import Text

        table = grid(1, self._widths[0] + 1, None, gap=1)
        table.add_row("", status_text(self._voice, Status.PASS), Text(" ".join(criteria), "dim"))
        return table

    def _add(self, table: Table, status: Text | str, criterion: str, reason: Reason, *, decides: bool) -> None:
        """Add a criterion: whole where it decides, otherwise only what would change it."""
        from rich.text import Text

        table.add_row("", status, criterion, "", Text(reason.words, "dim", no_wrap=True, overflow="ellipsis"))
        if decides and reason.values:
            table.add_row("", "", "", "", Text(" · ".join(reason.values)))
        if reason.remedies:
            table.add_row("", "", "", Text("→", "dim"), Text(_joined(reason.remedies)))
        if reason.clash:
            words = self._voice.say("screen.clash", values=" · ".join(reason.clash))
            table.add_row("", "", "", Text("!", "magenta"), Text(words, "magenta"))


def _joined(remedies: tuple[str, ...]) -> str:
    """Return remedies on one line: sentences follow each other, phrases stand apart."""
    if all(remedy.endswith("。") for remedy in remedies):
        return "".join(remedies)
    return (" " if all(remedy.endswith(".") for remedy in remedies) else " · ").join(remedies)
