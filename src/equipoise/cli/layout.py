"""How blocks are laid out on the terminal: within a width that is easy to read, with words that fit a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.cli.console import Voice

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

# Longer lines are hard to follow with the eye, however wide the terminal is.
WIDEST = 110


def show(voice: Voice, block: RenderableType) -> None:
    """Print a block within the width that is easy to read."""
    console = voice.out
    console.print(block, soft_wrap=False, width=min(console.width, WIDEST))


def grid(*widths: int | None, gap: int = 2) -> Table:
    """Return an invisible table with columns of these widths; None takes what is left."""
    from rich.table import Table

    table = Table.grid(padding=(0, gap))
    for width in widths:
        # Chinese has no spaces to break at: a long text is folded, never cut off.
        table.add_column(width=width, ratio=None if width else 1, overflow="fold")
    return table


def ruled(*columns: tuple[str, bool]) -> Table:
    """Return a table with a line below its header; each column is a title and whether it holds numbers."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for title, is_number in columns:
        table.add_column(title, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    return table


def counted(voice: Voice, key: str, count: int, **params: object) -> str:
    """Return words that depend on a number: none, one or many."""
    form = "none" if count == 0 else "one" if count == 1 else "many"
    return voice.say(f"{key}.{form}", count=f"{count:,}", **params)
