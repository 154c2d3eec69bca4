"""Drafts as files: what is written is read again, and each mistake of form has its answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core.problem import ProblemsError
from equipoise.core.words import LANGUAGES, say
from equipoise.recruit.plain.drafts import draft_text, read_draft
from equipoise.recruit.plain.overview import Overview, Sentence

HEAD = "language: en\nauthor: ai\nmodel: M\ndate: '2026-11-30'\n"
GOOD = HEAD + "paragraphs:\n- - text: It is up to you.\n    sources: [a.b]\n"


def test_a_draft_is_read() -> None:
    overview = read_draft(GOOD, "drafts/en.yaml", "en")
    assert overview == Overview("en", ((Sentence("It is up to you.", ("a.b",)),),), "ai", "M", "2026-11-30")
    assert overview.plain_text == "It is up to you."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "study.empty-file"),
        ("- a", "recruit.plain.draft-shape"),
        (GOOD + "approved: yes\n", "recruit.plain.draft-shape"),
        (GOOD.replace("author: ai", "author: robot"), "recruit.plain.draft-shape"),
        (GOOD.replace("model: M\n", ""), "recruit.plain.draft-shape"),
        (GOOD.replace("author: ai", "author: person"), "recruit.plain.draft-shape"),
        (GOOD.replace("language: en", "language: zh-hans"), "recruit.plain.draft-language"),
        (GOOD.replace("2026-11-30", "2026-02-30"), "recruit.plain.draft-date"),
        (GOOD.replace("2026-11-30", "yesterday"), "recruit.plain.draft-date"),
        (HEAD + "paragraphs: some\n", "recruit.plain.draft-shape"),
        (HEAD + "paragraphs: [[a]]\n", "recruit.plain.draft-shape"),
        (HEAD + "paragraphs:\n- - text: {a: b}\n", "recruit.plain.draft-shape"),
        (HEAD + "paragraphs:\n- - text: a\n    html: b\n", "recruit.plain.draft-shape"),
        (GOOD.replace("[a.b]", "a.b"), "recruit.plain.draft-shape"),
        (GOOD + "model: N\n", "study.duplicate-key"),
        ("a: &x 1\nb: *x\n", "study.yaml-alias"),
    ],
)
def test_each_mistake_of_form_has_its_answer(text: str, code: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_draft(text, "drafts/en.yaml", "en")
    assert code in {problem.code for problem in caught.value.problems}
    assert all(say(problem, language) for problem in caught.value.problems for language in LANGUAGES)


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=60).map(
    lambda text: " ".join(text.split())
)
_SENTENCES = st.builds(
    Sentence, _TEXTS.filter(bool), st.lists(st.from_regex(r"[a-z.]{1,12}", fullmatch=True)).map(tuple)
)


@given(st.lists(st.lists(_SENTENCES, min_size=1).map(tuple), min_size=1).map(tuple), _TEXTS.filter(bool))
def test_what_is_written_is_read_again(paragraphs: tuple[tuple[Sentence, ...], ...], model: str) -> None:
    overview = Overview("en", paragraphs, "ai", model, "2026-11-30")
    assert read_draft(draft_text(overview), "x", "en") == overview
