"""The augmented logistic regression: mice's figures, separation, invariances, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.augmented_logistic import augmented_posterior

ARM = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
WEIGHT = [55, 62, 71, 80, 66, 59, 58, 64, 75, 83, 69, 61]
RESPONSE = [1, 1, 1, 1, None, 1, 0, 1, 1, 0, None, 1]


def test_the_posterior_is_that_of_mice():
    """R 4.2.2, mice 3.15.0: aug <- mice:::augment(y, ry, x, !ry), then glm.fit(quasibinomial, weights = aug$w).

    The treatment arm is separated: nobody in it failed.
    """
    everybody = np.column_stack([ARM, WEIGHT])
    seen = [index for index, value in enumerate(RESPONSE) if value is not None]
    found = augmented_posterior(everybody[seen], [RESPONSE[index] for index in seen], everybody)
    assert found.coef == pytest.approx([2.3311018577306237, 2.1725358113922177, -0.0325469644996204], abs=1e-9)
    vcov = [
        [32.415932267036993, -1.25758748246749197, -0.46528402487119808],
        [-1.257587482467492, 2.98893908347718806, 0.00537767235365618],
        [-0.465284024871198, 0.00537767235365618, 0.00683331064629577],
    ]
    assert found.vcov == pytest.approx(np.array(vcov), rel=1e-6)


def test_without_weight_of_the_data_the_pseudo_observations_say_even_odds():
    found = augmented_posterior([[1.0]], [1], [[0.0], [1.0]] * 5)
    # One person who responded against pseudo-observations of two people, half of whom did.
    assert 0 < found.coef[0] + found.coef[1] < 3
    everybody_alike = augmented_posterior([[0.0], [1.0]] * 40, [1] * 80)
    assert np.isfinite(everybody_alike.coef).all()
    assert np.linalg.eigvalsh(everybody_alike.vcov).min() > 0


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(4, 30), p=st.integers(1, 4), seed=st.integers(0, 10**6), scale=st.floats(1e-3, 1e4), shift=st.booleans()
)  # fmt: skip
def test_the_scale_of_a_covariate_changes_only_its_coefficient(n, p, seed, scale, shift):
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(n, p)) + 3 * shift, random.integers(0, 2, n)
    plain, scaled = augmented_posterior(x, y), augmented_posterior(x * scale, y)
    assert np.isfinite(plain.coef).all()
    assert scaled.coef[1:] * scale == pytest.approx(plain.coef[1:], rel=1e-5, abs=1e-7)
    assert scaled.coef[0] == pytest.approx(plain.coef[0], rel=1e-5, abs=1e-7)


def test_imputations_follow_the_posterior():
    random = np.random.default_rng(2)
    found = augmented_posterior([[1.0]] * 20 + [[0.0]] * 20, [1] * 15 + [0] * 5 + [1] * 8 + [0] * 12)
    draws = 40_000
    imputed = found.impute([[1.0], [0.0]], random.standard_normal((draws, 2)), random.random((draws, 2)))
    # The mean of the inverse logit over the normal posterior, by quadrature.
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    for person, design in enumerate(([1.0, 1.0], [1.0, 0.0])):
        row = np.array(design)
        predictor = row @ found.coef + np.sqrt(row @ found.vcov @ row) * nodes
        expected = (weights / (1 + np.exp(-predictor))).sum() / weights.sum()
        assert imputed[:, person].mean() == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(draws))
    # Two people without a response are alike through their coefficients, as proper imputations must be.
    twins = found.impute([[1.0], [1.0]], random.standard_normal((draws, 2)), random.random((draws, 2)))
    assert np.corrcoef(twins.T)[0, 1] > 0.02


@pytest.mark.parametrize(
    ("x", "y", "of_all", "words"),
    [
        ([[1.0], [0.0]], [1], None, "each response"),
        ([1.0, 0.0], [1, 0], None, "each response"),
        ([[1.0], [0.0]], [1, 0], [[1.0, 2.0]], "each response"),
        ([[], []], [1, 0], None, "a covariate and two people"),
        ([[1.0]], [1], None, "a covariate and two people"),
        ([[1.0], [0.0]], [1, 2], None, "0 or 1"),
        ([[np.nan], [0.0]], [1, 0], None, "missing or infinite"),
    ],
)
def test_what_cannot_be_fitted_is_refused(x, y, of_all, words):
    with pytest.raises(ValueError, match=words):
        augmented_posterior(x, y, of_all)
