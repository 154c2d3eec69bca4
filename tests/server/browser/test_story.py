"""One person's whole way: finds the study, understands it, keeps a note, checks it, writes to the nearest centre.

With `--pictures` the pictures of README and docs are taken on the way.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_CHECK = runpy.run_path(str(_HERE / "test_prescreening.py"))
_NOTES = runpy.run_path(str(_HERE / "notes_by_hand.py"))
_ENQUIRIES = runpy.run_path(str(_HERE / "test_enquiries.py"))
press, answer = _CHECK["press"], _CHECK["answer"]
PICTURES = _HERE.parents[2] / "docs" / "pictures"
SAID = {
    "en": {"near": "Wuhan", "looked-for": "hepatitis B", "choose": "Write to this centre", "send": "Send the message",
           "first": "Fang", "last": "Wang", "centre": "Demonstration centre 4"},
    "zh-hans": {"near": "武汉", "looked-for": "乙肝", "choose": "给这家中心留言", "send": "发送留言",
                "first": "芳", "last": "王", "centre": "演示中心 4"},
}  # fmt: skip


@pytest.fixture(scope="session")
def site(posting: Any) -> Any:
    """Walk a site whose mails go to a real server."""
    return posting


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """Return what takes a picture of a page where pictures were asked for."""
    wanted = request.config.getoption("pictures", default=False)

    def take(page: Any, name: str, height: int) -> None:
        if wanted:
            size = page.viewport_size
            page.set_viewport_size({"width": size["width"], "height": height})
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=PICTURES / f"public-{name}.png")
            page.set_viewport_size(size)

    return take


@pytest.mark.parametrize("who", [("en", 1180), ("zh-hans", 390)], ids=["desk", "phone"])
def test_from_the_front_page_to_the_centre(
    site: Any, post: Any, visit: Callable[..., Any], picture: Callable[..., None], who: tuple[str, int]
) -> None:
    language, width = who
    said, of = SAID[language], "-phone" if width == 390 else ""
    page = visit(width=width, locale=language)

    # Finds it.
    page.goto(f"/{language}/")
    page.locator("#q").fill(said["looked-for"])
    page.locator("#place").fill(said["near"])
    page.locator("form.finder button.act").click()
    assert "q=" in page.url, "the search can be shared"
    picture(page, f"find{of}", 1000)
    page.locator("a[href$='/studies/NCT07328711/']").first.click()

    # Understands it, and keeps a note.
    assert "NCT07328711" in page.url
    picture(page, f"study{of}", 1100)
    _NOTES["note"](page, _NOTES["words_of"](page)[:30].strip())
    page.reload()
    page.locator("mark.noted").wait_for()

    # Checks it.
    page.locator("a[href$='/check/']").first.click()
    press(page, "main button.act")
    picture(page, f"question{of}", 844)
    while answer(page, _CHECK["PEOPLE"]["fits"]):
        pass
    assert page.locator("h1").inner_text() == _CHECK["TITLES"]["fits"][language]
    picture(page, f"verdict{of}", 1000)

    # Writes to the nearest centre, and sends the answers along.
    press(page, "form[action$='/contact/'] button")
    page.locator("#where").fill(said["near"])
    press(page, "main form button.act")
    picture(page, f"centres{of}", 900)
    page.get_by_role("button", name=said["choose"]).click()
    email = f"story.{language}@example.org"
    for field, text in (("first_name", said["first"]), ("last_name", said["last"]), ("email", email)):
        page.locator(f"#{field}").fill(text)
    page.locator("#phone").fill("+86 139 0000 0000")
    page.locator("#consent").check()
    page.locator("input[name=send_answers]").check()
    _ENQUIRIES["send"](page, language)
    assert said["centre"] in page.locator("main").inner_text()
    picture(page, f"sent{of}", 900)
    copy = _ENQUIRIES["mails"](post, email, 1)[0]
    assert "77.31" in copy.get_content(), "the copy holds the answers that were sent along"
    for word in ("hepatitis", "乙肝", "HBV"):
        assert word not in f"{copy['Subject']} {copy['From']}"
    page.goto(_ENQUIRIES["link_in"](copy, site))
    assert page.locator(".course .done").count() >= 1
