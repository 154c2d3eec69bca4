"""What happens to people after allocation: visits, doses, levels, masking, repeats."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.simulate.cohort import Cohort, draw_cohort
from equipoise.simulate.course import Course, draw_course
from equipoise.simulate.world import world_of
from equipoise.study.model.study import Study

PEOPLE = 4_000


def courses(study: Study, truth: str, people: int = PEOPLE) -> tuple[Cohort, dict[str, Course]]:
    rng = np.random.default_rng(8)
    cohort = draw_cohort(world_of(study, truth), people, rng)
    allocated = np.full(people, 10.0)
    return cohort, {arm: draw_course(cohort, arm, allocated, rng) for arm in study.arms}


@pytest.fixture(scope="module")
def masking(reference: Study) -> dict[str, Course]:
    return courses(reference, "masking")[1]


def hidden(course: Course, visit: str) -> int:
    """Count samples in which antigen is there and the assay does not find it."""
    column = [one.id for one in course.visits].index(visit)
    there = course.values["antigen"][:, column] >= 0.05
    return int(np.sum(there & (course.values["hbsag"][:, column] < 0.05)))


def test_hbig_hides_returns_while_it_circulates_and_not_after(masking: dict[str, Course]) -> None:
    for visit in ("week 8", "week 12", "week 24"):
        assert hidden(masking["hbig"], visit) > 2 * hidden(masking["control"], visit) + 5
    late = hidden(masking["hbig"], "week 72"), hidden(masking["control"], "week 72")
    assert abs(late[0] - late[1]) <= 12


def test_without_masking_both_arms_look_alike(reference: Study) -> None:
    _, none = courses(reference, "none")
    assert abs(hidden(none["hbig"], "week 24") - hidden(none["control"], "week 24")) <= 15


def test_visits_keep_their_order_and_nearly_always_their_window(masking: dict[str, Course]) -> None:
    course = masking["hbig"]
    planned = course.day[:, : len(course.visits)]
    for person in planned[:500]:
        came = person[~np.isnan(person)]
        assert np.all(np.diff(came) > 0)
    for column, visit in enumerate(course.visits[1:], start=1):
        days = planned[:, column][~np.isnan(planned[:, column])]
        inside = (days >= visit.day - visit.before) & (days <= visit.day + visit.after)
        assert 0.97 < inside.mean() < 0.995


def test_more_people_leave_the_arm_with_injections(masking: dict[str, Course]) -> None:
    gone = {arm: float(np.mean(course.left <= 336)) for arm, course in masking.items()}
    assert gone["hbig"] == pytest.approx(0.096, abs=0.02)
    assert gone["control"] == pytest.approx(0.067, abs=0.02)


def test_no_dose_follows_a_positive_or_a_visit_that_did_not_take_place(masking: dict[str, Course]) -> None:
    course = masking["hbig"]
    given = course.given["hbig_every_4_weeks"]
    asked = [place for place, visit in enumerate(course.visits) if "laboratory" in visit.forms]
    seen = np.zeros(PEOPLE, dtype=bool)
    for column in range(len(course.visits)):
        if column in asked:
            seen |= ~np.isnan(course.day[:, column]) & (course.values["hbsag"][:, column] >= 0.05)
        assert not np.any(given[:, column] & seen)
        assert not np.any(given[:, column] & np.isnan(course.day[:, column]))
    assert not np.any(masking["control"].values["level_hbig"] > 0)


def test_repeats_come_four_to_eight_weeks_later_and_decide(masking: dict[str, Course]) -> None:
    watch = masking["control"].watches[0]
    assert len(watch.findings) > 200
    gaps = [
        decided - first for _, column, first, decided, _ in watch.findings if column >= len(masking["control"].visits)
    ]
    assert min(gaps) >= 28
    assert max(gaps) <= 56
    confirmed = np.mean([sure for *_, sure in watch.findings])
    assert 0.5 < confirmed < 0.95


def test_passive_antibody_adds_to_what_is_measured(masking: dict[str, Course]) -> None:
    course = masking["hbig"]
    column = [one.id for one in course.visits].index("week 12")
    had_none = course.names["antibody_at_stop"] == 0
    given = course.given["hbig_every_4_weeks"][:, :3].all(axis=1)
    came = ~np.isnan(course.day[:, column])
    titre = course.values["anti_hbs"][had_none & given & came, column]
    assert 20 < np.median(titre) < 90  # the trough of 400 IU every four weeks: 21 to 79 mIU/mL
