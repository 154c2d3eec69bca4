"""The ages of a listing follow from what the criteria mean; the oracle is the criterion itself, tried at each age."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core.dates import PartialDate, add_months
from equipoise.criteria.engines.in_memory import evaluate
from equipoise.criteria.facts import Observation
from equipoise.criteria.truth import Truth
from equipoise.recruit.ages import Ages, ages_of
from equipoise.study.model.eligibility import Criterion
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study
from equipoise.study.rules import rules_of

ROOT = Path(__file__).parents[2]
DAY = date(2026, 7, 1)


@pytest.fixture(scope="module")
def reference() -> Study:
    return read_study(ROOT / "studies" / "nct07328711")


def with_rules(study: Study, **rules: str) -> Study:
    """Return the study with these criteria alone; names that begin with E are exclusions."""
    criteria = tuple(
        Criterion(id=name, kind="exclusion" if name.startswith("E") else "inclusion", text=name, rule=rule)
        for name, rule in rules.items()
    )
    plain = {name: getattr(study, name) for name in type(study).model_fields}
    allocation = study.identity.allocation.model_copy(update={"judge_again": ()})
    identity = study.identity.model_copy(update={"allocation": allocation})
    return Study(**{**plain, "identity": identity, "eligibility": criteria})


@pytest.mark.parametrize(
    ("rules", "youngest", "oldest"),
    [
        ({"I1": "18 <= age <= 60"}, 18, 60),
        ({"I1": "17 < age < 61"}, 18, 60),
        ({"I1": "age >= 18 and 60 >= age"}, 18, 60),
        ({"I1": "age >= 18", "E1": "age > 60"}, 18, 60),
        ({"E1": "age < 18 or age > 60"}, 18, 60),
        ({"E1": "not (age >= 18)"}, 18, None),
        ({"I1": "age >= 17.5"}, 18, None),
        ({"I1": "age == 40"}, 40, 40),
        ({"I1": "years_between(birth_date, consent_date) >= 21"}, 21, None),
        ({"I1": "age >= 18 and bmi > 20"}, 18, None),
        ({"I1": "age >= 18 or bmi > 20"}, None, None),
        ({"I1": "18 <= age <= 30 or 40 <= age <= 60"}, 18, 60),
        ({"E1": "18 <= age <= 60"}, None, None),
        ({"I1": "bmi > 18"}, None, None),
        ({"I1": "years_between(first_documented_positive, consent_date) >= 2"}, None, None),
    ],
)
def test_the_ages_that_the_criteria_leave(
    reference: Study, rules: dict[str, str], youngest: int | None, oldest: int | None
) -> None:
    found = ages_of(with_rules(reference, **rules))
    wanted = [None if age is None else Decimal(age) for age in (youngest, oldest)]
    assert [found.youngest, found.oldest] == wanted


RULES = st.recursive(
    st.builds("age {} {}".format, st.sampled_from(("<", "<=", ">", ">=", "==", "!=")), st.integers(0, 90)),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(("and", "or")), inner)
        | st.builds("(not {})".format, inner)
    ),
    max_leaves=5,
)


@given(rule=RULES, exclusion=st.booleans(), age=st.integers(0, 95))
def test_nobody_whom_a_criterion_takes_lies_outside(reference: Study, rule: str, exclusion: bool, age: int) -> None:
    """Oracle: the in-memory engine of criteria, asked about a person of that age."""
    study = with_rules(reference, **{"E1" if exclusion else "I1": rule})
    born = (Observation(PartialDate.of(add_months(DAY, -12 * age))),)
    facts = {"birth_date": born, "consent_date": (Observation(PartialDate.of(DAY)),)}
    taken = evaluate(rules_of(study).criteria[0].rule, facts) is (Truth.FALSE if exclusion else Truth.TRUE)
    found = ages_of(study)
    within = (found.youngest is None or age >= found.youngest) and (found.oldest is None or age <= found.oldest)
    assert within or not taken


def test_the_ages_of_the_studies_that_ship() -> None:
    """Oracle: their criteria's own words."""
    for folder, ages in (
        ("studies/nct07328711", Ages(Decimal(18), Decimal(60))),
        ("examples/blinded", Ages(Decimal(18), Decimal(65))),
        ("examples/actg320", Ages()),
    ):
        assert ages_of(read_study(ROOT / folder)) == ages
