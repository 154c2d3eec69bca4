"""The laboratory curve as a picture: one panel a variable above a common time, log scale, drawn by ourselves.

Across, everything is placed in percent, so that the picture is as wide as its page while letters and marks keep their
size; downwards in pixels. Colours and hatching are classes of the stylesheet; nothing is styled here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from html import escape
from itertools import pairwise
from math import ceil, floor, log10

from django.utils.safestring import SafeString, mark_safe

from equipoise.conduct.protocol import Protocol
from equipoise.core.decimals import plain
from equipoise.core.words import text
from equipoise.server.web.participants.course import visit_label
from equipoise.server.web.participants.curve import Entered, Line, Panel, Point
from equipoise.server.web.participants.days import ROOM, middling, short
from equipoise.study.words import label

_LEFT, _RIGHT = 13.0, 98.0  # percent
# Pixels; the stylesheet has the same heights.
_NAME, _HEAD, _PLOT, _PANEL = 20, 20, 132, 160
_DOSES, _AXIS = 26, 52
_MARKS = {-1: "below", 0: "number", 1: "above"}
_WEEKS = (1, 2, 4, 8, 12, 24, 52, 104, 208)
_MOST_TICKS = 8
_SHORT = 2.0  # powers of ten: a scale as short as this has more marks than the powers
_APART = 13  # pixels between the words of two lines
_SYMBOLS = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="stroke" d="M0 0V7"/></pattern><path id="below" d="M-5-4H5L0 5Z"/><path id="above" d="M-5 4H5L0-5Z"/>'
    '<circle id="number" r="4"/><path id="given" d="M-1.5-7H1.5V7H-1.5Z"/><path id="withheld" d="M-4-4 4 4M-4 4 4-4"/>'
    "</defs>"
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A dose underneath: given, or withheld."""

    on: date
    given: bool
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn besides the panels."""

    protocol: Protocol
    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]
    allocated_on: date | None
    until: date  # the last day of the plan
    today: date
    language: str


def drawn(picture: Picture) -> SafeString:
    """Return the picture as SVG, with its title and its description in words."""
    return mark_safe(_Drawing(picture).svg())  # noqa: S308 - every word in it is escaped where it is put in


class _Drawing:
    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.say = partial(text, ROOM)
        self.first, self.last = _span(picture)
        self._scale = (_RIGHT - _LEFT) / max((self.last - self.first).days, 1)

    def svg(self) -> str:
        parts = [self._panel_svg(number, panel) for number, panel in enumerate(self.picture.panels)]
        return "".join([*parts, self._foot()])

    def _panel_svg(self, number: int, panel: Panel) -> str:
        name = f"curve-{number}"
        title = self._words("curve.title", variable=self._name(panel))
        return (
            f'<svg class="curve panel" width="100%" height="{_PANEL}" role="img" aria-labelledby="{name} {name}-told">'
            f'<title id="{name}">{title}</title><desc id="{name}-told">{escape(self._told(panel))}</desc>'
            f"{'' if number else _SYMBOLS}{''.join(self._panel(panel))}</svg>"
        )

    def _foot(self) -> str:
        """Draw what all panels share: the doses and the time."""
        top = _DOSES if self.picture.ticks else 4
        kind = "under" if self.picture.ticks else "under bare"
        parts = "".join([*self._doses(), *self._time(top)])
        title = self._words("curve.foot")
        size = f'width="100%" height="{top + _AXIS}"'
        return f'<svg class="curve {kind}" {size} role="img" aria-label="{title}">{parts}</svg>'

    def _name(self, panel: Panel) -> str:
        return label(self.picture.protocol.study, "variables", panel.variable, self.picture.language)

    # --- places ------------------------------------------------------------------------------------------------

    def _x(self, day: date) -> str:
        return f"{_LEFT + (day - self.first).days * self._scale:.2f}%"

    def _words(self, key: str, **params: object) -> str:
        return escape(self.say(key, self.picture.language, **params))

    # --- a panel -----------------------------------------------------------------------------------------------

    def _panel(self, panel: Panel) -> Iterator[str]:
        unit = f'<tspan class="unit" dx="6">{escape(panel.unit)}</tspan>' if panel.unit else ""
        yield f'<text class="name" x="0" y="13">{escape(self._name(panel))}{unit}</text>'
        ends = _ends(panel)
        if ends is None:
            yield f'<text x="{_LEFT}%" y="{_NAME + 20}">{self._words("curve.nothing")}</text>'
            return
        place = _scale(*ends)
        yield from self._masking(panel, _NAME)
        for value in _marks(*ends):
            y = place(value)
            yield f'<line class="grid" x1="{_LEFT}%" x2="{_RIGHT}%" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text class="end" x="{_LEFT}%" dx="-7" y="{y + 4:.1f}">{plain(value)}</text>'
        if self.first < self.picture.today < self.last:
            yield self._today(_NAME, _PANEL)
        yield from self._lines(panel.lines, place)
        yield from self._points(panel, place)

    def _today(self, top: int, bottom: int) -> str:
        x = self._x(self.picture.today)
        return f'<line class="today" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'

    def _masking(self, panel: Panel, plot: int) -> Iterator[str]:
        for window in panel.windows:
            first, last = max(window.first, self.first), min(window.last, self.last)
            if first > last:
                continue
            wide = ((last - first).days + 1) * self._scale
            yield f'<rect fill="url(#hatch)" x="{self._x(first)}" y="{plot}" width="{wide:.2f}%" height="{_PLOT}"/>'
            words = label(self.picture.protocol.study, "masking", window.masking, self.picture.language)
            said = self._words("curve.masked", what=words)
            yield f'<text class="on-hatch" x="{self._x(first)}" dx="6" y="{plot + 14}">{said}</text>'

    def _lines(self, lines: Iterable[Line], place: Callable[[Decimal], float]) -> Iterator[str]:
        above = float("inf")
        for line in lines:
            y = place(line.value)
            kind = "both" if line.is_limit and line.decides else "limit" if line.is_limit else "threshold"
            yield f'<line class="level {kind}" x1="{_LEFT}%" x2="{_RIGHT}%" y1="{y:.1f}" y2="{y:.1f}"/>'
            above = at = min(y - 4, above - _APART)  # lines come from below: words that would touch move up
            words = self._words(f"curve.{kind}", value=plain(line.value))
            yield f'<text class="level-name" x="{_RIGHT}%" y="{at:.1f}">{words}</text>'

    def _points(self, panel: Panel, place: Callable[[Decimal], float]) -> Iterator[str]:
        known = [
            (self._x(point.entered.on), place(point.value), point) for point in panel.points if point.value is not None
        ]
        for (x1, y1, _), (x2, y2, _) in pairwise(known):
            yield f'<line class="between" x1="{x1}" x2="{x2}" y1="{y1:.1f}" y2="{y2:.1f}"/>'
        for x, y, point in known:
            hidden = " hidden" if point.maskings else ""
            mark = _MARKS[point.sign]
            title = escape(self._said(panel, point))
            yield f'<use class="{mark}{hidden}" href="#{mark}" x="{x}" y="{y:.1f}"><title>{title}</title></use>'

    def _said(self, panel: Panel, point: Point) -> str:
        one, language = point.entered, self.picture.language
        visit = visit_label(self.picture.protocol, one.visit, language)
        key = "curve.masked-point" if point.maskings else "curve.point"
        return self.say(key, language, visit=visit, day=short(one.on, language), value=_value(panel, one))

    # --- underneath --------------------------------------------------------------------------------------------

    def _doses(self) -> Iterator[str]:
        if not self.picture.ticks:
            return
        y = 12
        yield f'<text class="end" x="{_LEFT}%" dx="-7" y="{y + 4}">{self._words("curve.doses")}</text>'
        for tick in self.picture.ticks:
            kind = "given" if tick.given else "withheld"
            title = f"<title>{escape(tick.words)}</title>"
            yield f'<use class="{kind}" href="#{kind}" x="{self._x(tick.on)}" y="{y}">{title}</use>'

    def _time(self, top: int) -> Iterator[str]:
        y = top + 14
        picture, anchor = self.picture, self.picture.allocated_on
        yield f'<line class="axis" x1="{_LEFT}%" x2="{_RIGHT}%" y1="{top}" y2="{top}"/>'
        if anchor is None:
            ends = [(self.first, "start"), (self.last, "end")] if self.last > self.first else [(self.first, "start")]
            for day, place in ends:
                words = escape(middling(day, picture.language))
                yield f'<text class="{place}" x="{self._x(day)}" y="{y}">{words}</text>'
            return
        weeks = (self.last - anchor).days // 7
        step = next((step for step in _WEEKS if weeks <= step * _MOST_TICKS), _WEEKS[-1])
        for week in range(0, weeks + 1, step):
            yield f'<text class="middle" x="{self._x(anchor + timedelta(7 * week))}" y="{y}">{week}</text>'
        # A line of its own: on a telephone it would run into today's.
        yield f'<text class="end" x="{_RIGHT}%" y="{y + 31}">{self._words("curve.weeks")}</text>'
        if self.first < picture.today < self.last:
            yield self._today(0, top)
            x = self._x(picture.today)
            yield f'<text class="middle now" x="{x}" y="{y + 15}">{self._words("curve.today")}</text>'

    # --- in words ----------------------------------------------------------------------------------------------

    def _told(self, panel: Panel) -> str:
        """Say what a panel shows, for who does not see it."""
        language, name = self.picture.language, self._name(panel)
        if not panel.points:
            return self.say("curve.told-nothing", language, variable=name)
        last = panel.points[-1].entered
        masked = sum(bool(point.maskings) for point in panel.points)
        day = middling(last.on, language)
        told = self.say("curve.told", language, variable=name, n=len(panel.points), value=_value(panel, last), day=day)
        return told + (" " + self.say("curve.told-masked", language, n=masked) if masked else "")


def _value(panel: Panel, entered: Entered) -> str:
    unit = entered.unit or panel.unit
    return f"{entered.value} {unit}" if unit else entered.value


def _span(picture: Picture) -> tuple[date, date]:
    days = [point.entered.on for panel in picture.panels for point in panel.points]
    days += [tick.on for tick in picture.ticks]
    days += [day for day in (picture.allocated_on,) if day is not None]
    first = min(days, default=picture.today)
    return first, max([*days, picture.until])


def _ends(panel: Panel) -> tuple[float, float] | None:
    """Return the ends of the scale in powers of ten, with room below what is only known to lie below."""
    known = [point.value for point in panel.points if point.value is not None and point.value > 0]
    values = [*known, *(line.value for line in panel.lines if line.value > 0)]
    return (log10(min(values)) - 0.45, log10(max(values)) + 0.35) if values else None


def _scale(low: float, high: float) -> Callable[[Decimal], float]:
    per = (_PLOT - _HEAD) / (high - low)  # above is room for words

    def place(value: Decimal) -> float:
        # A result of zero has no place on a logarithmic scale: it stands on the floor.
        return _NAME + _PLOT - ((log10(value) if value > 0 else low) - low) * per

    return place


def _marks(low: float, high: float) -> Iterator[Decimal]:
    powers = range(floor(low), floor(high) + 1)
    step = max(1, ceil(len(powers) / 5))
    between = (1, 2, 5) if high - low < _SHORT else (1,)
    for power in powers[::step]:
        for lead in between:
            if low <= power + log10(lead) <= high:
                yield lead * Decimal(10) ** power


def table_of(picture: Picture) -> SafeString:
    """Return the same values as a table, a row a visit and day: what is drawn, for who reads rather than looks."""
    rows: dict[tuple[date, str], dict[str, Point]] = {}
    for panel in picture.panels:
        for point in panel.points:
            rows.setdefault((point.entered.on, point.entered.visit), {})[panel.variable] = point
    language, study = picture.language, picture.protocol.study
    masked = escape(text(ROOM, "curve.masked-short", language))
    heads = [text(ROOM, "curve.day", language), text(ROOM, "curve.visit", language)]
    heads += [label(study, "variables", panel.variable, language) for panel in picture.panels]
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in heads)
    lines = []
    for (on, visit), points in sorted(rows.items()):
        cells = [f"<td>{middling(on, language)}</td><td>{escape(visit_label(picture.protocol, visit, language))}</td>"]
        cells.extend(_cell(points.get(panel.variable), panel, masked, picture) for panel in picture.panels)
        lines.append(f"<tr>{''.join(cells)}</tr>")
    body = "".join(lines)
    return mark_safe(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")  # noqa: S308 - escaped


def _cell(point: Point | None, panel: Panel, masked: str, picture: Picture) -> str:
    if point is None:
        return "<td></td>"
    one = point.entered
    said = _value(panel, one) if point.value is not None else one.value
    why = f' <span class="why">{masked}</span>' if point.maskings else ""
    if one.limit:
        said += f" ({text(ROOM, 'curve.limit', picture.language, value=one.limit)})"
    return f"<td>{escape(said)}{why}</td>"
