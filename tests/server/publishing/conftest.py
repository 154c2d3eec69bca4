"""What the tests of pages share, here too."""

from __future__ import annotations

import runpy
from pathlib import Path

unsafe = runpy.run_path(str(Path(__file__).parents[1] / "web" / "conftest.py"))["unsafe"]
