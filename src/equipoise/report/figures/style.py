"""The look shared by all figures, and how a figure becomes a part of a page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from equipoise.core.problem import Problem, ProblemsError
from equipoise.report.typeface import FAMILIES, missing_glyphs, typeface_files

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE, PAPER, ACCENT = "#1c2530", "#56616d", "#dcd9d1", "#ffffff", "#0d6555"
WASH = "#d3e7e1"
# Okabe and Ito's blue and vermilion (darkened for text), then two that stay apart from them in grey.
ARM_COLOURS = ("#0072b2", "#c25400", "#6d4a8c", "#3d7a5a")
ARM_MARKERS = ("o", "s", "D", "^")
ARM_LINES = ("-", (0, (5, 1.6)), (0, (1, 1.3)), (0, (5, 1.4, 1, 1.4)))


@dataclass(frozen=True, slots=True)
class Caption:
    """A figure's name in its page, its title and its text alternative."""

    name: str
    title: str
    description: str


@cache
def _register() -> None:
    """Register the vendored typefaces with matplotlib; a fresh machine has no Chinese one."""
    from matplotlib import font_manager

    for path in typeface_files():
        font_manager.fontManager.addfont(str(path))


def check_glyphs(texts: Iterable[str]) -> None:
    """Raise a Problem for characters that the typefaces cannot draw: a box instead of a letter is an error."""
    missing = missing_glyphs("".join(texts))
    if missing:
        raise ProblemsError([Problem("report.missing-glyph", {"letters": " ".join(missing)})])


@contextmanager
def figure(width: float, height: float, **grid: Any) -> Iterator[tuple[Figure, Any]]:
    """Give a figure of the house's look, with its axes, and close it afterwards."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    _register()
    settings: Any = {
        "font.family": list(FAMILIES),
        "font.size": 10,
        "text.color": INK,
        "axes.edgecolor": SOFT,
        "axes.labelcolor": SOFT,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10.5,
        "axes.titleweight": 600,
        "axes.titlelocation": "left",
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "hatch.linewidth": 0.7,
        "legend.frameon": False,
        "svg.fonttype": "path",  # outlines: the page looks the same on a machine without the typeface
        "svg.hashsalt": "equipoise",  # the same figure, the same bytes
    }
    with mpl.rc_context(settings):
        drawn, axes = pyplot.subplots(figsize=(width, height), layout="constrained", **grid)
        try:
            yield drawn, axes
        finally:
            pyplot.close(drawn)


def share_floor(lowest: float) -> float:
    """Return where an axis of shares begins: at 0, or below the lowest share where all lie in the upper half."""
    return max(0.0, lowest - 0.04) if lowest >= 0.5 else 0.0


def quiet(axes: Axes) -> None:
    """Take away what a drawing without scales does not need."""
    axes.set_axis_off()


def as_svg(drawn: Figure, caption: Caption) -> str:
    """Return the figure as SVG for a page; its ids carry the caption's name, so that figures do not clash."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    check_glyphs(_texts(drawn))
    name = caption.name
    buffer = io.StringIO()
    for patch in (drawn.patch, *(axes.patch for axes in drawn.axes)):
        patch.set_visible(False)
    # The canvas draws once; `savefig` would draw everything a second time to find out what it already knows.
    canvas: Any = FigureCanvasSVG(drawn)
    canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'(href="#|url\(#)([^")]+)', rf"\1{name}-\2", svg)
    opening, rest = svg.split(">", 1)
    opening = re.sub(r' (width|height)="[^"]*"', "", opening)
    opening = opening.replace("<svg", f'<svg role="img" aria-labelledby="{name}-title {name}-description"', 1)
    title = f'<title id="{name}-title">{escape(caption.title)}</title>'
    return f'{opening}>{title}<desc id="{name}-description">{escape(caption.description)}</desc>{rest}'


def _texts(drawn: Figure) -> Iterator[str]:
    from matplotlib.text import Text

    for artist in drawn.findobj(match=Text):
        if isinstance(artist, Text):
            yield artist.get_text()


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of `width` half-widths; a Chinese character is two and may break anywhere."""
    lines: list[str] = []
    line, used = "", 0
    for piece in re.findall(r"[⺀-鿿＀-｠　-〿]|[^\s⺀-鿿＀-｠　-〿]+|\s+", text):
        size = 2 if re.match(r"[⺀-鿿＀-｠　-〿]", piece) else len(piece)
        if used + size > width and line.strip() and not piece.isspace():
            lines.append(line.rstrip())
            line, used = "", 0
        if piece.isspace() and not line:
            continue
        line += piece
        used += size
    return [*lines, line.rstrip()] if line.strip() else lines


def shorten(text: str, width: int) -> str:
    """Return the beginning of a text of `width` half-widths, with an ellipsis where something was left out."""
    lines = wrap(text, width)
    return f"{lines[0].rstrip(',;:，；：')}…" if len(lines) > 1 else text
