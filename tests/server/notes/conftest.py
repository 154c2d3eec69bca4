"""What finds in a page that which no browser would run, or should: the one of the tests of pages."""

from __future__ import annotations

import runpy
from pathlib import Path

_PAGES = runpy.run_path(str(Path(__file__).parents[1] / "web" / "conftest.py"))
unsafe = _PAGES["unsafe"]
