"""The pictures that README and docs show: `pytest tests/server/browser --pictures` writes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
_STUDY = "/{language}/studies/{study}/"
# Name, address, language, width, height, account.
PICTURES = (
    ("site-front", "/{language}/", "en", 1180, 760, ""),
    ("site-participants", f"{_STUDY}participants/", "en", 1180, 900, "investigator"),
    ("site-participant", f"{_STUDY}participants/{{known}}/", "en", 1180, 1000, "investigator"),
    ("site-participant-phone", f"{_STUDY}participants/{{known}}/", "zh-hans", 390, 1100, "investigator"),
    ("site-allocate", f"{_STUDY}participants/{{waiting}}/allocate/", "en", 1180, 1000, "investigator"),
    ("site-allocate-phone", f"{_STUDY}participants/{{waiting}}/allocate/", "zh-hans", 390, 1100, "investigator"),
    ("site-verification", f"{_STUDY}verification/", "en", 1180, 900, "monitor"),
)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture[0])
def test_a_picture_is_taken_when_it_is_asked_for(
    request: pytest.FixtureRequest, site: Any, visit: Callable[..., Any], picture: tuple[Any, ...]
) -> None:
    name, address, language, width, height, account = picture
    page = visit(width=width, language=language, account=account)
    page.set_viewport_size({"width": width, "height": height})
    answer = page.goto(address.format(language=language, **vars(site)))
    assert answer.status == 200
    if request.config.getoption("pictures", default=False):
        page.screenshot(path=FOLDER / f"{name}.png")
