"""Private notes as a reader makes, shares and opens them: the steps that the walks share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

WRITTEN = "Ask Dr Ōkubo whether this 笔记 hurts"
SELECT = """({words, far}) => {
    const walker = document.createTreeWalker(document.getElementById('main'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(words);
        if (at < 0 || walker.currentNode.parentElement.closest('#notes')) continue;
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + words.length);
        if (far) { while (walker.nextNode() && far-- > 0) if (walker.currentNode.data.trim()) range.setEnd(walker.currentNode, walker.currentNode.data.length); }
        walker.currentNode.parentElement.scrollIntoView({block: 'center'});
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return range.toString();
    }
}"""
# A stretch of the page's own text that stands in one piece and is told once.
SOME_WORDS = r"""() => [...document.querySelectorAll('#main p, #main li')]
    .filter(each => !each.closest('#notes, form, nav, details') && each.offsetParent && each.children.length === 0)
    .map(each => each.textContent.trim().replace(/\s+/g, ' ')).filter(text => text.length > 60 && !/['"&<>]/.test(text.slice(0, 60)))[0]"""


@pytest.fixture
def visit(visit: Callable[..., Any]) -> Callable[..., Any]:
    """Return what opens a window in which nothing of notes may take longer than ten seconds."""

    def window(**options: Any) -> Any:
        page = visit(**options)
        page.set_default_timeout(10_000)
        return page

    return window


def study_page(language: str = "en") -> str:
    """Return the address of the page on which the notes are made."""
    return f"/{language}/studies/NCT07328711/"


def words_of(page: Any) -> str:
    """Return a stretch of the page to put a note on."""
    return str(page.evaluate(SOME_WORDS))


def select(page: Any, words: str, far: int = 0) -> str:
    """Select words of the page as a person does, and wait until the page has seen it."""
    chosen = page.evaluate(SELECT, {"words": words, "far": far})
    page.locator(".note-offer").wait_for()
    return str(chosen)


def note(page: Any, words: str, text: str = WRITTEN) -> None:
    """Put a note on words of the page."""
    select(page, words)
    page.locator(".note-offer").click()
    page.locator("#note-text").fill(text)
    page.locator(".note-editor .act").first.click()
    page.locator(".notes-list .note-text", has_text=text[:20]).last.wait_for()


def listed(page: Any) -> list[str]:
    """Return the notes that a page lists."""
    return [each.strip() for each in page.locator(".notes-list .note-text").all_inner_texts()]


def share(page: Any, *, own: str = "", days: int = 7, language: str = "en") -> tuple[str, str]:
    """Share the ticked notes; return link and passcode."""
    page.goto(f"/{language}/notes/#NCT07328711")
    page.locator("[data-part=share]").wait_for()
    page.locator(f"input[name=days][value='{days}']").check()
    if own:
        page.locator("input[name=kind][value=own]").check()
        page.locator("#own").fill(own)
    page.locator("[data-part=share-button]").click()
    page.locator("[data-part=shared]").wait_for()
    return page.locator("#share-link").input_value(), page.locator("#share-passcode").input_value()


def unlock(page: Any, passcode: str) -> None:
    """Type a passcode and send it."""
    page.locator("#passcode").fill(passcode)
    page.locator("[data-part=open] .act").click()


def told(page: Any) -> str:
    """Return what the page says about a passcode, once it has an answer."""
    page.wait_for_function("() => !document.querySelector('[data-part=open] button').disabled")
    return str(page.locator("#passcode-wrong").inner_text())
