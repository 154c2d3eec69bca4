"""Trials of other kinds, carried by the how-to page: what somebody found who had only that page and a table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "carry-your-own-trial.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)```", PAGE, re.DOTALL))
# The page shows other endpoints in the same way after it: the continuous one is that of the block with `kind: continuous`.
_SHOWN = next(
    block for block in re.findall(r"```yaml\n(# under .*?)```", PAGE, re.DOTALL) if "kind: continuous" in block
)
CONTINUOUS = dict(re.findall(r"^# under (\w+):\n(.*?)$", _SHOWN, re.MULTILINE))
# Areas at week 12 of the page's table, in cm²: B4 was not seen, and A2, A5 and B5 were not healed.
AREA_NEW, AREA_USUAL = [0.0, 0.0, 4.1, 0.0, 0.0, 0.0], [3.1, 0.0, 0.0, 0.0, 6.6]

Edit = Callable[[str], str]


@pytest.fixture
def carry(tmp_path: Path, command: Callable[..., Any]) -> Callable[..., tuple[Any, dict[str, Any], str]]:
    """Write the page's files, edited, and run them: the command's result, results.json and the page that was made."""

    def run(**edits: Edit) -> tuple[Any, dict[str, Any], str]:
        folder, out = tmp_path / "my-trial", tmp_path / "out"
        for name, text in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(edits.get(path.stem, str)(text), encoding="utf-8")
        ran = command("run", str(folder), "--out", str(out))
        if not (out / "report" / "results.json").exists():
            return ran, {}, ""
        report = out / "report"
        results = json.loads((report / "results.json").read_text(encoding="utf-8"))
        return ran, results, (report / "report.html").read_text(encoding="utf-8")

    return run


def with_area_left(text: str) -> str:
    for section, lines in CONTINUOUS.items():
        text = text.replace(f"{section}:\n", f"{section}:\n{lines}\n", 1)
    return text


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", page, flags=re.DOTALL)))


def baseline_row(results: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return next(row["cells"] for row in results["baseline"]["rows"] if row["variable"] == name)


def test_an_age_that_a_form_recorded_stands_in_the_baseline_table(carry: Any) -> None:
    _, results, page = carry(
        people=lambda text: text.replace("A1,North,1,03/02/2020,small,61", "A1,North,1,03/02/2020,small,61.5")
    )
    new, usual, everybody = baseline_row(results, "age")
    assert [cell["missing"] for cell in (new, usual, everybody)] == [0, 1, 1]
    assert (new["median"], new["maximum"]) == (59.75, 72.0)
    assert "Age (years) 59.8 (" in text_of(page)


def test_the_continuous_endpoint_of_the_page_is_compared(carry: Any) -> None:
    assert set(CONTINUOUS) == {"endpoints", "estimands", "analyses"}
    ran, results, page = carry(endpoints=with_area_left)
    assert ran.exit_code == 0, ran.stdout
    found = next(each for each in results["analyses"] if each["id"] == "area")
    welch = stats.ttest_ind(AREA_NEW, AREA_USUAL, equal_var=False)
    low, high = welch.confidence_interval()
    assert found["estimate"] == pytest.approx(4.1 / 6 - 9.7 / 5, abs=1e-12)
    assert (found["low"], found["high"], found["p"]) == pytest.approx((low, high, welch.pvalue), abs=1e-9)
    assert "difference in means −1.26" in text_of(page)


def test_a_trial_without_reversions_has_no_column_for_them(carry: Any) -> None:
    _, _, page = carry()
    assert "Return, by all data" not in page
    assert "no event until the end of observation" not in page  # the primary endpoint is binary
    assert "the rule holds" in page


def test_a_time_to_an_event_is_told_in_words(carry: Any) -> None:
    def speed_first(text: str) -> str:
        return text.replace("role: primary", "role: companion").replace("role: secondary", "role: primary", 1)

    ran, results, page = carry(endpoints=speed_first)
    assert ran.exit_code == 0, ran.stdout
    assert [arm["events"] for arm in results["analyses"][2]["arms"]] == [5, 3]
    told = text_of(page)
    assert "event the event was seen" in told
    assert "censored no event until the end of observation" in told
    assert "each estimate is the hazard ratio unless another is named" in told


def test_without_an_end_nobody_is_said_to_have_stayed_or_left(carry: Any) -> None:
    def without_end(text: str) -> str:
        return re.sub(r"  end:\n    on: .*\n", "", text)

    _, _, page = carry()
    assert "no end of observation recorded" not in page
    ran, _, page = carry(**{"import": without_end})
    assert ran.exit_code == 0, ran.stdout
    assert page.count("no end of observation recorded: 6") >= 2


def test_an_interval_for_non_inferiority_is_declared_as_the_page_says(carry: Any) -> None:
    assert 'confidence: "0.90"' in PAGE
    assert 'alpha: "0.10"' in PAGE
    _, wide, _ = carry()
    ran, narrow, _ = carry(
        endpoints=lambda text: text.replace(
            "    role: primary\n", '    role: primary\n    confidence: "0.90"\n    alpha: "0.10"\n'
        )
    )
    assert ran.exit_code == 0, ran.stdout
    assert narrow["analyses"][0]["low"] > wide["analyses"][0]["low"]


def test_a_third_arm_stands_in_the_flow_and_not_in_a_comparison_of_two(carry: Any) -> None:
    def third(text: str) -> str:
        text = text.replace("block_sizes: [2, 4]", "block_sizes: [3, 6]")
        return text.replace("\nsites:", "  - {id: none, label: No dressing, kind: no_intervention, ratio: 1}\n\nsites:")

    ran, results, page = carry(
        study=third,
        people=lambda text: text.replace("B5,South,2", "B5,South,3"),
        **{"import": lambda text: text.replace('"2": usual}', '"2": usual, "3": none}')},
        published=lambda _: '- {analysis: primary, quantity: n, arm: usual, printed: "5"}\n',
    )
    assert ran.exit_code == 0, ran.stdout
    assert [arm["arm"] for arm in results["analyses"][0]["arms"]] == ["new", "usual"]
    assert "No dressing (n = 1)" in text_of(page)


@pytest.mark.parametrize("name", ["days", "state", "site", "seq"])
def test_a_name_that_means_something_else_is_refused(carry: Any, name: str) -> None:
    def renamed(text: str) -> str:
        return re.sub(r"\bdays_to_healing\b", name, text)

    ran, _, _ = carry(variables=renamed, endpoints=renamed, **{"import": renamed})
    assert ran.exit_code == 1
    assert f"`{name}` has a meaning of its own already" in ran.stdout


def test_half_a_day_is_shown_as_the_publication_rounded_it(carry: Any) -> None:
    lines = '- {analysis: shares, quantity: proportion, arm: usual, printed: "%s"}\n'
    ran, _, _ = carry(published=lambda _: (lines % "0.50") + (lines % "0") + (lines % "1"))
    assert ran.exit_code == 0, ran.stdout
    rows = [line.split() for line in ran.stdout.splitlines() if "proportion" in line]
    assert [row[-3:] for row in rows] == [["0.50", "0.50", "agrees"], ["0", "0", "agrees"], ["1", "1", "agrees"]]
