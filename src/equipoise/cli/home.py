"""Where runs are kept: `EQUIPOISE_HOME`, or `var` in the folder that the command was started in."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """Return the folder; nothing is made."""
    return Path(os.environ.get("EQUIPOISE_HOME") or "var")
