"""The correlation map: every pair of markers, alike ones side by side."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.report.figures import style


def draw_correlation(
    labels: Sequence[str], values: Sequence[Sequence[float | None]], scale: str, caption: style.Caption
) -> str:
    """Draw a square a pair, larger with the strength, filled for a positive and open for a negative correlation."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    number = len(labels)
    with style.figure(8.6, max(3.6, 0.235 * number + 2.2)) as (drawn, axes):
        for positive, face in ((True, style.ARM_COLOURS[0]), (False, "none")):
            squares = []
            for row in range(number):
                for column in range(row):
                    value = values[row][column]
                    if value is None or (value >= 0) != positive:
                        continue
                    side = max(0.06, abs(value) ** 0.5) * 0.92
                    squares.append(Rectangle((column - side / 2, row - side / 2), side, side))
            edge = style.ARM_COLOURS[0] if positive else style.ARM_COLOURS[1]
            axes.add_collection(PatchCollection(squares, facecolor=face, edgecolor=edge, linewidth=0.9))
        unknown = [(c, r) for r in range(number) for c in range(r) if values[r][c] is None]
        axes.plot([x for x, _ in unknown], [y for _, y in unknown], marker="x", ms=3, lw=0, color=style.LINE)
        axes.set(xlim=(-0.6, number - 1.4), ylim=(number - 0.4, 0.4), aspect="equal")
        names = [style.shorten(label, 34) for label in labels]
        axes.set_yticks(range(1, number), names[1:], fontsize=8)
        axes.set_xticks(range(number - 1), names[:-1], rotation=60, ha="right", rotation_mode="anchor", fontsize=8)
        axes.tick_params(length=0, labelcolor=style.INK)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.set_title(scale, fontsize=8.8, color=style.SOFT, fontweight=400)
        return style.as_svg(drawn, caption)
