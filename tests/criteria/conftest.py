"""Lets the tests of this room share the reference rules and the generators that stand beside them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
