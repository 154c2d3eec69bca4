"""# Edit checks

What entered values must look like, or a query opens. Nothing is refused, and what is unknown fires nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.criteria.facts import Facts, Observation, Provenance, parse_cell
from equipoise.plan.plan import Plan, plan_of, run_checks
from equipoise.study.reader import read_study
from equipoise.study.rules import codebook_of


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(read_study(Path(__file__).parents[3] / "studies" / "nct07328711"))


def facts_of(plan: Plan, **cells: str) -> Facts:
    codebook = codebook_of(plan.study)
    facts = {}
    for name, text in cells.items():
        read = parse_cell(codebook[name], text)
        assert isinstance(read, Observation)
        facts[name] = (read,)
    return facts


def fired(plan: Plan, form: str, **cells: str) -> list[str]:
    return [finding.check.id for finding in run_checks(plan, form, facts_of(plan, **cells))]


def test_a_plain_record_raises_nothing(plan: Plan) -> None:
    """Ordinary values, ordinary silence."""
    assert fired(plan, "demography", birth_date="1985-06", consent_date="2026-03-02", weight="68", height="172") == []


@pytest.mark.parametrize(("weight", "found"), [("30", []), ("29.9", ["weight.low"]), ("200.1", ["weight.high"])])
def test_a_value_outside_the_plausible_range_is_asked_about(plan: Plan, weight: str, found: list[str]) -> None:
    """The ends of the range are inside it."""
    assert fired(plan, "demography", weight=weight) == found


def test_a_censored_result_is_outside_only_if_all_of_it_is(plan: Plan) -> None:
    """Platelets of "<50" may be 40, which is plausible; "<5" may not."""
    assert fired(plan, "laboratory", platelets="<50") == []
    assert fired(plan, "laboratory", platelets="<5") == ["platelets.low"]


def test_exchanged_values_are_noticed(plan: Plan) -> None:
    """172 kg at 68 cm: the height is out of range, the two were exchanged, and the index is impossible."""
    found = fired(plan, "demography", weight="172", height="68")
    assert found == ["height.low", "weight_over_height", "bmi_implausible"]


def test_a_check_may_look_at_another_form(plan: Plan) -> None:
    """The day of consent stands on no form of its own."""
    assert fired(plan, "demography", birth_date="2026-04", consent_date="2026-03-02") == ["born_after_consent"]


def test_partial_dates_are_asked_about_only_when_sure(plan: Plan) -> None:
    """Born in 2026 and consenting in March 2026 is impossible in truth, but not by the dates alone."""
    assert fired(plan, "demography", birth_date="2026", consent_date="2026-03-02") == []


def test_the_two_dates_and_the_weeks_must_agree(plan: Plan) -> None:
    """Consolidation decides the stratum: 12 weeks by the dates are not 8 weeks by the entry."""
    dates = {"clearance_date": "2025-06-02", "peginterferon_stop": "2025-08-25"}
    assert fired(plan, "entry", **dates, consolidation_weeks="12") == []
    assert fired(plan, "entry", **dates, consolidation_weeks="8") == ["consolidation_too_short"]


def test_a_return_calls_for_a_repeat(plan: Plan) -> None:
    """0.05 IU/mL is a return; "<0.05" is none."""
    assert fired(plan, "laboratory", hbsag="0.05") == ["returned"]
    assert fired(plan, "laboratory", hbsag="<0.05") == []


def test_what_only_the_patient_stated_is_checked_too(plan: Plan) -> None:
    """It is the record that is asked about, whoever said it."""
    facts = {
        name: (Observation(one.value, Provenance.PATIENT_STATED),)
        for name, (one,) in facts_of(plan, weight="400").items()
    }
    assert [finding.check.id for finding in run_checks(plan, "demography", facts)] == ["weight.high"]


def test_a_finding_names_its_item_and_says_what_to_do(plan: Plan) -> None:
    """In the language of who reads it."""
    (finding,) = run_checks(plan, "demography", facts_of(plan, weight="400"))
    assert finding.item == "weight"
    assert finding.words(plan.study, "en").startswith("Weight is above 200 kg")
    assert finding.words(plan.study, "zh-hans").startswith("体重高于 200 kg")
    (returned,) = run_checks(plan, "laboratory", facts_of(plan, hbsag="3"))
    assert returned.item == "hbsag"
    assert "28 to 56 days" in returned.words(plan.study, "en")
    assert "28 至 56 天" in returned.words(plan.study, "zh-hans")


def test_a_note_is_told_apart_from_a_query(plan: Plan) -> None:
    """HBsAg and anti-HBs together are worth a look and open no query."""
    found = run_checks(plan, "laboratory", facts_of(plan, hbsag="3", anti_hbs="50"))
    assert {finding.check.id: finding.check.severity for finding in found} == {
        "returned": "query",
        "antigen_and_antibody": "note",
    }
