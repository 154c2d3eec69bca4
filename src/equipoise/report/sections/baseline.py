"""Who they were at the beginning, by arm: no test, because arms that were drawn differ by chance alone."""

from __future__ import annotations

from equipoise.analysis.results import BaselineCell, BaselineRow
from equipoise.report import view
from equipoise.report.names import Names
from equipoise.report.numbers import NOT_ESTIMABLE, decimal, percent


def baseline_section(names: Names) -> view.Section | None:
    """Return the baseline table; None for a study that declares no variable for it."""
    rows = [row for found in names.results.baseline.rows for row in _rows(names, found)]
    if not rows:
        return None
    arms = {arm.id: arm for arm in names.results.arms}
    order = [cell.arm for cell in names.results.baseline.rows[0].cells]
    head = [names.say("baseline.variable")]
    for arm in order:
        label = names.arm(arm) if arm else names.say("baseline.all")
        number = arms[arm].allocated if arm else sum(each.allocated for each in arms.values())
        head.append(f"{label} (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number})")
    made = view.Table.of(names.say("baseline.caption"), head, rows)
    return view.Section(
        "baseline", names.say("baseline.title"), (view.text(names.say("baseline.words")), view.table(made))
    )


def _rows(names: Names, found: BaselineRow) -> list[view.Row]:
    label = names.variable(found.variable, found.unit)
    digits = _digits(found.cells)
    if found.kind in ("laboratory", "number"):
        made = [view.Row((label, *(_quartiles(cell, digits) for cell in found.cells)))]
        if any(cell.mean is not None for cell in found.cells):
            made.append(view.Row((names.say("baseline.mean"), *(_mean(cell, digits) for cell in found.cells)), "sub"))
        if any(cell.below for cell in found.cells):
            made.append(
                view.Row((names.say("baseline.below"), *(_share(cell.below, cell) for cell in found.cells)), "sub")
            )
    else:
        levels = [each.reason for each in found.cells[-1].levels]
        made = [view.Row((label, *("" for _ in found.cells)))]
        for level in levels:
            counts = [next((each.count for each in cell.levels if each.reason == level), 0) for cell in found.cells]
            shares = [_share(number, cell) for number, cell in zip(counts, found.cells, strict=True)]
            made.append(view.Row((names.code(found.variable, level), *shares), "sub"))
    if any(cell.missing for cell in found.cells):
        made.append(view.Row((names.say("baseline.missing"), *(str(cell.missing) for cell in found.cells)), "sub"))
    return made


def _quartiles(cell: BaselineCell, digits: int) -> str:
    if cell.median is None:
        return NOT_ESTIMABLE
    return f"{decimal(cell.median, digits)} ({decimal(cell.q1, digits)}–{decimal(cell.q3, digits)})"


def _mean(cell: BaselineCell, digits: int) -> str:
    if cell.mean is None:
        return NOT_ESTIMABLE
    return f"{decimal(cell.mean, digits)} ({decimal(cell.sd, digits)})"


def _digits(cells: tuple[BaselineCell, ...]) -> int:
    """Three digits of the usual value are enough to compare arms; a row has one number of decimals."""
    size = max(abs(cell.q3 or cell.mean or 0.0) for cell in cells)
    return 0 if size >= 100 else 1 if size >= 1 else 2 if size >= 0.1 else 3


def _share(number: int, cell: BaselineCell) -> str:
    return f"{number} ({percent(number / cell.n if cell.n else None, 0)})"
