"""The registry's one text of criteria, told apart. The oracle is how a reader takes each text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.ctgov.criteria import Criteria, told_apart

TEXTS = {
    "the usual": ("Inclusion Criteria:\n\n* a\n* b\n\nExclusion Criteria:\n\n* c", ("a", "b"), ("c",)),
    "capitals and dashes": ("INCLUSION CRITERIA\n- a\n- b\nEXCLUSION CRITERIA\n- c", ("a", "b"), ("c",)),
    "numbers": ("Key Inclusion Criteria:\n1. a\n2) b\n\nKey Exclusion Criteria:\n(1) c", ("a", "b"), ("c",)),
    "bold": ("**Inclusion**\n\n* a\n\n**Exclusion**\n\n* c", ("a",), ("c",)),
    "numbered headings": ("1. Inclusion Criteria\n   1. a\n   2. b\n2. Exclusion Criteria\n   1. c", ("a", "b"), ("c",)),
    "one line": ("Inclusion Criteria: Adults. Exclusion Criteria: Pregnancy; allergy", ("Adults.",), ("Pregnancy; allergy",)),
    "French": ("Adults with asthma\n\nNon-inclusion criteria:\n- smokers", ("Adults with asthma",), ("smokers",)),
    "the other way round": ("Criteria for inclusion:\n\n- a\n\nCriteria for exclusion:\n\n- c", ("a",), ("c",)),
    "Chinese": ("入选标准：\n1、年龄18-60岁；\n排除标准：\n（1）妊娠", ("年龄18-60岁；",), ("妊娠",)),
    "HTML": (
        "<p>Inclusion Criteria:</p><ul><li>eGFR &lt; 60</li><li>10<sup>9</sup>/L</li></ul><p>Exclusion Criteria:</p><ul><li>c</li></ul>",
        ("eGFR < 60", "10^9/L"), ("c",),
    ),
    "escapes": ("Inclusion Criteria:\n\n* HBV DNA \\<20 and \\>= 5 \\[IU/mL\\]\n* AST \\& ALT", ("HBV DNA <20 and >= 5 [IU/mL]", "AST & ALT"), ()),
    "signs that are no tags": ("Inclusion Criteria:\n* weight <40 and age>3\n* p < 0.05", ("weight <40 and age>3", "p < 0.05"), ()),
    "nested": (
        "Inclusion Criteria:\n\n* one of:\n\n    * x\n    * y\n* next\n\nExclusion Criteria:\n\n* c",
        ("one of:\n– x\n– y", "next"), ("c",),
    ),
    "continued": ("Inclusion Criteria:\n* a long\n  criterion\n* b\n\nExclusion Criteria:\n* c", ("a long criterion", "b"), ("c",)),
    "for whom": (
        "Inclusion Criteria for Part B:\n* a\n\nExclusion Criteria:\n* c",
        ("Inclusion Criteria for Part B:", "a"), ("c",),
    ),
    "a title above": ("Eligibility criteria:\n\n* a\n\nExclusion criteria:\n\n* c", ("a",), ("c",)),
    "a criterion with the word": (
        "Inclusion Criteria:\n* a\n\nExclusion Criteria:\n* patients are excluded if pregnant\n* inclusion body myositis",
        ("a",), ("patients are excluded if pregnant", "inclusion body myositis"),
    ),
    "exclusion alone": ("Exclusion Criteria:\n* c", (), ("c",)),
    "Windows": ("Inclusion Criteria:\r\n\r\n* a\r\nExclusion Criteria:\r\n\r\n* c\r\n", ("a",), ("c",)),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_told_apart_as_a_reader_does(name: str) -> None:
    text, inclusion, exclusion = TEXTS[name]
    assert told_apart(text) == Criteria(inclusion, exclusion)


@pytest.mark.parametrize(
    "text",
    [
        "DISEASE CHARACTERISTICS:\n\n* Histologic cancer\n\nPATIENT CHARACTERISTICS:\n\n* 18 and over",
        "Inclusion/Exclusion Criteria:\n\n* a\n* b",
        "Men with breast cancer who can answer questions.",
        "",
    ],
)
def test_what_nothing_tells_apart_stays_whole(text: str) -> None:
    assert told_apart(text) == Criteria(whole=text)


_ITEM = st.text(alphabet="abc <>=%°é岁", min_size=1, max_size=40).map(str.strip).filter(bool)


@given(st.lists(_ITEM, min_size=1, max_size=6), st.lists(_ITEM, max_size=6), st.sampled_from(["* ", "- ", "• ", "#. "]))
def test_lists_that_are_written_come_back(inclusion: list[str], exclusion: list[str], mark: str) -> None:
    def written(items: list[str]) -> str:
        return "\n".join(mark.replace("#", str(place + 1)) + item for place, item in enumerate(items))

    text = f"Inclusion Criteria:\n\n{written(inclusion)}\n\nExclusion Criteria:\n\n{written(exclusion)}"
    found = told_apart(text)

    def plain(items: object) -> list[str]:
        return [re.sub(r"\s+", " ", item) for item in items]  # type: ignore[attr-defined]

    # A tag among the letters, such as <b>, is taken for one: what a reader would see is left.
    if not re.search(r"</?\s*[abc]\b", text):
        assert plain(found.inclusion) == plain(inclusion)
        assert plain(found.exclusion) == plain(exclusion)


@given(st.text(max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    found = told_apart(text)
    assert bool(found.whole) + bool(found.inclusion or found.exclusion) <= 1
    for said in (*found.inclusion, *found.exclusion, found.whole):
        assert "\0" not in said
        said.encode()


def test_a_long_hostile_text_costs_little() -> None:
    # The oracle is the clock of the machine only in so far as the test ends at all: each was quadratic once.
    for piece in ("<p ", "* ", "Inclusion ", "a. ", "\\<", "(1", "Exclusion Criteria"):
        assert told_apart(piece * 20_000).whole, "nothing tells it apart: it stays whole"
