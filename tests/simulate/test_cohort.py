"""Who comes: the marginals and correlations of the table of the literature, within Monte Carlo error."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.simulate.cohort import Cohort, draw_cohort
from equipoise.simulate.world import world_of
from equipoise.study.model.study import Study

PEOPLE = 40_000


@pytest.fixture(scope="module")
def cohort(reference: Study) -> Cohort:
    return draw_cohort(world_of(reference, "none"), PEOPLE, np.random.default_rng(20))


def share(condition: np.ndarray) -> float:
    return float(np.mean(condition))


def test_age_sex_and_body_mass(cohort: Cohort) -> None:
    age, bmi = cohort.names["age_exact"], cohort.names["bmi_true"]
    assert np.mean(age) == pytest.approx(40, abs=0.5)
    assert np.std(age) == pytest.approx(10, abs=0.6)  # cut at 16 and 66
    assert share(cohort.names["sex"] == "male") == pytest.approx(0.70, abs=0.01)
    assert np.mean(bmi) == pytest.approx(23.5, abs=0.1)
    assert np.std(bmi) == pytest.approx(2.5, abs=0.1)


def test_antibody_at_stop_is_a_mixture_of_none_and_lognormal(cohort: Cohort) -> None:
    """Chang 2025, table 3: 58.4 % at 10 mIU/mL or more, 35.3 % with none, positives with a median of about 118."""
    titre = cohort.names["antibody_at_stop"]
    assert share(titre >= 10) == pytest.approx(0.584, abs=0.01)
    assert share(titre == 0) == pytest.approx(0.353, abs=0.01)
    assert np.median(titre[titre > 0]) == pytest.approx(118, rel=0.05)


def test_consolidation_has_the_published_quartiles(cohort: Cohort) -> None:
    """Chang 2025: 28 % none, median 11 weeks, quartiles 0 and 24; whole weeks lose half a week."""
    weeks = cohort.names["consolidation_drawn"]
    assert share(weeks == 0) == pytest.approx(0.28, abs=0.01)
    assert np.median(weeks) == pytest.approx(11, abs=0.6)
    assert np.quantile(weeks, 0.75) == pytest.approx(24, abs=1)


def test_the_residual_antigen_is_found_by_the_sensitive_assay_in_three_of_five(cohort: Cohort) -> None:
    """Shinkai 2013: 16 of 26 below 0.05 IU/mL were positive at 0.005."""
    assert share(10 ** cohort.names["residual"] >= 0.005) == pytest.approx(0.615, abs=0.02)


def test_rank_correlations_are_kept_through_the_copula(cohort: Cohort) -> None:
    from scipy.stats import spearmanr

    def rank(one: str, other: str) -> float:
        return float(spearmanr(cohort.names[one], cohort.names[other]).statistic)

    assert rank("host_control", "core_antigen") == pytest.approx(-0.3, abs=0.02)
    assert rank("platelets_at_stop", "platelets_usual") == pytest.approx(0.6, abs=0.02)
    # A third of the antibody values are tied at zero, which weakens the ranks.
    assert rank("antibody_at_stop", "host_control") == pytest.approx(0.48, abs=0.04)
    assert rank("antibody_at_stop", "consolidation_drawn") == pytest.approx(0.28, abs=0.04)
    assert rank("age_exact", "bmi_true") == pytest.approx(0, abs=0.02)


def test_the_product_varies_between_people_as_published(cohort: Cohort) -> None:
    """Hooman 2008: half-life 24.7 (6.2) days; V/F lognormal with median 6 L and a variation of 50 %."""
    assert np.mean(cohort.names["half_life_hbig"]) == pytest.approx(24.7, abs=0.3)
    volume = cohort.names["volume_hbig"]
    assert np.median(volume) == pytest.approx(6, rel=0.02)
    assert np.std(volume) / np.mean(volume) == pytest.approx(0.5, abs=0.03)


def test_centres_open_one_after_another_and_share_their_frailty(cohort: Cohort) -> None:
    centre, frailty = cohort.names["centre"], cohort.names["centre_frailty"]
    assert cohort.referred[centre == "06"].min() >= 84
    assert all(len(np.unique(frailty[centre == site])) == 1 for site in np.unique(centre))
    assert np.all(np.diff(cohort.referred) >= 0)


def test_markers_without_a_known_effect_have_none(reference: Study) -> None:
    assert reference.scenarios is not None
    hazard = " ".join(event.log_hazard for event in reference.scenarios.events)
    for marker in ("rna", "tfh_true", "stat4", "cd55", "ifnl3", "il_21_true"):
        assert marker not in hazard
