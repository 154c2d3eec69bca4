"""The histories of `story.py` and the trials of `trial.py` for the tests of the analysis."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

_STORY = runpy.run_path(str(Path(__file__).parents[1] / "dataset" / "story.py"))
_TRIAL = runpy.run_path(str(Path(__file__).with_name("trial.py")))


@pytest.fixture(scope="session")
def story():
    """Begin a history."""
    return _STORY["Story"]


@pytest.fixture(scope="session")
def study_with():
    """Return the invented study with changes."""
    return _STORY["study_with"]


@pytest.fixture(scope="session")
def trial(story, study_with):
    """Return what `trial.py` has, and `dataset_of(analyses, people, **changes)`."""

    def dataset_of(analyses, people, **changes):
        return _TRIAL["tell"](story, study_with(endpoints__analyses=analyses, **changes), people).dataset()

    return SimpleNamespace(**_TRIAL, dataset_of=dataset_of)
