"""A bound at use where the fit has seen numbers alone: nothing says where such values end, and that is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from equipoise.core.quantity import Comparator, Quantity
from equipoise.criteria.facts import Observation
from equipoise.dataset.model import Dataset
from equipoise.predict.apply import risks
from equipoise.predict.build import build_model
from equipoise.predict.fit import fit, prepare


@pytest.mark.parametrize(("censored", "outside"), [(0, ("anti_hbs",)), (5, ())])
def test_a_bound_is_outside_where_the_fit_saw_none(told: Dataset, censored: int, outside: tuple[str, ...]) -> None:
    model = build_model(fit(prepare(told)), asked_for=False)
    predictors = tuple(
        replace(each, censored=censored) if each.variable == "anti_hbs" else each for each in model.predictors
    )
    facts = {
        "arm": (Observation("hbig"),),
        "consolidation_weeks": (Observation(Decimal(10)),),
        "hbsag_us": (Observation(Quantity(Comparator.EQUAL, Decimal("0.01"))),),
        "anti_hbs": (Observation(Quantity(Comparator.LESS, Decimal(2), "mIU/mL", Decimal(2))),),
    }
    found = risks(replace(model, predictors=predictors), [("A", facts)])[0]
    assert (found.bounded, found.outside) == (("anti_hbs",), outside)
