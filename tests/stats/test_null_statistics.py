"""Many score statistics at once are those of one table after the other."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.miettinen_nurminen import null_statistics, stratified_risk_difference

_arm = st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
_stratum = st.tuples(_arm, _arm).map(lambda arms: (*arms[0], *arms[1]))


@settings(max_examples=100, deadline=None)
@given(st.lists(_stratum, min_size=1, max_size=5))
def test_it_is_the_stratified_score_test(strata):
    found = null_statistics(*np.array(strata).T)
    assert abs(found - stratified_risk_difference(strata).z) < 1e-9


def test_a_stratum_with_an_empty_arm_carries_nothing():
    with_empty = null_statistics([[3, 2, 0]], [[5, 2, 0]], [[1, 0, 0]], [[4, 0, 0]])
    assert with_empty == null_statistics([3], [5], [1], [4])
    assert null_statistics([2], [2], [0], [0]) == 0


def test_nothing_varies():
    assert null_statistics([5], [5], [4], [4]) == 0
