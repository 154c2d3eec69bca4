"""Private notes as a reader makes them: by mouse, touch and keyboard, and on a page that changes."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_HAND = runpy.run_path(str(Path(__file__).parent / "notes_by_hand.py"))
_PAGES = runpy.run_path(str(Path(__file__).parent / "test_pages.py"))
serious, overflow = _PAGES["serious"], _PAGES["overflow"]
WRITTEN = _HAND["WRITTEN"]
study_page = _HAND["study_page"]
words_of = _HAND["words_of"]
select = _HAND["select"]
note = _HAND["note"]
listed = _HAND["listed"]
share = _HAND["share"]
unlock = _HAND["unlock"]
told = _HAND["told"]
visit = _HAND["visit"]
LANGUAGES = ("en", "zh-hans")
PHONE, NARROWEST = 390, 320


# --- made ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_is_put_on_selected_words_and_is_there_when_the_page_comes_again(
    site: Any, visit: Callable[..., Any], language: str
) -> None:
    page = visit(language=language)
    page.goto(study_page(language))
    words = words_of(page)[:40].strip()
    note(page, words)
    assert page.evaluate("document.activeElement.className").startswith("note-ref")
    for _ in range(2):
        assert page.locator("mark.noted").all_inner_texts() == [words]
        assert listed(page) == [WRITTEN]
        assert page.locator(".notes-list blockquote").inner_text().strip() == words
        page.reload()
        page.locator("mark.noted").wait_for()
    page.locator(".note-ref").click()
    assert page.evaluate("document.activeElement.id").startswith("note-")
    # Not on the other language's page, which says so.
    page.goto(study_page("en" if language == "zh-hans" else "zh-hans"))
    page.locator("[data-part=others]").wait_for()
    assert page.locator("mark.noted").count() == 0


def test_a_selection_by_mouse_over_several_elements_is_marked_and_breaks_nothing(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit()
    page.goto(study_page())
    page.locator("[data-part=all]").wait_for(state="attached")
    structure = "document.getElementById('main').cloneNode(true).innerHTML.length"
    before = page.evaluate(structure)
    first, last = page.locator("main h1").first, page.locator("main h2").first
    start, end = first.bounding_box(), last.bounding_box()
    page.mouse.move(start["x"] + 2, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()
    page.locator(".note-offer").click()
    page.locator("#note-text").fill("over several")
    page.locator(".note-editor .act").first.click()
    page.locator("mark.noted").first.wait_for()
    assert page.locator("mark.noted").count() > 1
    assert page.evaluate(
        "[...document.querySelectorAll('mark.noted')].every(each => !each.closest('form, button, nav, svg, #notes') && !each.querySelector('p, li, h2, div'))"
    )
    page.locator(".notes-list").get_by_role("button", name="Delete note 1").click()
    page.get_by_role("button", name="Put this message away").click()
    page.wait_for_function("() => !document.querySelector('mark.noted')")
    page.reload()
    page.locator("[data-part=all]").wait_for(state="attached")
    assert page.evaluate(structure) == before


def test_notes_that_overlap_are_marked_once_and_both_found(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    words = words_of(page)
    note(page, words[:40], "the first")
    page.evaluate("getSelection().removeAllRanges()")
    # The words now stand in several pieces: select from within the mark to beyond it.
    page.evaluate(
        """() => { const range = document.createRange(), mark = document.querySelector('mark.noted');
        range.setStart(mark.firstChild, 10); const after = mark.parentElement.lastChild;
        range.setEnd(after, Math.min(20, after.length)); getSelection().addRange(range); }"""
    )
    page.locator(".note-offer").click()
    page.locator("#note-text").fill("the second")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.note-ref').length === 2")
    assert page.locator("mark mark").count() == 0
    assert page.locator("mark.noted").count() == 3
    assert listed(page) == ["the first", "the second"]
    assert page.locator("mark.noted").nth(1).get_attribute("data-notes").count(" ") == 1


def test_a_note_in_what_is_folded_away_is_shown_from_its_list_and_from_all_notes(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit()
    page.goto(study_page())
    folded = page.locator("main details:has(p)").last
    folded.locator("summary").first.click()
    folded.locator("p").first.evaluate("each => getSelection().selectAllChildren(each)")
    page.locator(".note-offer").click()
    page.locator("#note-text").fill("folded away")
    page.locator(".note-editor .act").first.click()
    page.locator("mark.noted").first.wait_for()
    page.reload()
    page.locator("mark.noted").first.wait_for(state="attached")
    assert not page.locator("mark.noted").first.is_visible()
    page.get_by_role("button", name="Show in the text: note 1").click()
    assert page.locator("mark.noted").first.is_visible()
    page.goto("/en/notes/")
    page.get_by_role("link", name="Open in the study: note 1").click()
    page.wait_for_function("() => (document.activeElement.className || '').startsWith('note-ref')")
    assert page.locator("mark.noted").first.is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_alone_is_enough(site: Any, visit: Callable[..., Any], language: str) -> None:
    page = visit(language=language)
    page.goto(study_page(language))
    page.locator("#notes-title").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.part") == "toggle"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className").startswith("note-add")
    page.keyboard.press("Tab")
    spoken = page.evaluate("document.activeElement.getAttribute('aria-label')")
    passage = page.evaluate("document.activeElement.parentElement.textContent.trim().slice(0, 6)")
    assert passage in spoken
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "note-text"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # nothing written yet
    assert page.locator("#note-wrong").inner_text()
    assert page.evaluate("document.activeElement.id") == "note-text"
    page.keyboard.type("by keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("mark.noted").first.wait_for()
    assert page.evaluate("document.activeElement.className").startswith("note-add")
    page.keyboard.press("Escape")
    assert page.locator(".note-add").count() == 0
    assert page.evaluate("document.activeElement.dataset.part") == "toggle"
    assert listed(page) == ["by keyboard"]


def test_after_a_selection_the_tab_key_goes_to_the_button(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    page.locator("[data-part=all]").wait_for(state="attached")
    paragraph = page.locator("main p.byline").first
    paragraph.click(position={"x": 4, "y": 8})
    for _ in range(12):
        page.evaluate("getSelection().modify('extend', 'forward', 'character')")
    page.locator(".note-offer").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("note-offer")
    page.keyboard.press("Escape")
    assert page.locator(".note-offer").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finger_is_enough_on_a_telephone(site: Any, visit: Callable[..., Any], language: str) -> None:
    page = visit(width=PHONE, language=language, has_touch=True, is_mobile=True)
    page.goto(study_page(language))
    page.locator("[data-part=all]").wait_for(state="attached")
    # The long press that selects is the telephone's own; Chromium on a desk has none. All else is tapped.
    select(page, words_of(page)[:20])
    offer = page.locator(".note-offer")
    offer.wait_for()
    box = offer.bounding_box()
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 844
    offer.tap()
    page.locator("#note-text").fill("by hand")
    page.locator(".note-editor .act").first.tap()
    page.locator("mark.noted").first.wait_for()
    page.locator(".note-bar button").last.tap()
    page.locator("[data-part=toggle]").tap()
    button = page.locator(".note-add").nth(3)
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    button.tap()
    page.locator("#note-text").fill("by hand, too")
    page.locator(".note-editor .act").first.tap()
    page.wait_for_function("() => document.querySelectorAll('.notes-list .note-text').length === 2")
    assert sorted(listed(page)) == ["by hand", "by hand, too"]
    assert overflow(page) == 0


def test_a_note_is_changed_deleted_and_taken_back_and_nothing_written_is_lost(
    site: Any, visit: Callable[..., Any]
) -> None:
    page = visit()
    page.goto(study_page())
    note(page, words_of(page)[:40], "first words")
    page.get_by_role("button", name="Change note 1").click()
    page.locator("#note-text").fill("second words")
    page.keyboard.press("Escape")
    assert not page.locator(".note-editor").is_visible()
    page.get_by_role("button", name="Go on writing").click()
    assert page.locator("#note-text").input_value() == "second words"
    page.locator(".note-editor .act").first.click()
    page.wait_for_function("() => document.querySelector('.notes-list .note-text').textContent === 'second words'")
    page.get_by_role("button", name="Delete note 1").click()
    page.locator(".note-bar", has_text="deleted").wait_for()
    assert page.locator("mark.noted").count() == 0
    assert page.evaluate("document.activeElement.id") == "notes-title"
    page.get_by_role("button", name="Undo").click()
    page.locator("mark.noted").wait_for()
    assert listed(page) == ["second words"]
    page.reload()
    page.locator("mark.noted").wait_for()
    assert listed(page) == ["second words"]


def test_what_is_written_is_text_and_never_a_page(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    hostile = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
    note(page, words_of(page)[:40], hostile)
    assert listed(page) == [hostile]
    link, passcode = share(page)
    other = visit()
    other.goto(link)
    unlock(other, passcode)
    other.locator("[data-part=opened]").wait_for()
    assert listed(other) == [hostile]
    assert "broken" not in page.title() + other.title()
    assert other.locator("main img").count() == 0


# --- on a page that changes ------------------------------------------------------------------------------------------


def edited(page: Any, change: Callable[[str], str]) -> None:
    """Let the study's page come as its writers have edited it since."""

    def answer(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=change(response.text()))

    page.route(f"**{study_page()}", answer)


def test_small_edits_leave_a_note_in_its_place(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    words = words_of(page)
    assert len(words) > 60
    note(page, words[:60].strip())
    # Before it, and the page's making: the words themselves are the same.
    edited(page, lambda html: html.replace("<h1", "<p>Put in before.</p>\n\n   <h1").replace("</p>", "\n</p>"))
    page.reload()
    page.locator("mark.noted").first.wait_for()
    assert "".join(page.locator("mark.noted").all_inner_texts()) == words[:60].strip()
    assert page.locator(".note-changed").count() == 0
    page.unroute_all()
    # Within it: the note is where it was, and says that the words are not.
    was, now = words[20:40], words[20:30] + "xx" + words[32:40]
    edited(page, lambda html: html.replace(was, now))
    page.reload()
    page.locator("mark.noted").first.wait_for()
    assert now in "".join(page.locator("mark.noted").all_inner_texts())
    assert "edited since" in page.locator(".note-changed").inner_text()
    assert page.locator(".notes-list blockquote").inner_text().strip() == words[:60].strip()


def test_a_note_on_text_that_is_gone_is_kept_with_the_words_as_they_were(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    words = words_of(page)
    note(page, words[:60].strip())
    edited(page, lambda html: re.sub(r"(<main[^>]*>).*(?=<link rel=\"stylesheet\" href=\"[^\"]*notes)", r"\1<h1>All new</h1><p>Nothing is as it was, and nobody says why.</p>", html, flags=re.DOTALL))  # fmt: skip
    page.reload()
    page.locator(".note-changed").wait_for()
    assert "The text has changed" in page.locator(".note-changed").inner_text()
    assert page.locator("mark.noted").count() == 0
    assert listed(page) == [WRITTEN]
    assert page.locator(".notes-list blockquote").inner_text().strip() == words[:60].strip()


ANCHOR = """({text, exact, prefix, suffix, start}) => {
    const began = performance.now();
    const found = equipoiseAnchor(text, {exact, prefix, suffix, start, end: start + exact.length});
    return {...found, words: text.slice(found.start, found.end), took: performance.now() - began};
}"""


def test_where_a_note_belongs_on_a_page_that_was_made_up(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())

    def anchored(text: str, exact: str, prefix: str = "", suffix: str = "", start: int = 0) -> Any:
        return page.evaluate(ANCHOR, {"text": text, "exact": exact, "prefix": prefix, "suffix": suffix, "start": start})

    # Of three alike, the one with its own neighbours; without neighbours, the nearest.
    text = "Visit A: blood. Visit B: blood. Visit C: blood test and scan, at the centre."
    assert anchored(text, "blood", "Visit B: ", ". Visit C")["start"] == text.index("blood", 20)
    long = "blood test and scan"
    assert anchored(f"{long}. {long}. {long}.", long, "", "", 40)["start"] == 42
    # A number that was changed is near, not the same; a word that stands everywhere is nobody's.
    found = anchored(
        "Adults of 18-65 years who weigh enough may take part here.",
        "18-60 years",
        "Adults of ",
        " who weigh enough may",
    )
    assert (found["state"], found["words"]) == ("near", "18-65 years")
    assert anchored("HBV here, HBV there, and HBV again", "HBV", "the dose of ", " immunoglobulin")["state"] == "gone"
    # Chinese, with a character more and one less.
    was, now = (
        "受试者将被随机分配接受乙肝免疫球蛋白治疗或不接受治疗",
        "受试者会被随机分配接受乙肝免疫球蛋白的治疗或不接受治疗",
    )
    found = anchored(f"研究说明。{now}。疗程六个月。", was, "研究说明。", "。疗程六个月。")
    assert (found["state"], found["words"]) == ("near", now)
    # The worst page: long, alike everywhere, and the passage not on it. The cost has a bound.
    for worst in ("ab" * 100_000, "the study centre will tell you about the study. " * 4000):
        found = anchored(worst, ("abba study centre will not " * 40)[:1000], "ab" * 16, "ba" * 16, 5000)
        assert found["took"] < 2000
        assert found["state"] in ("gone", "near")


# --- where it cannot be ----------------------------------------------------------------------------------------------


def test_a_browser_that_keeps_nothing_says_so(site: Any, visit: Callable[..., Any]) -> None:
    for broken in (
        "Object.defineProperty(window, 'indexedDB', {value: undefined})",
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }",
        "IDBFactory.prototype.open = () => { const asked = {}; setTimeout(() => asked.onerror(), 0); return asked }",
    ):
        page = visit()
        page.add_init_script(broken)
        for address in (study_page(), "/en/notes/"):
            page.goto(address)
            page.locator("[data-part=away]").wait_for()
            assert "keeps nothing" in page.locator("[data-part=away]").inner_text()
            assert page.locator("[data-part=all]").is_hidden()


def test_without_https_sharing_is_off_and_the_page_says_why(site: Any, visit: Callable[..., Any]) -> None:
    maker = visit()
    maker.goto(study_page())
    note(maker, words_of(maker)[:40])
    link, _ = share(maker)
    page = visit()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(study_page())
    note(page, words_of(page)[:40])  # notes themselves need none
    page.goto("/en/notes/")
    page.locator("[data-part=insecure]").wait_for()
    assert "Sharing is off" in page.locator("[data-part=insecure]").inner_text()
    assert page.locator("[data-part=share]").is_hidden()
    page.goto(link)
    assert "without HTTPS" in page.locator("[data-part=insecure]").inner_text()
    assert page.locator("#passcode").is_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_one_sentence_says_what_is_missing(
    site: Any, visit: Callable[..., Any], language: str
) -> None:
    page = visit(script=False, language=language)
    for address in (study_page(language), f"/{language}/notes/"):
        page.goto(address)
        assert "JavaScript" in page.locator("main").inner_text()
        assert page.locator("[data-part=all]").is_hidden()


# --- for everybody ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(NARROWEST, "light"), (1280, "dark")])
def test_everybody_can_use_notes_open_as_they_are(
    site: Any, visit: Callable[..., Any], language: str, width: int, scheme: str
) -> None:
    page = visit(width=width, language=language, color_scheme=scheme)
    page.goto(study_page(language))
    words = words_of(page)
    note(page, words[:30], "a" * 200)
    found = {"listed": serious(page), "wide": overflow(page)}
    page.locator("[data-part=toggle]").click()
    found["choosing"] = serious(page)
    page.locator(".note-add").first.click()
    found["writing"] = serious(page)
    found["writing wide"] = overflow(page)
    page.keyboard.press("Escape")
    link, passcode = share(page, language=language)
    found["mine"] = serious(page)
    found["mine wide"] = overflow(page)
    page.goto(link)
    found["locked"] = serious(page)
    unlock(page, "wrong")
    told(page)
    found["wrong"] = serious(page)
    unlock(page, passcode)
    page.locator("[data-part=opened]").wait_for()
    found["opened"] = serious(page)
    found["opened wide"] = overflow(page)
    page.goto(f"/{language}/notes/shared/none/")
    found["gone"] = serious(page)
    assert {name: what for name, what in found.items() if what} == {}


def test_all_notes_are_saved_to_a_file_and_erased(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    words = words_of(page)[:40].strip()
    note(page, words, "one")
    page.goto("/en/notes/")
    with page.expect_download() as saved:
        page.locator("[data-part=save]").click()
    annotation = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))[0]
    assert annotation["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert annotation["target"]["source"] == study_page()
    assert annotation["target"]["selector"][0]["exact"] == words
    page.get_by_role("button", name="Erase all notes").click()
    page.locator("[data-part=none]").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.locator("[data-part=some]").wait_for()
    assert listed(page) == ["one"]
    page.get_by_role("button", name="Erase all notes").click()
    page.locator("[data-part=none]").wait_for()
    page.goto(study_page())
    page.locator("[data-part=all]").wait_for(state="attached")
    assert page.locator("mark.noted").count() == 0


def test_in_print_the_notes_follow_the_text_with_their_numbers(site: Any, visit: Callable[..., Any]) -> None:
    page = visit()
    page.goto(study_page())
    note(page, words_of(page)[:40])
    page.emulate_media(media="print")
    assert page.locator("#notes-title").is_visible()
    assert page.locator(".notes-list .note-text").is_visible()
    assert page.locator(".note-ref").is_visible()
    for gone in (".note-acts", "[data-part=toggle]", ".note-bar"):
        assert page.locator(gone).first.is_hidden(), gone


def test_the_scripts_of_notes_keep_to_the_syntax_of_chrome_80() -> None:
    folder = Path(__file__).parents[3] / "src/equipoise/server/web/static"
    newer = re.compile(
        r"\?\?=|\|\|=|&&=|\.at\(|replaceAll|replaceChildren|structuredClone|randomUUID|Object\.hasOwn|findLast|Promise\.any"
        r"|\.toSorted|\.groupBy|^\s*#\w+|static\s*\{|^await |innerHTML|insertAdjacentHTML|eval\(|new Function|setAttribute\(\"style",
        re.MULTILINE,
    )
    scripts = sorted(folder.glob("notes*.js"))
    assert len(scripts) == 6
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        found = [line for line in text.splitlines() if newer.search(line)]
        assert not found, (script.name, found)
        assert script.stat().st_size <= 20_000
