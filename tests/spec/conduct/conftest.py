"""The scene of `scene.py` for the chapter on conduct."""

import runpy
from pathlib import Path

import pytest

_SCENE = runpy.run_path(str(Path(__file__).parents[2] / "conduct" / "scene.py"))


@pytest.fixture
def scene():
    """Begin the reference study (open label)."""
    return _SCENE["Scene"]()


@pytest.fixture
def blinded():
    """Begin the invented double-blind study."""
    return _SCENE["Scene"]("examples/blinded")


@pytest.fixture(scope="session")
def begin():
    """Return how a scene is begun."""
    return _SCENE["Scene"]
