"""The histories of `story.py` for the tests of the analysis."""

import runpy
from pathlib import Path

import pytest

_STORY = runpy.run_path(str(Path(__file__).parents[1] / "dataset" / "story.py"))


@pytest.fixture
def story():
    """Begin a history."""
    return _STORY["Story"]


@pytest.fixture
def study_with():
    """Return the invented study with changes."""
    return _STORY["study_with"]
