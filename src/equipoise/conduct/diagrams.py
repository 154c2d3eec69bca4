"""A picture of each table of states, as SVG. Only where a state stands in the picture is said here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from equipoise.conduct.states import Machine
from equipoise.core.words import text

# Column and row of each state, from the upper left.
PLACES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "study": {"unpublished": (0, 0), "open": (1, 0), "frozen": (1, 1.2), "locked": (2.2, 0), "revealed": (3.2, 0)},
    "participant": {
        "absent": (0, 1),
        "referred": (0, 2.4),
        "registered": (1, 1),
        "consented": (2, 1),
        "cannot_tell_yet": (3.15, 0),
        "needs_judgement": (3.15, 0.9),
        "not_eligible": (3.15, 1.8),
        "eligible": (3.15, 2.7),
        "allocated": (4.6, 2.7),
        "treatment_stopped": (5.6, 4.2),
        "completed": (6.6, 2.7),
        "stopped": (1, 4.2),
        "withdrawn": (2.3, 5.3),
    },
    "casebook": {"open": (0, 0), "frozen": (1, 0)},
    "visit": {"expected": (0, 0.5), "missed": (1, 1), "recorded": (2, 0.5), "signed": (3, 0.5)},
    "query": {"absent": (0, 0), "open": (1, 0), "answered": (2, 0), "closed": (3, 0)},
    "specimen": {"absent": (0, 0), "collected": (1, 0), "stored": (2, 0), "shipped": (3, 0)},
    "kit": {"absent": (0, 0), "in_stock": (1, 0), "assigned": (2, 0)},
}
# States that people move between freely: drawn in one frame, with one arrow for what all of them share.
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "participant": ("cannot_tell_yet", "needs_judgement", "not_eligible", "eligible")
}
_WIDTH, _HEIGHT, _ACROSS, _DOWN, _MARGIN = 150, 52, 216, 92, 30
_INK, _LINE, _FILL, _FRAME = "#17211f", "#0d6555", "#f1f7f5", "#9db8b1"
_FRAMED = "(together)"
_OPENING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
    'role="img" font-family="system-ui, sans-serif">'
)
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    f'<path d="M0 0L8 4L0 8z" fill="{_LINE}"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2

    def border(self, towards: tuple[float, float]) -> tuple[float, float]:
        """Return where a line from the middle to a point leaves the box."""
        x, y = self.middle
        dx, dy = towards[0] - x, towards[1] - y
        if dx == dy == 0:
            return x, y
        scale = min(self.width / 2 / abs(dx) if dx else float("inf"), self.height / 2 / abs(dy) if dy else float("inf"))
        return x + dx * scale, y + dy * scale


def arrows(machine: Machine) -> set[tuple[str, str]]:
    """Return the arrows of a machine's picture; those inside a frame, and those that all in it share, are one."""
    drawn = {
        (name, target)
        for name, state in machine.states.items()
        for event, target in state.moves.items()
        if target != name and not event.endswith(":imported")
    }
    framed = TOGETHER.get(machine.name, ())
    drawn = {(start, end) for start, end in drawn if not (start in framed and end in framed)}
    for name in machine.states:
        if framed and all((member, name) in drawn for member in framed):
            drawn = {(start, end) for start, end in drawn if not (start in framed and end == name)} | {(_FRAMED, name)}
        if framed and all((name, member) in drawn for member in framed):
            drawn = {(start, end) for start, end in drawn if not (end in framed and start == name)} | {(name, _FRAMED)}
    return drawn


def diagram(machine: Machine, language: str = "en") -> str:
    """Return the picture of a table of states."""
    boxes = {
        name: _Box(_MARGIN + column * _ACROSS, _MARGIN + row * _DOWN, _WIDTH, _HEIGHT)
        for name, (column, row) in PLACES[machine.name].items()
    }
    framed = [boxes[name] for name in TOGETHER.get(machine.name, ())]
    if framed:
        left, top = min(box.left for box in framed) - 16, min(box.top for box in framed) - 16
        right = max(box.left + box.width for box in framed) + 16
        bottom = max(box.top + box.height for box in framed) + 16
        boxes[_FRAMED] = _Box(left, top, right - left, bottom - top)
    width = max(box.left + box.width for box in boxes.values()) + _MARGIN
    height = max(box.top + box.height for box in boxes.values()) + _MARGIN
    title = text("conduct", f"machines.{machine.name}", language)
    parts = [
        _OPENING.format(width=f"{width:g}", height=f"{height:g}"),
        f"<title>{escape(title)}</title>",
        _TIP,
    ]
    if framed:
        parts.append(_rectangle(boxes[_FRAMED], "none", _FRAME, ' stroke-dasharray="5 4"'))
    parts += [_arrow(boxes, machine, *pair) for pair in sorted(arrows(machine))]
    parts += [_state(boxes[name], machine, name, language) for name in machine.states]
    return "\n".join([*parts, "</svg>", ""])


def _rectangle(box: _Box, fill: str, stroke: str, more: str = "") -> str:
    return (
        f'<rect x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}" rx="8" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="1.5"{more}/>'
    )


def _arrow(boxes: Mapping[str, _Box], machine: Machine, start: str, end: str) -> str:
    one, other = boxes[start], boxes[end]
    (x1, y1), (x2, y2) = one.middle, other.border(one.middle)
    if _FRAMED in (start, end):
        x1, y1 = one.border(other.middle)  # a frame is no sheet that could hide the beginning of the line
    elif (end, start) in arrows(machine):
        # There and back are two lines, a little apart.
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        shift_x, shift_y = -(y2 - y1) / length * 7, (x2 - x1) / length * 7
        x1, y1, x2, y2 = x1 + shift_x, y1 + shift_y, x2 + shift_x, y2 + shift_y
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_LINE}" stroke-width="1.5" '
        'marker-end="url(#tip)"/>'
    )


def _state(box: _Box, machine: Machine, name: str, language: str) -> str:
    label = text("conduct", f"states.{machine.name}.{name}", language)
    owner = text("conduct", f"roles.{machine.states[name].owner.value}", language)
    x, y = box.middle
    shape = _rectangle(box, _FILL, _LINE)
    return (
        f'<g>{shape}<text x="{x:g}" y="{y - 3:g}" text-anchor="middle" font-size="14" font-weight="600" '
        f'fill="{_INK}">{escape(label)}</text><text x="{x:g}" y="{y + 15:g}" text-anchor="middle" font-size="11" '
        f'fill="{_INK}">{escape(owner)}</text></g>'
    )
