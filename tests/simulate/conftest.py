from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def reference() -> Study:
    return read_study(ROOT / "studies" / "nct07328711")


@pytest.fixture(scope="session")
def blinded() -> Study:
    return read_study(ROOT / "examples" / "blinded")
