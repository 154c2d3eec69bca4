"""The check walked as patients walk it: telephone and desk, both languages, by keyboard alone, without JavaScript."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_PAGES = runpy.run_path(str(Path(__file__).parent / "test_pages.py"))
serious, overflow = _PAGES["serious"], _PAGES["overflow"]
LANGUAGES = ("en", "zh-hans")
HEAVIEST = 100_000  # bytes over the wire of a public page with all that it loads
TITLES = {
    "fits": {"en": "This study may fit you", "zh-hans": "这项研究可能适合您"},
    "cannot tell": {"en": "We can't tell yet", "zh-hans": "目前还不能确定"},
    "does not fit": {"en": "This study does not fit you today", "zh-hans": "这项研究目前不适合您"},
}
# An answer by the kind of its screen: a choice, or what is typed into which field.
ANSWERS: dict[str, str | dict[str, str]] = {
    "clearance_regimen": "peginterferon", "birth_date": {"age": "42"}, "decompensated_cirrhosis": "no",
    "other_liver_disease": "no", "hbsag": {"value": "<0.05"}, "hbeag": "negative", "hbv_dna": {"value": "<10"},
    "anti_hav_igm": "negative", "anti_hcv": "negative", "anti_hdv": "negative", "anti_hev_igm": "negative",
    "anti_hiv": "negative", "severe_illness": "no", "malignancy": "no", "first_documented_positive": {"year": "2012"},
    "ever_immunosuppressant": "no", "weight": {"value": "77.31"}, "height": {"value": "172"},
}  # fmt: skip
PEOPLE: dict[str, dict[str, str | dict[str, str]]] = {
    "fits": ANSWERS,
    "does not fit": {**ANSWERS, "weight": {"value": "97.31"}},
    "cannot tell": {name: answer for name, answer in ANSWERS.items() if name not in ("hbv_dna", "anti_hdv")},
}


def check_of(language: str) -> str:
    return f"/{language}/studies/NCT07328711/check/"


def press(page: Any, selector: str) -> None:
    """Press a button and wait for the page that follows: its address is the same."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def begin(page: Any, language: str) -> None:
    page.goto(check_of(language))
    press(page, "main button.act")


def answer(page: Any, answers: dict[str, str | dict[str, str]]) -> bool:
    """Answer the question that is shown; false where there is none."""
    asked = page.locator("form.question input[name=asked]")
    if not asked.count():
        return False
    given = answers.get(asked.get_attribute("value"))
    if given is None:
        press(page, "button[value=unknown]")
        return True
    if isinstance(given, str):
        # The whole row is the target, as a thumb uses it.
        page.locator(f"label:has(input[type=radio][value='{given}'])").click()
    else:
        for field, text in given.items():
            page.locator(f"#{field}").fill(text)
    press(page, "button[value=answer]")
    return True


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("size", [(390, False), (1280, True)], ids=["phone without script", "desk"])
def test_from_the_first_question_to_the_verdict(
    site: Any, visit: Callable[..., Any], language: str, who: str, size: tuple[int, bool]
) -> None:
    width, script = size
    page = visit(width=width, script=script)
    before = site.log.stat().st_size
    begin(page, language)
    steps = 0
    while answer(page, PEOPLE[who]):
        steps += 1
        assert page.url.endswith(check_of(language)), "nothing of the answers stands in the address"
        assert page.locator("h1").count() == 1
    assert steps <= 20
    assert page.locator("h1").inner_text() == TITLES[who][language]
    if who == "does not fit":
        assert "32.9" in page.locator("main").inner_text()
    press(page, "form[action$='check/print/'] button")
    assert "7.31" in page.locator("article.paper").inner_text()
    assert not any("7.31" in cookie["value"] for cookie in page.context.cookies())
    told = site.log.read_bytes()[before:].decode()
    assert "POST check" in told, "the log was written"
    for secret in ("7.31", "peginterferon", "answer-", "<0.05"):
        assert secret not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_for_everybody(site: Any, visit: Callable[..., Any], language: str, scheme: str) -> None:
    page = visit(width=320, color_scheme=scheme)
    found: dict[str, object] = {}
    examined: set[str] = set()

    def examine(name: str) -> None:
        if by := overflow(page):
            found[f"{name} is too wide"] = by
        # One of each shape of a screen: the others differ in their words alone.
        shape = re.sub(
            r"\d",
            "",
            page.evaluate(
                "[...document.querySelectorAll('main input:not([type=hidden])')].map(e => e.type + e.name).join()"
            ),
        )
        if shape not in examined:
            examined.add(shape)
            if problems := serious(page):
                found[name] = problems

    page.goto(check_of(language))
    examine("start")
    press(page, "main button.act")
    while True:
        asked = page.locator("form.question input[name=asked]")
        if not asked.count():
            break
        examine(asked.get_attribute("value"))
        answer(page, PEOPLE["cannot tell"])
    examine("result")
    press(page, "form[action$='check/print/'] button")
    examine("paper")
    page.goto(check_of(language) + "slip/")
    examine("slip")
    page.locator("#slip").fill(
        "HBsAg 0.03 IU/mL\nHBeAg 0.1 COI\nHBV-DNA 未检出\n抗HCV 阴性\n抗HCV 阳性\n" + "很长" * 60
    )
    press(page, "button[value=read]")
    examine("slip read")
    assert not found


def test_by_keyboard_alone(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(check_of("en"))
    page.locator("main button.act").first.focus()
    page.keyboard.press("Enter")
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # in a form Enter goes on, and not back
    page.wait_for_selector("#age")
    page.locator("#age").focus()
    page.keyboard.type("about 60")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errors")
    page.locator(".errors a").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "age"
    assert page.locator("#age").input_value() == "about 60"
    page.locator("#age").fill("60")
    page.keyboard.press("Enter")
    page.wait_for_selector("form.question input[name=asked]:not([value=birth_date])", state="attached")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_the_doctor_is_one_sheet_of_paper(site: Any, visit: Callable[..., Any], language: str) -> None:
    page = visit()
    begin(page, language)
    while answer(page, {**PEOPLE["cannot tell"], "hbv_dna": {"value": "<20"}}):
        pass
    press(page, "form[action$='check/print/'] button")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1


def test_a_slip_in_chinese_is_confirmed_by_thumb_and_counts(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(width=390, script=False)
    page.goto(check_of("zh-hans"))
    press(page, "button[value=open]")
    page.locator("#slip").fill(
        "乙肝表面抗原 ＜0.05 IU/mL\n乙肝e抗原 0.38 S/CO 阴性(-)\nHBV-DNA 未检出\n丙肝抗体 0.06 S/CO"
    )
    press(page, "button[value=read]")
    assert page.locator("ul.read input[type=checkbox]").count() == 3
    assert "S/CO" in page.locator("main").inner_text()
    press(page, "button[value=keep]")
    while answer(page, {name: given for name, given in ANSWERS.items() if name not in ("hbsag", "hbeag", "hbv_dna")}):
        pass
    assert page.locator("h1").inner_text() == TITLES["fits"]["zh-hans"]


def test_the_language_is_changed_on_the_way_and_no_answer_is_lost(site: Any, visit: Callable[..., Any]) -> None:
    page = visit(width=390)
    begin(page, "en")
    for _ in range(3):
        answer(page, ANSWERS)
    with page.expect_navigation():
        page.get_by_role("button", name="中文").click()
    assert page.url.endswith(check_of("zh-hans"))
    assert page.locator("input[name^=answer-]").count() >= 3
    press(page, "button[value=back]")
    press(page, "button[value=back]")
    assert page.locator("#age").input_value() == "42"


def test_a_screen_is_light(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    begin(page, "en")
    assert sum(page.evaluate(_PAGES["_WEIGHT"])) <= HEAVIEST
