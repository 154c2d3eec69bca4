"""What templates say: escaped, in the language of the page, dates as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import override

from equipoise.core.problem import Problem
from equipoise.server.web.templatetags.say import day, moment


def drawn(template: str, language: str = "en", **values: Any) -> str:
    """Return a template drawn in a language."""
    with override(language):
        return Template(template).render(Context(values))


def test_words_are_said_in_the_language_of_the_page() -> None:
    assert drawn('{% say "frame.log-in" %}') == "Log in"
    assert drawn('{% say "frame.log-in" %}', "zh-hans") == "登录"
    assert drawn('{% say "roles.monitor" room="conduct" %}', "zh-hans") == "监查员"


def test_a_parameter_is_escaped_once_and_never_twice() -> None:
    said = drawn('{% say "refused.not-permitted.what" act=act %}', act="<b>&</b>")
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in said
    assert "<b>" not in said
    kept = drawn('{% say "refused.not-permitted.what" act=act as said %}{{ said }}', act="<b>")
    assert "&lt;b&gt;" in kept
    assert "&amp;lt;" not in kept


def test_a_parameter_that_is_markup_of_ours_stays_markup() -> None:
    said = drawn('{% say "refused.not-permitted.what" act=act %}', act=mark_safe("<b>x</b>"))
    assert "<b>x</b>" in said


def test_a_brace_in_a_parameter_is_only_a_brace() -> None:
    assert "{what}" in drawn('{% say "refused.not-permitted.what" act=act %}', act="{what}")


def test_a_problem_is_said_with_what_to_do_in_both_languages() -> None:
    problem = Problem("server.records.no-such-study", {"study": "<x>"})
    assert drawn("{{ problem|said }}", problem=problem).startswith("There is no study &lt;x&gt; here. Open it")
    assert drawn("{{ problem|said }}", "zh-hans", problem=problem).startswith("这里没有研究 &lt;x&gt;。请")


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("2026-03-12", "12 March 2026", "2026年3月12日"),
        (date(2026, 3, 2), "2 March 2026", "2026年3月2日"),
        ("2026-03", "March 2026", "2026年3月"),
        ("2026", "2026", "2026年"),
        ("", "", ""),
        (None, "", ""),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_a_date_is_written_as_each_language_writes_it(value: Any, english: str, chinese: str) -> None:
    with override("en"):
        assert day(value) == english
    with override("zh-hans"):
        assert day(value) == chinese


def test_an_instant_says_that_it_is_utc() -> None:
    with override("en"):
        assert moment("2026-03-12T08:05:09.000001Z") == "12 March 2026, 08:05 UTC"
        assert moment(datetime(2026, 3, 12, 8, 5, tzinfo=UTC)) == "12 March 2026, 08:05 UTC"
        assert moment("2026-03-12") == "12 March 2026"
    with override("zh-hans"):
        assert moment("2026-03-12T08:05:09.000001Z") == "2026年3月12日 08:05（UTC）"


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/en/studies/x/participants/?q=01&page=2", "/zh-hans/studies/x/participants/?q=01&amp;page=2"),
        ("/en/", "/zh-hans/"),
        ("/nowhere", "/zh-hans/"),
        ("//evil.example/en/", "/zh-hans/"),
    ],
)
def test_the_language_switch_keeps_the_address_and_never_leaves_the_site(address: str, other: str) -> None:
    request = RequestFactory().get("/en/")
    with override("en"):
        drawn_switch = Template("{% same_page 'zh-hans' %}").render(
            Context({"request": request, "page_address": address})
        )
    assert drawn_switch == other
