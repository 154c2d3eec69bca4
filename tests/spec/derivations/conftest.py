"""The histories of `story.py` for the chapters on derivations."""

import runpy
from pathlib import Path

import pytest

_STORY = runpy.run_path(str(Path(__file__).parents[2] / "dataset" / "story.py"))


@pytest.fixture
def story():
    """Begin a history."""
    return _STORY["Story"]


@pytest.fixture
def study_with():
    """Return the invented study with changes."""
    return _STORY["study_with"]


@pytest.fixture(scope="module")
def story_class():
    """The same for generated histories, which may not share a function's fixture."""
    return _STORY["Story"]
