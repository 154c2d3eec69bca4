"""Make the reference page of the settings from their table: `python docs/make_settings.py`."""

from __future__ import annotations

from pathlib import Path

from equipoise.server.environment import SETTINGS

PAGE = Path(__file__).parent / "reference" / "settings.md"
HEAD = """# Settings

*Made from the table in the code by `python docs/make_settings.py`; tests hold it current and complete.*

An installation is set by its environment alone, and none of these must be set for a demonstration: `equipoise serve`
then serves what is in `var`. `equipoise doctor` says which of them do not fit together.

| name | without it | what it means |
|---|---|---|
"""


def page() -> str:
    """Return the page: every setting, what holds without it, what it means."""
    rows = (f"| `{each.name}` | {_told(each.default)} | {each.meaning} |" for each in SETTINGS)
    return HEAD + "\n".join(rows) + "\n"


def _told(default: str) -> str:
    return f"`{default}`" if " " not in default else default.replace("<", "&lt;").replace(">", "&gt;")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
