"""The sections of the whole answer: each says its numbers in words and a figure, and what is absent with its reason."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from equipoise.analysis.analyse import analyse
from equipoise.analysis.details import Imputed, Modelled, Term, Tipping
from equipoise.analysis.results import AnalysisResult, Results
from equipoise.core.words import LANGUAGES
from equipoise.dataset.model import Dataset
from equipoise.report import view
from equipoise.report.masking import bound_sentence, masked_outcomes
from equipoise.report.names import Names
from equipoise.report.pdf import as_pdf
from equipoise.report.recomputed import Recomputed
from equipoise.report.sections.coefficients import coefficients
from equipoise.report.sections.estimands import estimands_section
from equipoise.report.sections.landmarks import landmarks_section
from equipoise.report.sections.primary import analyses_section
from equipoise.report.sections.safety import safety_section
from equipoise.report.sections.secondary import secondary_section
from equipoise.report.sections.sensitivity import sensitivity_section
from equipoise.report.sections.standing import check_section, recomputed_sentence
from equipoise.report.sections.times import times_section
from equipoise.report.write import make_view


def every_part(section: view.Section) -> list[view.Part]:
    parts = list(section.parts)
    for part in section.parts:
        parts += part.parts
    return parts


def texts_of(section: view.Section) -> list[str]:
    """Return every text that a reader meets in a section."""
    found = [section.title]
    for part in every_part(section):
        found.append(part.text)
        found += [text for fact in part.facts for text in fact[:2]]
        if part.table:
            found += [part.table.caption, *part.table.head, *(cell for row in part.table.rows for cell in row.cells)]
        if part.drawing:
            found += [part.drawing.title, part.drawing.caption, part.drawing.description]
        if part.checklist:
            found += [text for item in part.checklist.items for text in (item.title, item.text, item.said)]
    return found


def with_analyses(results: Results, change: Any) -> Results:
    return replace(results, analyses=tuple(change(each) for each in results.analyses))


@pytest.fixture(scope="module")
def english(late: Any) -> Names:
    return Names(late.study, late.results, "en")


@pytest.fixture(scope="module")
def sections(views: dict[str, view.View]) -> dict[str, view.Section]:
    return {section.id: section for section in views["en"].sections}


def test_the_whole_answer_has_its_sections(sections: dict[str, view.Section]) -> None:
    assert list(sections) == [
        "primary", "sensitivity", "flow", "baseline", "courses", "times", "secondary", "landmarks", "safety",
        "analyses", "estimands", "methods", "power", "assumed", "way", "check", "consort",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_shows_nan_none_a_key_or_a_placeholder(views: dict[str, view.View], language: str) -> None:
    for section in views[language].sections:
        for text in texts_of(section):
            assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b|\{\w*\}", text), (section.id, text)


def test_companions_and_sensitivity_analyses_stand_in_groups(late: Any, sections: dict[str, view.Section]) -> None:
    drawn = next(part.drawing for part in sections["sensitivity"].parts if part.drawing)
    beside = [
        each
        for each in late.results.analyses
        if each.role in ("companion", "sensitivity") and each.summary == "risk_difference" and each.low is not None
    ]
    assert len(beside) > 5
    names = Names(late.study, late.results, "en")
    for each in beside:
        assert names.analysis(each) in drawn.description
    assert drawn.description.count(";") >= len(beside)


def test_the_tipping_point_says_where_the_conclusion_turns(english: Names, late: Any) -> None:
    p = ((0.5, 0.04), (0.3, 0.2), (0.03, 0.1))
    estimate = ((0.0, -0.2), (0.1, 0.0), (0.2, 0.1))
    detail = Tipping(2, 1, estimate, p, (0, 1), 2)

    def change(each: AnalysisResult) -> AnalysisResult:
        return replace(each, detail=detail) if isinstance(each.detail, Tipping) else each

    for language, words in zip(
        LANGUAGES, (r"differs in 2 of 6 combinations", "全部 6 种组合中有 2 种结论不同"), strict=True
    ):
        section = sensitivity_section(Names(late.study, with_analyses(late.results, change), language))
        assert section
        assert any(words in text for text in texts_of(section))


def test_a_tipping_point_that_never_turns_and_one_without_missing_people_say_so(late: Any) -> None:
    def said(detail: Tipping) -> str:
        changed = with_analyses(
            late.results, lambda each: replace(each, detail=detail) if isinstance(each.detail, Tipping) else each
        )
        section = sensitivity_section(Names(late.study, changed, "en"))
        assert section
        return " ".join(texts_of(section))

    assert "the test comes to the same conclusion" in said(Tipping(1, 0, ((0.1,), (0.2,)), ((0.5,), (0.6,)), None, 0))
    assert "nothing that could turn the conclusion" in said(Tipping(0, 0, ((0.1,),), ((0.5,),), None, 0))


def test_an_analysis_without_an_estimate_says_why_in_words(late: Any) -> None:
    none = {"estimate": None, "low": None, "high": None, "p": None, "detail": None}
    for note in ("empty_arm", "no_maximum", "no_information", "nobody_observed"):
        changed = with_analyses(late.results, lambda each, note=note: replace(each, note=note, **none))
        for language in LANGUAGES:
            names = Names(late.study, changed, language)
            why = names.term("notes", note)
            made = [sensitivity_section(names), times_section(names), secondary_section(names), analyses_section(names)]
            for section in filter(None, made):
                assert any(why in text for text in texts_of(section)), (section.id, note)
                assert not any(re.search(r"\bnan\b|None", text) for text in texts_of(section))


def test_curves_before_their_visit_are_called_descriptive(sections: dict[str, view.Section]) -> None:
    said = " ".join(texts_of(sections["times"]))
    assert "before Week 48 the arms are not compared" in said
    assert "before Week 48, is descriptive" in said
    names = [part.drawing.title for part in sections["times"].parts if part.drawing]
    assert len(names) >= 3  # between visits, by the day seen, and with what competes


def test_every_analysis_names_its_estimand_by_five_attributes(late: Any, english: Names) -> None:
    section = estimands_section(english)
    folded = next(part for part in section.parts if part.kind == "folded")
    lists = [part.facts for part in folded.parts if part.kind == "facts"]
    assert len(lists) == len({each.estimand.id for each in late.results.analyses})
    for facts in lists:
        assert [name for name, _, _ in facts][:5] == [
            "Treatment", "Population", "Variable", "Intercurrent events", "Summary",
        ]  # fmt: skip
        assert all(value for _, value, _ in facts)
    said = " ".join(texts_of(section))
    for each in late.results.analyses:
        assert english.analysis(each) in said


def test_what_was_declared_too_late_is_marked_post_hoc(late: Any) -> None:
    changed = with_analyses(late.results, lambda each: replace(each, post_hoc=each.id == "week_72"))
    for language, mark in zip(LANGUAGES, ("(post hoc)", "(事后分析)"), strict=True):
        cells = [text for text in texts_of(analyses_section(Names(late.study, changed, language))) if mark in text]
        assert len(cells) == 1


def test_safety_shows_exposure_events_and_no_test(late: Any, sections: dict[str, view.Section]) -> None:
    section = sections["safety"]
    tables = [part.table for part in section.parts if part.table]
    assert late.results.safety is not None
    exposure = late.results.safety.exposure
    assert [row.cells[2] for row in tables[0].rows] == [str(each.n) for each in exposure]
    assert f"{exposure[0].person_years:.1f}" in tables[0].rows[0].cells
    assert tables[1].rows[0].cells[0] == "Any adverse event"
    assert not any(head == "p" for table in tables for head in table.head)
    assert safety_section(Names(late.study, replace(late.results, safety=None), "en")) is None


def test_landmarks_count_who_is_followed_and_say_what_is_masked(late: Any, english: Names) -> None:
    section = landmarks_section(english)
    assert section
    said = " ".join(texts_of(section))
    for association in late.results.associations:
        for landmark in association.landmarks:
            assert english.visit(landmark.visit) in said
            for arm in landmark.arms:
                if arm.masked:
                    assert (
                        f"in “{english.arm(arm.arm)}”, {arm.masked} values are left out because they are masked" in said
                    )
    assert landmarks_section(Names(late.study, replace(late.results, associations=()), "en")) is None


def test_what_r_found_is_said(english: Names) -> None:
    good = Recomputed(812, 3.4e-14, "analyses.0.low", "4.2.2", (), (("analyses.detail.draws", 12),))
    said = texts_of(check_section(english, good))
    agrees = next(text for text in said if "Recomputed in R 4.2.2" in text)
    assert "812 figures agree to 3·10⁻¹⁴" in agrees
    assert any("Not recomputed in R: analyses.detail.draws (12)" in text for text in said)
    assert not any("Recomputed" in text for text in texts_of(check_section(english)))


def test_a_disagreement_with_r_stands_on_the_first_page(late: Any, english: Names) -> None:
    bad = Recomputed(812, 0.2, "analyses.0.low", "4.2.2", tuple(f"analyses.{n}.p" for n in range(10)))
    made = make_view(english, late.dataset, bad)
    assert made.statements[0].startswith("Recomputed in R 4.2.2, 10 of 812 figures differ: analyses.0.p, ")
    assert "and 2 more" in made.statements[0]
    assert "Do not rely on this report" in recomputed_sentence(english, bad)
    assert "nothing could be compared" in recomputed_sentence(english, Recomputed(0, 0.0, "", "4.2.2"))


def test_a_dataset_in_which_every_outcome_is_missing_gives_a_report_without_holes(late: Any) -> None:
    nothing = pl.lit(None, dtype=pl.Float64)
    table = late.dataset.tables["endpoints"].with_columns(
        measured=pl.lit("missing"), measured_value=nothing, measured_time=nothing
    )
    dataset = Dataset(late.dataset.header, late.study, {**late.dataset.tables, "endpoints": table})
    results = analyse(dataset)
    for language in LANGUAGES:
        made = make_view(Names(late.study, results, language), dataset)
        assert as_pdf(made).startswith(b"%PDF-")
        for section in made.sections:
            for text in texts_of(section):
                assert not re.search(r"\bnan\b|\bNone\b|– %", text), (section.id, text)


def test_of_a_trial_that_was_run_elsewhere_nothing_is_claimed(late: Any) -> None:
    safety = replace(late.results.safety, rows=())
    source = replace(late.results.dataset, origin="imported")
    names = Names(late.study, replace(late.results, dataset=source, safety=safety), "en")
    made = {section.id: section for section in make_view(names, late.dataset).sections}
    assert "safety" not in made
    said = " ".join(texts_of(made["methods"]))
    assert "how it concealed its allocation is not part of its data" in said
    assert "how it was blinded is not part of its data" in said
    assert "committed to before" not in said


def test_masked_successes_taken_as_missing_are_a_bound_and_no_effect(
    late: Any, english: Names, sections: dict[str, view.Section]
) -> None:
    said = texts_of(sections["sensitivity"])
    failed, left_out = (late.results.analysis(name) for name in ("flagged_missing", "flagged_excluded"))
    masked = masked_outcomes(english, failed)
    assert masked[0] > 0 == masked[1]
    # What is taken away is what the primary analysis counted.
    assert late.results.primary.arms[0].successes - failed.arms[0].successes == masked[0]
    bound = next(text for text in said if text.startswith(f"{english.analysis(failed)}: {masked[0]} and 0 successes"))
    assert "a bound on what was not seen, and no effect of the treatment" in bound
    assert any("too low in an arm with masked samples" in text for text in said)
    drawn = next(part.drawing for part in sections["sensitivity"].parts if part.drawing)
    assert f"{english.analysis(failed)} †" in drawn.description
    assert f"{english.analysis(left_out)} †" in drawn.description
    assert "†: more than 5 %" in drawn.caption
    table = next(part.table for part in sections["analyses"].parts if part.table)
    rows = {row.cells[0] for row in table.rows}
    for each in (failed, left_out):
        start = f"{english.analysis(each)} [not to be read as an effect: {masked[0]} and 0"
        assert any(cell.startswith(start) for cell in rows)


def test_few_masked_outcomes_are_said_without_ruling_the_reading(late: Any) -> None:
    rows = [row for row in late.results.endpoints if not row.flagged]
    first = next(row for row in rows if (row.estimand, row.reading, row.status) == ("primary", "sustained", "success"))
    endpoints = (*(row for row in rows if row is not first), replace(first, flagged=True))
    arms = tuple(replace(arm, allocated=100) for arm in late.results.arms)
    changed = replace(late.results, endpoints=endpoints, arms=arms)
    names = Names(late.study, changed, "en")
    found = changed.analysis("flagged_missing")
    assert sum(masked_outcomes(names, found)) == 1
    told = texts_of(analyses_section(names))
    assert any(text.startswith(f"{names.analysis(found)} [") and "not to be read" not in text for text in told)
    without = Names(late.study, replace(late.results, endpoints=tuple(rows)), "en")
    assert "nothing is taken as missing for that reason" in (bound_sentence(without, found) or "")


def test_the_day_seen_is_not_compared_where_samples_are_masked(sections: dict[str, view.Section]) -> None:
    tables = [part.table for part in every_part(sections["times"]) if part.table and "incidence" in part.table.caption]
    rows = [row.cells for row in tables[0].rows]
    assert {cells[-1].split(":")[0] for cells in rows if cells[1] == "Week 48"} == {"not to be compared"}
    assert {cells[-1] for cells in rows if cells[1] == "Week 72"} == {"compared"}
    drawn = [part.drawing for part in sections["times"].parts if part.drawing]
    assert sum("curves can separate for that alone" in each.caption for each in drawn) == 2


def test_imputed_shares_are_not_shown_as_counts(late: Any, sections: dict[str, view.Section]) -> None:
    imputed = late.results.analysis("imputed")
    table = next(part.table for part in sections["analyses"].parts if part.table)
    row = next(row.cells for row in table.rows if "Multiple imputation of missing" in row.cells[0])
    assert row[1].endswith(f"(n = {imputed.arms[0].n}, {imputed.arms[0].missing} imputed)")
    detail = Imputed(2, 1, (0.1, 0.2), (0.1, 0.1), 0.1, 0.1, 9.0, 0.5, (), 0, ("01-0001",), ("0", "1"), (), (0.5, 0.4))
    tested = with_analyses(
        late.results, lambda each: replace(each, p=0.4, detail=detail) if each.id == "imputed" else each
    )
    section = sensitivity_section(Names(late.study, tested, "en"))
    assert section
    assert any("its own p = 0.40 stands in the table" in text for text in texts_of(section))


def test_levels_that_a_product_feigns_and_coefficients_without_end_are_explained(
    late: Any, english: Names, sections: dict[str, view.Section]
) -> None:
    assert any("Traces of the product outlast these days" in text for text in texts_of(sections["secondary"]))
    found = late.results.analysis("logistic")
    whole, nan = Term("treatment", 0.5, 0.2, 0.1, 0.9, 0.01), float("nan")
    for terms, said in (((whole,), False), ((whole, Term("sex=male", nan, nan, nan, nan, nan)), True)):
        part = coefficients(english, found, Modelled(terms, -3.0))
        assert any("no finite estimate" in each.text for each in part.parts) is said
