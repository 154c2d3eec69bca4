"""Published beside found, at the printed precision."""

from pathlib import Path

import pytest

from equipoise.analysis.analyse import analyse
from equipoise.analysis.published import Published, compare_published, published_from
from equipoise.core.problem import ProblemsError
from equipoise.core.words import LANGUAGES, say


@pytest.fixture
def results(story):
    told = story()
    told.declare()
    for number in range(1, 13):
        who = told.person(
            f"01-{number:04d}", "active" if number % 2 else "control", weight="60" if number < 7 else "80"
        )
        told.sample(who, 336, "0.3" if number in (2, 4, 9) else "<0.05")
    return analyse(told.dataset())


def _compare(results, **entry):
    (found,) = compare_published(results, [Published(**({"analysis": "main"} | entry))])
    return found.found, found.agrees, found.fails


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"quantity": "estimate", "printed": "0.17"}, ("0.17", True, False)),
        ({"quantity": "estimate", "printed": "0.2"}, ("0.2", True, False)),
        ({"quantity": "estimate", "printed": "17 %"}, ("17 %", True, False)),
        ({"quantity": "estimate", "printed": "0.18"}, ("0.17", False, True)),
        ({"quantity": "n", "arm": "active", "printed": "7"}, ("6", False, True)),
        ({"quantity": "n", "arm": "active", "printed": "7", "kind": "head_count"}, ("6", False, False)),
        ({"quantity": "successes", "arm": "control", "printed": "4"}, ("4", True, False)),
        ({"quantity": "p", "printed": "<0.90"}, ("<0.90", True, False)),
        ({"quantity": "mean", "arm": "active", "printed": "1"}, ("", False, True)),
    ],
)
def test_numbers_agree_at_the_printed_precision(results, entry, expected):
    assert _compare(results, **entry) == expected


def test_an_unknown_analysis_is_refused(results):
    with pytest.raises(ProblemsError):
        _compare(results, analysis="nothing", quantity="estimate", printed="1")
    with pytest.raises(ProblemsError):
        _compare(results, quantity="n", arm="nobody", printed="1")


def test_every_wrong_entry_is_said_at_once():
    entries = [
        {"analysis": "main", "quantity": "estimate", "printed": "0.50", "source": "table 2"},
        {"analysis": "main", "quantity": "estimate", "printed": 0.5},
        {"analysis": "main", "quantity": "guess", "printed": "0.5"},
        {"analysis": "main", "printed": "0.5"},
        {"analysis": "main", "quantity": "p", "printed": "half"},
    ]
    with pytest.raises(ProblemsError) as refused:
        published_from(entries, Path("published.yaml"))
    assert [problem.code for problem in refused.value.problems] == [
        "analysis.published-entry",
        "analysis.published-quantity",
        "analysis.published-entry",
        "analysis.published-entry",
    ]
    assert all(say(problem, language) for problem in refused.value.problems for language in LANGUAGES)
    assert published_from(entries[:1], Path("published.yaml"))[0].printed == "0.50"
    with pytest.raises(ProblemsError):
        published_from({}, Path("published.yaml"))
