"""The page as a browser and a reader of screens meet it: whole, self-contained, in two languages, and honest about itself."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from equipoise.core.words import LANGUAGES
from equipoise.report.write import write_report

VOID = {"meta", "input", "br", "hr", "img", "link"}
PLACEHOLDER = re.compile(r"\{\w*\}|\{\{|\}\}|\{%")


class Page(HTMLParser):
    """What stands on a page: elements with their attributes, texts with the element that they stand in."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str], int]] = []
        self.children: dict[int, list[str]] = {}
        self.texts: list[tuple[str, str]] = []
        self.unbalanced: list[str] = []
        self._stack: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        number = len(self.elements)
        self.elements.append(
            (tag, {name: value or "" for name, value in attrs}, self._stack[-1] if self._stack else -1)
        )
        if self._stack:
            self.children.setdefault(self._stack[-1], []).append(tag)
        if tag not in VOID:
            self.open.append(tag)
            self._stack.append(number)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.unbalanced.append(tag)
            return
        self.open.pop()
        self._stack.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data.strip()))

    def named(self, tag: str) -> list[tuple[int, dict[str, str]]]:
        return [(number, attrs) for number, (found, attrs, _) in enumerate(self.elements) if found == tag]


@pytest.fixture(scope="session")
def parsed(page: str) -> Page:
    return Page(page)


def test_every_element_is_closed(parsed: Page) -> None:
    assert (parsed.unbalanced, parsed.open) == ([], [])


def test_ids_are_unique_and_every_reference_finds_its_target(parsed: Page) -> None:
    ids = [attrs["id"] for _, attrs, _ in parsed.elements if "id" in attrs]
    assert len(ids) == len(set(ids)) > 20
    for tag, attrs, _ in parsed.elements:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for target in attrs.get(name, "").split():
                assert target in ids, (tag, name, target)
        for name in ("href", "xlink:href"):
            if attrs.get(name, "").startswith("#"):
                assert attrs[name][1:] in ids, (tag, attrs[name])


def test_every_table_has_a_caption_and_headers(parsed: Page) -> None:
    tables = parsed.named("table")
    assert len(tables) >= 12
    for number, _ in tables:
        assert parsed.children[number][0] == "caption"
        assert "thead" in parsed.children[number]
    for _, attrs in parsed.named("th"):
        assert attrs.get("scope") in ("col", "row", "rowgroup", "colgroup")


def test_every_figure_has_a_title_a_description_and_a_caption(parsed: Page) -> None:
    drawings = [(number, attrs) for number, attrs in parsed.named("svg") if attrs.get("role") == "img"]
    assert len(drawings) == len(parsed.named("svg")) >= 8
    for number, attrs in drawings:
        assert parsed.children[number][:2] == ["title", "desc"]
        assert len(attrs["aria-labelledby"].split()) == 2
    for number, _ in parsed.named("figure"):
        assert "figcaption" in parsed.children[number]
    for tag, text in parsed.texts:
        assert tag != "desc" or len(text) > 20


def test_headings_come_in_order(parsed: Page) -> None:
    levels = [int(tag[1]) for tag, _, _ in parsed.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == len(LANGUAGES)
    assert levels[0] == 1
    for before, after in pairwise(levels):
        assert after <= before + 1


def test_the_switch_of_languages_can_be_reached_and_is_labelled(parsed: Page) -> None:
    switches = [attrs for _, attrs in parsed.named("input")]
    assert [(each["type"], each["name"], each["id"]) for each in switches] == [
        ("radio", "language", f"language-{language}") for language in LANGUAGES
    ]
    assert ["checked" in each for each in switches] == [True, False]
    labels = {attrs["for"]: attrs.get("lang") for _, attrs in parsed.named("label")}
    assert labels == {f"language-{language}": language for language in LANGUAGES}
    assert [text for tag, text in parsed.texts if tag == "label"] == ["English", "中文"]
    assert len(parsed.named("fieldset")) == len(parsed.named("legend")) == 1


def test_both_languages_have_the_same_sections(parsed: Page) -> None:
    sections = {language: [] for language in LANGUAGES}
    for _, attrs in parsed.named("section"):
        name, _, language = attrs["aria-labelledby"].partition("-")
        sections[language].append(name)
    assert sections["en"] == sections["zh-hans"]
    assert {"primary", "flow", "courses", "baseline", "analyses", "power", "assumed", "way", "check"} <= set(
        sections["en"]
    )
    parts = [attrs["lang"] for _, attrs in parsed.named("div") if "data-language" in attrs]
    assert parts == list(LANGUAGES)


def test_nothing_is_loaded_from_elsewhere(page: str, parsed: Page) -> None:
    for tag, attrs, _ in parsed.elements:
        for name in ("src", "href", "xlink:href", "srcset", "data", "action", "poster"):
            value = attrs.get(name, "")
            assert not value or value.startswith(("#", "data:")), (tag, name, value)
    assert not parsed.named("script")
    assert not parsed.named("link")
    assert "@import" not in page
    for target in re.findall(r"url\(([^)]*)\)", page):
        assert target.strip("\"'").startswith(("#", "data:")), target


def test_no_placeholder_is_left(parsed: Page) -> None:
    for tag, text in parsed.texts:
        if tag != "style":
            assert not PLACEHOLDER.search(text), text
            assert text not in ("None", "nan", "True", "False")
    for tag, attrs, _ in parsed.elements:
        if tag in ("svg", "path", "use", "g"):
            continue
        assert not any(PLACEHOLDER.search(value) for value in attrs.values())


def test_simulated_data_are_said_on_every_page_in_both_languages(page: str, parsed: Page) -> None:
    for word in ("Simulated data: no patient took part", "模拟数据：没有任何患者参加"):
        said = [text for _, text in parsed.texts if word in text]
        assert len(said) == 2  # above the title, and running below each printed page
        assert all("late-dosing" in text for text in said)
    running = [attrs for _, attrs in parsed.named("div") if attrs.get("class") == "running"]
    assert len(running) == len(LANGUAGES)
    assert all(attrs.get("aria-hidden") == "true" for attrs in running)  # it is heard once, not twice
    printed = page[page.index("@media print") :]
    assert re.search(r"\.running\s*\{[^}]*display:\s*block[^}]*position:\s*fixed", printed)


def test_imported_data_are_said_and_not_called_simulated(late: Any, tmp_path: Path) -> None:
    results = replace(late.results, dataset=replace(late.results.dataset, origin="imported"))
    written = write_report(results, late.dataset, tmp_path)
    texts = [text for _, text in Page(written.page.read_text(encoding="utf-8")).texts]
    assert not any("Simulated data" in text or "模拟数据" in text for text in texts)
    for words in ("Imported data", "导入数据"):
        assert sum(words in text for text in texts) == 2


def test_the_late_doses_are_said_on_the_page(page: str, parsed: Page) -> None:
    assert any("decisive results at Week 48 are masked" in text for _, text in parsed.texts)
    assert any("份决定性结果中有" in text for _, text in parsed.texts)


def test_the_answer_and_its_two_readings_stand_first(late: Any, parsed: Page) -> None:
    texts = [text for _, text in parsed.texts]
    answer = late.written.sentence("en")
    first = next(number for number, text in enumerate(texts) if text in answer and len(text) > 40)
    assert first < texts.index("The primary result")
    assert late.written.sentence("zh-hans") != answer
    assert late.written.sentence("fr") == answer


def test_every_number_has_its_recipe_and_its_way_back(late: Any, page: str) -> None:
    for analysis in late.results.analyses:
        assert page.count(analysis.recipe.call.replace("'", "&#39;").replace(">", "&gt;").replace("<", "&lt;")) >= 2
    for row in late.results.endpoints[:5]:
        assert f">{row.participant}<" in page
        assert f">{row.seq}<" in page
    assert late.dataset.hash in page
    assert late.results.dataset.head in page
    assert late.dataset.study.content_hash in page


def test_results_json_is_plain_and_complete(late: Any) -> None:
    text = late.written.results.read_text(encoding="utf-8")
    numbers = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert numbers == json.loads(json.dumps(late.results.as_json()))
    assert [each["id"] for each in numbers["analyses"]] == [each.id for each in late.study.endpoints.analyses]
    assert numbers["dataset"]["origin"] == "simulated"


def test_the_page_has_a_language_a_title_and_one_main_part_each(parsed: Page) -> None:
    assert parsed.named("html")[0][1]["lang"] == "en"
    assert next(text for tag, text in parsed.texts if tag == "title")
    assert len(parsed.named("main")) == len(LANGUAGES)
    assert any(attrs.get("name") == "viewport" for _, attrs in parsed.named("meta"))


def test_the_head_hash_of_the_history_stands_on_the_page_and_on_every_page_of_the_print(
    late: Any, page: str, views: dict[str, Any]
) -> None:
    head = late.dataset.header.history_head
    assert len(head) == 64
    for made in views.values():
        assert head in made.footer
        assert head[:12] in made.print.head
        assert made.footer in page
        (check,) = (section for section in made.sections if section.id == "check")
        assert head in {value for part in check.parts for _, value, _ in part.facts}
