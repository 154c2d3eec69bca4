"""Make the reference page of the command line from the command itself: `python docs/make_command_line.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from equipoise.cli.main import app

PAGE = Path(__file__).parent / "reference" / "command-line.md"
HEAD = """# The command line

*Made from the command itself by `python docs/make_command_line.py`; a test holds it current.*

Exit codes: 0 done, whatever the verdict; 1 there were problems (all of them are listed); 2 wrong use. With `--json`,
stdout is JSON alone and progress goes to stderr. `equipoise --language zh-hans …` speaks Chinese; otherwise the
terminal's language decides (`EQUIPOISE_LANGUAGE`, then `LC_ALL` and `LANG`). Runs are kept in `EQUIPOISE_HOME`, or in
`var`.
"""


def page() -> str:
    """Return the page: every command with its arguments and options."""
    return "\n".join([HEAD, *_commands(typer.main.get_command(app), "equipoise")])


def _commands(command: Any, name: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is not None:
        for each, sub in inner.items():
            yield from _commands(sub, f"{name} {each}")
        return
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and each.name != "help"]
    usage = " ".join([name, *(each.name.upper() for each in arguments)])
    yield f"## `{usage}`\n\n{' '.join((command.help or '').split())}\n"
    rows = [f"| `{', '.join(each.opts)}` | {each.help or ''} |" for each in options]
    if rows:
        yield "\n".join(["| option | what it does |", "|---|---|", *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
