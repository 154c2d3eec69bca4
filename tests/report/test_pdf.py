"""The printed report: a real PDF, the same bytes each time, the vendored typefaces alone, and no text that becomes markup."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from equipoise.core.words import LANGUAGES
from equipoise.report import view
from equipoise.report.pdf import as_pdf, laid_out, vendored
from equipoise.report.typeface import glyphs, spelled_out
from equipoise.report.write import write_report

HOSTILE = '#panic("no") $x$ *b* _i_ `r` @ref <label> [c] {d} \\n \\u{41} "quote" // /* = - + ~ \' #import'
SVG = '<svg viewBox="0 0 200 100" xmlns="http://www.w3.org/2000/svg"><rect width="200" height="100"/></svg>'


def small(words: str = HOSTILE, rows: int = 3, language: str = "en") -> view.View:
    """Return a view that has one of each part, and the same words everywhere."""
    table = view.Table.of(words, (words, words), [view.Row((words, "1.0"))] * rows)
    items = (
        view.Item("1a", words, "done", words, words, ((words, "one"),)),
        view.Item("2", words, "missing", words, words, ()),
    )
    drawing = view.Drawing(words, SVG, words, words)
    parts = (
        view.text(words),
        view.note(words),
        view.heading(words),
        view.facts((words, words, False), (words, words, True)),
        view.table(table),
        view.drawing(drawing),
        view.checklist(view.Checklist(words, (words, words, words, words), items)),
        view.folded(words, view.text(words), view.table(table)),
        view.folded(words, view.table(table)),
    )
    return view.View(
        language=language,
        language_name=words,
        kind=words,
        title=words,
        subtitle=words,
        standing=words,
        answer=(words, words),
        glance=drawing,
        statements=(words,),
        contents=words,
        sections=(view.Section("one", words, parts), view.Section("two", words, (view.text(words),))),
        footer=words,
        print=view.PrintWords(words, "{page}/{pages}", words, "{label} {page}"),
    )


def asked(made: view.View, selector: str) -> list[Any]:
    """Return what a selector finds in the layout of a view."""
    return list(json.loads(laid_out(made).query(selector)))


def words_of(content: Any) -> str:
    """Return the text of a piece of content."""
    if isinstance(content, dict):
        if content.get("func") == "space":
            return " "
        return str(content["text"]) if "text" in content else "".join(map(words_of, content.values()))
    return "".join(map(words_of, content)) if isinstance(content, list) else ""


def test_a_pdf_a_language_is_written(late: Any) -> None:
    assert list(late.written.prints) == list(LANGUAGES)
    for language, path in late.written.prints.items():
        assert path.name == f"report.{language}.pdf"
        content = path.read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")
        assert b"CreationDate" not in content
        assert b"CreateDate" not in content


def test_the_same_results_give_the_same_bytes(late: Any, tmp_path: Path) -> None:
    again = write_report(late.results, late.dataset, tmp_path / "elsewhere")
    for language, path in late.written.prints.items():
        assert path.read_bytes() == again.prints[language].read_bytes()
    assert late.written.page.read_bytes() == again.page.read_bytes()


def test_no_word_of_a_study_becomes_markup() -> None:
    made = small()
    headings = [words_of(each["body"]) for each in asked(made, "heading")]
    assert [HOSTILE in each for each in headings] == [True] * len(headings)
    assert len(headings) == 6  # two sections, a heading within, the appendix and its two parts
    assert not asked(made, "math.equation")
    assert not asked(made, "raw")
    assert {each["weight"] for each in asked(made, "strong")} == set()
    assert as_pdf(made).startswith(b"%PDF-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_and_every_link_is_laid_out(language: str) -> None:
    made = small("words 字", language=language)
    # Two lists of facts are one grid; header and footer are grids too, so only tables are counted here.
    assert len(asked(made, "table")) == 4
    assert len(asked(made, "image")) == 2
    targets = [each["dest"] for each in asked(made, "link")]
    assert targets.count("<section-one>") == 1  # from the checklist
    assert len(targets) == 3  # and two to the appendix


def test_a_table_that_breaks_repeats_its_head_and_takes_more_pages() -> None:
    few, many = small("words", rows=3), small("words", rows=150)
    heads = [each["children"][0] for each in asked(many, "table")]
    assert {each["repeat"] for each in heads if each["func"] == "header"} == {True}
    pages = [len(laid_out(made).compile(format="png", ppi=20)) for made in (few, many)]  # type: ignore[arg-type]
    assert pages[1] >= pages[0] + 6


def test_every_figure_carries_what_it_shows_in_words() -> None:
    assert {each["alt"] for each in asked(small("what it shows"), "image")} == {"what it shows"}


def test_only_the_vendored_typefaces_are_used() -> None:
    assert set(vendored().families()) == {"Noto Sans", "Noto Sans SC"}


def test_the_typefaces_cover_gb_2312_and_latin() -> None:
    chinese = {
        letter
        for row in range(0xA1, 0xF8)
        for cell in range(0xA1, 0xFF)
        for letter in bytes((row, cell)).decode("gb2312", "ignore")
    }
    assert len(chinese) > 7400
    european = "ÀÿĀſŁőÇØßẞαωΪΏАяЁё–—‘’“”…≤≥±×−·µ°′″→←↑↓✓½€№"
    assert not {letter for letter in chinese | set(european) if ord(letter) not in glyphs()}


def test_a_character_that_no_typeface_has_is_spelled_out_in_print() -> None:
    assert spelled_out("plain") == "plain"
    assert spelled_out("二甲双胍 Łódź") == "二甲双胍 Łódź"
    assert spelled_out("a 🙂 b") == "a ‹U+1F642› b"
    made = replace(small("🙂"), sections=())
    assert as_pdf(made).startswith(b"%PDF-")


def test_the_whole_report_says_in_print_what_the_page_says(views: dict[str, view.View]) -> None:
    for made in views.values():
        said = [words_of(each["body"]) for each in asked(made, "heading.where(level: 1)")]
        assert said == [section.title for section in made.sections] + [made.print.appendix]
        pages: Any = laid_out(made).compile(format="png", ppi=20)
        assert len(pages) > 8
