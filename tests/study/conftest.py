"""Lets the tests of this room share the table of faults and the small study that stands beside them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
