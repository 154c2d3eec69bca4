"""One participant as a page shows them, put together from the projections: a few rows, one calendar, no replay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import escape

from django.utils.safestring import SafeString, mark_safe

from equipoise.conduct import commands as c
from equipoise.conduct.protocol import Protocol
from equipoise.conduct.visibility import Fact, is_blinded
from equipoise.core.words import text
from equipoise.plan.calendar import GivenDose, VisitDays, days_by_arm
from equipoise.server.records.course import Course, course_of
from equipoise.server.records.models import Participant
from equipoise.server.records.reading import Reading
from equipoise.server.web.participants import sight
from equipoise.server.web.participants.course import Standing, Step, course, doses_due, visit_label
from equipoise.server.web.participants.curve import Entered, Panel, panels
from equipoise.server.web.participants.days import ROOM, long, middling, parsed, short
from equipoise.server.web.participants.drawing import Picture, Tick, drawn, table_of
from equipoise.server.web.participants.eligibility import undecided_factor
from equipoise.server.web.today import today_at
from equipoise.study.words import label, level_label

# The states in which eligibility or allocation is what a person waits for.
WAITING = frozenset({"registered", "consented", "cannot_tell_yet", "needs_judgement", "not_eligible", "eligible"})


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is to be done: what, and why; `kind` is late, due or open."""

    kind: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class DoseRow:
    """A dose that was given or withheld, in words."""

    product: str
    visit: str
    day: str
    amount: str
    batch: str
    reason: str
    given: bool


@dataclass(frozen=True, slots=True)
class QueryRow:
    """An open query in words."""

    what: str
    where: str
    words: str
    state: str


@dataclass(slots=True)
class Page:
    """What the page of one participant shows."""

    person: Participant
    state: str
    site: str
    arm: str
    is_sealed: bool
    may_allocate: bool = False
    may_unblind: bool = False
    sees_history: bool = False
    sees_queries: bool = False
    has_eligibility: bool = False
    allocated_on: str = ""
    consented_on: str = ""
    withdrawn_on: str = ""
    is_withheld: bool = False
    course: SafeString | None = None
    picture: SafeString | None = None
    table: SafeString | None = None
    masked: list[str] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    doses: list[DoseRow] = field(default_factory=list)
    queries: list[QueryRow] = field(default_factory=list)


# Schedule, visit, given, product, day, amount, unit, batch, reason.
DoseValues = tuple[str, str, bool, str, str, str, str, str, str]


class _Maker:
    """Puts one page together; each question to the database is asked once."""

    def __init__(self, reading: Reading, person: Participant, language: str) -> None:
        self.reading, self.person, self.language = reading, person, language
        self.protocol: Protocol = reading.state.protocol
        self.study = reading.declared
        self.arm = sight.arm_of(reading, person)
        self.hidden = sight.hidden(reading, arm_is_sealed=self.arm.is_sealed)
        self.today = today_at(self.study, person.site)
        self.allocated_on = parsed(person.allocated_on)

    def make(self) -> Page:
        person, reading, study = self.person, self.reading, self.study
        page = Page(
            person,
            text("conduct", f"states.participant.{person.state}", self.language),
            level_label(study, "centre", person.site, self.language),
            label(study, "arms", self.arm.id, self.language) if self.arm.id else "",
            self.arm.is_sealed,
            may_allocate=person.state == "eligible" and reading.may(c.Allocate),
            may_unblind=self.arm.is_sealed and is_blinded(reading.state) and reading.may(c.Unblind),
            sees_history=reading.sees(Fact.HISTORY, person),
            sees_queries=reading.sees(Fact.QUERIES, person),
            has_eligibility=bool(person.consented_on),
            allocated_on=long(person.allocated_on),
            consented_on=long(person.consented_on),
            withdrawn_on=long(person.withdrawn_on),
        )
        if person.state == "withdrawn" and sight.withheld(study.id, [person.participant]):
            page.is_withheld = True
            return page
        self._fill(page)
        return page

    def _fill(self, page: Page) -> None:
        kept = course_of(self.person.study, self.person.participant, self.study.endpoints.curves)
        steps = self._course(kept)
        doses = self._doses(kept)
        page.course = mark_safe("".join(map(self._shown, steps)))  # noqa: S308 - escaped where it is made
        given = tuple(GivenDose(dose[3], dose[1], date.fromisoformat(dose[4])) for dose in doses if dose[2])
        drawable = self._panels(kept, given)
        page.doses = [self._dose_row(dose) for dose in doses]
        if any(panel.points for panel in drawable):
            picture = self._picture(drawable, doses, steps)
            page.picture, page.table = drawn(picture), table_of(picture)
            page.masked = list(self._masked(drawable))
        page.queries = self._queries(kept) if page.sees_queries else []
        page.tasks = [*self._visits_to_do(steps), *self._doses_to_do(steps, doses), *self._waiting()]

    def say(self, key: str, **params: object) -> str:
        return text(ROOM, key, self.language, **params)

    # --- the course ---------------------------------------------------------------------------------------------

    def _course(self, kept: Course) -> tuple[Step, ...]:
        person, gone = self.person, self.hidden.visits
        recorded = {visit: (state, parsed(on)) for visit, state, on in kept.visits if visit not in gone}
        left = min(filter(None, (person.stopped_on, person.withdrawn_on)), default="")
        return course(self._days(), self.allocated_on, recorded, self.today, parsed(left))

    def _days(self) -> tuple[VisitDays, ...]:
        calendars = days_by_arm(self.study)
        return calendars.get(self.arm.id, calendars[None])

    def _visit(self, visit: str) -> str:
        return visit_label(self.protocol, visit, self.language)

    def _day(self, when: date) -> str:
        return short(when, self.language) if when.year == self.today.year else middling(when, self.language)

    def _shown(self, step: Step) -> str:
        """Return a visit of the course as an item of the list; forty of them are quicker without a template."""
        window = ""
        match step.standing:
            case Standing.DONE:
                words = self._day(step.on) if step.on else self.say("standing.done")
            case Standing.LATE:
                words = self.say("standing.late-one" if step.late_by == 1 else "standing.late", n=step.late_by)
            case Standing.DUE if step.closes:
                words = self.say("standing.due", day=self._day(step.closes))
            case Standing.AHEAD if step.planned:
                words = self._day(step.planned)
            case Standing.PLANNED:
                words = ""
            case _:
                words = self.say(f"standing.{step.standing}")
        if step.opens and step.closes and step.standing is not Standing.ENDED:
            window = self.say("standing.window", first=self._day(step.opens), last=self._day(step.closes))
        kind = f"{step.standing} extra" if step.is_extra else str(step.standing)
        title = f' title="{escape(window)}"' if window else ""
        return f'<li class="{kind}"{title}><b>{escape(self._visit(step.visit))}</b> {escape(words)}</li>'

    # --- the curve ----------------------------------------------------------------------------------------------

    def _panels(self, kept: Course, given: tuple[GivenDose, ...]) -> tuple[Panel, ...]:
        person, names = self.person, self.study.endpoints.curves
        if not names:
            return ()
        entered = [
            Entered(item, visit, form, date.fromisoformat(on), value, unit, limit)
            for item, visit, form, on, value, unit, limit in kept.items
            if value and not self.hidden.item(form, item, visit)
        ]
        return panels(self.protocol, person.site, names, entered, given)

    def _picture(self, drawable: tuple[Panel, ...], doses: list[DoseValues], steps: tuple[Step, ...]) -> Picture:
        ticks = tuple(
            Tick(date.fromisoformat(on), given, self._dose_words(schedule, product, amount, unit, on, given=given))
            for schedule, _, given, product, on, amount, unit, _, _ in doses
        )
        until = max((step.planned for step in steps if step.planned), default=self.today)
        return Picture(self.protocol, drawable, ticks, self.allocated_on, until, self.today, self.language)

    def _masked(self, drawable: tuple[Panel, ...]) -> Iterator[str]:
        """Yield what hides results and until when, for each product once."""
        found: dict[str, tuple[date, date, list[str]]] = {}
        for panel in drawable:
            for window in panel.windows:
                first, last, names = found.get(window.masking, (window.first, window.last, []))
                if panel.variable not in names:
                    names.append(panel.variable)
                found[window.masking] = (min(first, window.first), max(last, window.last), names)
        between = self.say("curve.and")
        for masking, (_, last, names) in found.items():
            key = "curve.hides" if last >= self.today else "curve.hid"
            called = between.join(label(self.study, "variables", name, self.language) for name in names)
            what = label(self.study, "masking", masking, self.language)
            yield self.say(key, what=what, names=called, day=middling(last, self.language))

    # --- doses --------------------------------------------------------------------------------------------------

    def _doses(self, kept: Course) -> list[DoseValues]:
        shown = (row for row in kept.doses if row[0] not in self.hidden.schedules)
        return sorted(shown, key=lambda row: (row[4], row[0]))

    def _product(self, schedule: str, product: str) -> str:
        declared = self.protocol.doses.get(schedule)
        name = product or (declared.product if declared else "")
        return label(self.study, "products", name, self.language) if name else schedule

    def _dose_words(self, schedule: str, product: str, amount: str, unit: str, on: str, *, given: bool) -> str:
        what = self._product(schedule, product)
        day = self._day(date.fromisoformat(on))
        key = "doses.given-on" if given else "doses.withheld-on"
        return self.say(key, what=f"{what} {amount} {unit}".strip() if given else what, day=day)

    def _dose_row(self, dose: DoseValues) -> DoseRow:
        schedule, visit, given, product, on, amount, unit, batch, reason = dose
        return DoseRow(
            self._product(schedule, product),
            self._visit(visit),
            self._day(date.fromisoformat(on)),
            f"{amount} {unit}".strip(),
            batch,
            reason,
            given,
        )

    # --- to do --------------------------------------------------------------------------------------------------

    def _visits_to_do(self, steps: tuple[Step, ...]) -> Iterator[Task]:
        for kind in (Standing.LATE, Standing.DUE):
            for step in steps:
                if step.standing is kind and step.opens and step.closes:
                    day = step.closes if kind is Standing.LATE else step.opens
                    why = self.say(f"to-do.{kind}", day=self._day(day), last=self._day(step.closes))
                    yield Task(kind, self._visit(step.visit), why)

    def _doses_to_do(self, steps: tuple[Step, ...], doses: list[DoseValues]) -> Iterator[Task]:
        known = [(dose[0], dose[1]) for dose in doses]
        for step, dose in doses_due(steps, known, parsed(self.person.treatment_stopped_on)):
            product = self._product(dose.schedule, dose.product)
            what = self.say("to-do.dose", what=product, visit=self._visit(step.visit))
            yield Task("due", what, self.say("to-do.dose-why"))

    def _waiting(self) -> Iterator[Task]:
        state = self.person.state
        if state in WAITING:
            # Before allocation a history is short: it can be folded for what the draw will ask.
            factor = undecided_factor(self.reading, self.person, self.language) if state == "eligible" else ""
            yield Task("open", self.say(f"to-do.{state}"), factor or self.say(f"to-do.{state}-why"))

    def _queries(self, kept: Course) -> list[QueryRow]:
        return [
            QueryRow(
                label(self.study, "variables", item, self.language),
                self._visit(visit),
                words,
                text("conduct", f"states.query.{state}", self.language),
            )
            for state, visit, item, words in kept.queries
            if not self.hidden.query(item, visit)
        ]


def page_of(reading: Reading, person: Participant, language: str) -> Page:
    """Return the page of one participant, as who reads may see it."""
    return _Maker(reading, person, language).make()
