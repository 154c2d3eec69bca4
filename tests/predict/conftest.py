"""Shares the played trial and the ways to change it, which stand beside the tests of this room."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from played_trial import played, told

__all__ = ["played", "told"]
