"""What the tests of the public side share."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_POST_OFFICE = runpy.run_path(str(Path(__file__).parents[1] / "post_office.py"))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> Iterator[Any]:
    """Open a real mail server, to which the site's mails go."""
    with _POST_OFFICE["open_office"]() as opened:
        monkeypatch.setenv("EQUIPOISE_MAIL", opened.address)
        yield opened
