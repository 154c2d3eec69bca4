"""# Forms and branching

Which forms a visit has, which of their items belong to an arm and a consent, and which are asked of this person.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.criteria.facts import Facts, Observation, Provenance, parse_cell
from equipoise.plan.forms import Asked
from equipoise.plan.plan import Plan, plan_of
from equipoise.study.reader import read_study
from equipoise.study.rules import codebook_of

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(read_study(ROOT / "studies" / "nct07328711"))


def facts_of(plan: Plan, visit: str = "screening", **cells: str) -> Facts:
    codebook = codebook_of(plan.study)
    facts = {}
    for name, text in cells.items():
        read = parse_cell(codebook[name], text, visit=visit)
        assert isinstance(read, Observation)
        facts[name] = (read,)
    return facts


def asked(plan: Plan, form: str, facts: Facts) -> dict[str, Asked]:
    return {item.name: found for item, found in plan.forms[form].branched(facts)}


def test_a_visit_has_its_forms_in_order(plan: Plan) -> None:
    """Screening collects who the person is, the history, the time before entry, serology, blood and the judgement."""
    found = [form.id for form in plan.forms_at("screening", None)]
    assert found == ["demography", "history", "entry", "serology", "laboratory", "judgement"]


def test_a_form_without_items_for_an_arm_is_not_shown(plan: Plan) -> None:
    """Who gets no injection is not asked what must be known before one."""
    assert "before_dose" in [form.id for form in plan.forms_at("week 4", "hbig")]
    assert "before_dose" not in [form.id for form in plan.forms_at("week 4", "control")]


def test_an_optional_consent_opens_its_items_alone(plan: Plan) -> None:
    """Consent to the biobank does not open the inherited traits."""
    markers = plan.forms["biobank_markers"].narrowed("control", {"biobank"})
    names = [item.name for item in markers.items]
    assert "cxcl13" in names
    assert "stat4_rs7574865" not in names
    assert [item.name for item in plan.forms["biobank_markers"].narrowed("control", set()).items] == ["globulin"]


def test_an_item_is_asked_when_its_condition_holds(plan: Plan) -> None:
    """Who ever took such medicines is asked whether it is so now, and if not, when it was last."""
    found = asked(plan, "history", facts_of(plan, ever_immunosuppressant="yes", immunosuppressant_now="no"))
    assert found["immunosuppressant_now"] is Asked.YES
    assert found["last_immunosuppressant"] is Asked.YES


def test_an_item_is_not_asked_when_its_condition_does_not_hold(plan: Plan) -> None:
    """Who never took any is not asked about now."""
    found = asked(plan, "history", facts_of(plan, ever_immunosuppressant="no"))
    assert found["immunosuppressant_now"] is Asked.NO


def test_an_item_stays_open_while_its_condition_is_unknown(plan: Plan) -> None:
    """Before the first answer it is not known whether the second question will come."""
    assert asked(plan, "history", {})["immunosuppressant_now"] is Asked.OPEN


def test_a_required_item_without_an_entry_is_missing(plan: Plan) -> None:
    """ "Unknown" is an entry: somebody asked. Silence is not."""
    facts = facts_of(plan, birth_date="1985", sex="female", weight="unknown")
    assert plan.forms["demography"].missing(facts, "screening") == ("height",)


def test_an_entry_of_another_visit_does_not_fill_this_one(plan: Plan) -> None:
    """HBsAg at screening is not HBsAg at week 4."""
    facts = facts_of(plan, visit="screening", hbsag="<0.05")
    assert "hbsag" not in plan.forms["laboratory"].missing(facts, "screening")
    assert "hbsag" in plan.forms["laboratory"].missing(facts, "week 4")


def test_an_item_that_is_not_asked_is_never_missing(plan: Plan) -> None:
    """A man's empty pregnancy test is no gap."""
    blinded = plan_of(read_study(ROOT / "examples" / "blinded"))
    man = facts_of(blinded, birth_date="1990", sex="male", aura="no", preventive_now="no")
    woman = facts_of(blinded, birth_date="1990", sex="female", aura="no", preventive_now="no")
    assert blinded.forms["person"].missing(man, "screening") == ()
    assert blinded.forms["person"].missing(woman, "screening") == ("pregnant",)


def test_an_empty_cell_is_no_entry(plan: Plan) -> None:
    """An observation that says "not asked" leaves the item missing."""
    facts = {"height": (Observation(None, Provenance.NOT_ASKED, visit="screening"),)}
    assert "height" in plan.forms["demography"].missing(facts, "screening")
