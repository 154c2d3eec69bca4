"""What the checker refuses, one by one and all at once. The oracle is the list of the issue."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core.words import LANGUAGES, say
from equipoise.recruit.plain.checker import check_overview, check_text
from equipoise.recruit.plain.overview import Overview, Sentence
from equipoise.recruit.plain.sources import Sources, sources_of
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[3]


@cache
def _sources(language: str = "en") -> Sources:
    return sources_of(read_study(ROOT / "studies" / "nct07328711"), language)


def _codes(text: str, *sources: str, language: str = "en") -> list[str]:
    overview = Overview(language, ((Sentence(text, sources),),), "ai", "a model", "2026-11-30")
    found = check_overview(overview, _sources(language))
    for problem in found:
        assert all(say(problem, spoken) for spoken in LANGUAGES)
    return [problem.code.removeprefix("recruit.plain.") for problem in found]


VOLUNTARY = "information.voluntary#1"


@pytest.mark.parametrize(
    ("text", "sources", "code"),
    [
        ("Taking part is up to you.", (), "no-source"),
        ("Taking part is up to you.", ("zzz",), "unknown-source"),
        ("It is up to you.", ("arms.nobody.description",), "unknown-source-close"),
        ("Taking part is up to you.", ("information.voluntary#9",), "unknown-source-close"),
        ("Taking part is up to you.", ("information.voluntary#one",), "unknown-source-close"),
        ("Taking part is up to you.", ("information.voluntary#²",), "unknown-source-close"),
        ("Taking part is up to you.", ("registry.NCT07328711.overview",), "wide-source"),
        ("Taking part is up to you.", (VOLUNTARY,) * 7, "too-many-sources"),
        ("You come 7 times.", (VOLUNTARY,), "number"),
        ("You come for seven visits.", (VOLUNTARY,), "number"),
        ("Half of the people stay well.", (VOLUNTARY,), "number"),
        ("One in two people stays well.", (VOLUNTARY,), "number"),
        ("It will cure you.", (VOLUNTARY,), "promise"),
        ("The drug is safe.", (VOLUNTARY,), "promise"),
        ("Nobody knows yet, but it is safe.", (VOLUNTARY,), "promise"),
        ("It has no side effects.", (VOLUNTARY,), "promise"),
        ("You will get better.", (VOLUNTARY,), "promise"),
        ("Ask at {{CENTRE_NAME}}.", (VOLUNTARY,), "placeholder"),
        ("Ask [insert name].", (VOLUNTARY,), "placeholder"),
        ("Ask <b>us</b>.", (VOLUNTARY,), "markup"),
        ("Ask <script>alert(1)</script> us.", (VOLUNTARY,), "markup"),
        ("Look at https://evil.example/x now.", (VOLUNTARY,), "markup"),
        ("Look at cheap-drugs.com now.", (VOLUNTARY,), "markup"),
        ("Write to bo@example.org now.", (VOLUNTARY,), "markup"),
        ("Look [here](/x) now.", (VOLUNTARY,), "markup"),
        ("Ask **us** now.", (VOLUNTARY,), "markup"),
        ("Ask &lt;us&gt; now.", (VOLUNTARY,), "markup"),
        ("Ask u\u200bs now.", (VOLUNTARY,), "hidden-character"),
        ("Ask \u202eus now.", (VOLUNTARY,), "hidden-character"),
        ("Ask us. It is your choice.", (VOLUNTARY,), "several-sentences"),
        ("Ask us " + "very " * 80 + "soon.", (VOLUNTARY,), "too-long"),
        ("  ", (VOLUNTARY,), "empty-sentence"),
        ("是否参加由您自己决定。", (VOLUNTARY,), "other-language"),
    ],
)
def test_refused_in_english(text: str, sources: tuple[str, ...], code: str) -> None:
    assert code in _codes(text, *sources)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("您要来七次。", "number"),
        ("您要来二十四次。", "number"),
        ("一半的人会好。", "number"),
        ("本药可以治愈乙肝。", "promise"),
        ("我们保证有效。", "promise"),
        ("这种药很安全。", "promise"),
        ("没有任何副作用。", "promise"),
        ("您一定会好转。", "promise"),
        ("请联系{{中心}}。", "placeholder"),
        ("请看 https://evil.example 吧。", "markup"),
        ("Taking part is your own decision.", "other-language"),
    ],
)
def test_refused_in_chinese(text: str, code: str) -> None:
    assert code in _codes(text, VOLUNTARY, language="zh-hans")


@pytest.mark.parametrize(
    ("text", "source", "language"),
    [
        ("Nobody knows yet whether it is safe.", VOLUNTARY, "en"),
        ("Doctors call this clinical cure.", "registry.NCT07328711.overview#1", "en"),
        ("We do not know if it is safe.", VOLUNTARY, "en"),
        ("132 people take part.", "facts.people", "en"),
        ("One hundred and thirty-two people take part.", "facts.people", "en"),
        ("It takes a year and a half.", "facts.length", "en"),
        ("The chance is 50 %.", "facts.chance.hbig", "en"),
        ("目前没有人知道是否安全。", VOLUNTARY, "zh-hans"),
        ("医生称之为“临床治愈”。", "registry.NCT07328711.overview#1", "zh-hans"),
        ("共有一百三十二人参加。", "facts.people", "zh-hans"),
        ("大约持续一年半。", "facts.length", "zh-hans"),
        ("机会是二分之一。", "facts.chance.hbig", "zh-hans"),
    ],
)
def test_let_through(text: str, source: str, language: str) -> None:
    assert _codes(text, source, language=language) == []


def test_everything_is_said_at_once_and_by_the_number_of_its_sentence() -> None:
    sentences = (
        Sentence("It will cure you.", ()),
        Sentence("Whether you take part is your own decision.", (VOLUNTARY,)),
        Sentence("Ask {{NAME}} for 90 % off.", ("nothing.here",)),
    )
    found = check_overview(Overview("en", (sentences[:1], sentences[1:]), "person", writer="A"), _sources())
    assert {(problem.params.get("number"), problem.code.rpartition(".")[2]) for problem in found} == {
        (1, "promise"), (1, "no-source"), (3, "placeholder"), (3, "unknown-source"), (3, "number"),
    }  # fmt: skip


def test_the_level_of_the_whole_text_counts() -> None:
    long = Sentence(
        "Participation necessitates comprehensive consideration of the alternatives available, individually determined"
        " by every prospective participant voluntarily and independently beforehand.",
        (VOLUNTARY,),
    )
    overview = Overview("en", ((long, Sentence("It is up to you.", (VOLUNTARY,))),), "person", writer="A")
    assert [problem.code for problem in check_overview(overview, _sources())] == [
        "recruit.plain.reading-level-flesch-kincaid"
    ]


def test_a_text_without_sentences_is_refused_and_a_very_long_one() -> None:
    assert [each.code for each in check_overview(Overview("en", (), "ai"), _sources())] == [
        "recruit.plain.no-sentences"
    ]
    many = Overview("en", ((Sentence("It is up to you.", (VOLUNTARY,)),) * 61,), "ai")
    assert "recruit.plain.too-many-sentences" in {each.code for each in check_overview(many, _sources())}


def test_a_text_of_a_person_is_checked_without_sources() -> None:
    assert check_text("You can stop at any time. Ask us.", "en") == ()
    assert {each.code.rpartition(".")[2] for each in check_text("It is safe. See www.example.org.", "en")} == {
        "promise", "markup",
    }  # fmt: skip


def test_the_sentence_of_a_source_alone_counts() -> None:
    # The registry's seventh sentence has 48 weeks, its sixth has no number.
    assert _codes("It looks at week 48.", "registry.NCT07328711.overview#7") == []
    assert _codes("It looks at week 48.", "registry.NCT07328711.overview#6") == ["number"]


def test_an_approval_is_bound_to_what_its_sources_say() -> None:
    sources = _sources()
    changed = replace(sources, fields={**sources.fields, "facts.people": {"en": "133 people."}})
    assert sources.hash_of(["facts.people"]) != changed.hash_of(["facts.people"])
    assert sources.hash_of([VOLUNTARY]) == changed.hash_of([VOLUNTARY])


@given(st.text(max_size=400), st.sampled_from(["en", "zh-hans"]))
def test_no_text_breaks_the_check(text: str, language: str) -> None:
    check_text(text, language)
    _codes(text, VOLUNTARY, language=language)
