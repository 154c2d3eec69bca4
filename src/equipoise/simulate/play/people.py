"""What is drawn about everybody before play begins, as plain lists: play goes person by person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.simulate.cohort import Cohort, draw_cohort
from equipoise.simulate.course import Course, draw_course
from equipoise.simulate.screening import Screening, draw_screening
from equipoise.simulate.world import World


@dataclass(frozen=True)
class Batch:
    """People who are referred one after another, their way in, and what happens to each under every arm."""

    cohort: Cohort
    screening: Screening
    courses: dict[str, Course]

    @property
    def last_referral(self) -> int:
        """The day of the last referral."""
        return int(self.cohort.referred[-1])


def draw_batch(world: World, people: int, since: int, rng: np.random.Generator) -> Batch:
    """Draw people and everything that can happen to them.

    Parameters
    ----------
    world : World
        The study under a truth.
    people : int
        How many are referred.
    since : int
        The first possible day of referral.
    rng : Generator
        The source of randomness.

    Returns
    -------
    Batch
        The people.
    """
    cohort = draw_cohort(world, people, rng, since=since)
    screening = draw_screening(cohort, rng)
    allocated = screening.allocate.astype(float)
    courses = {arm.id: draw_course(cohort, arm.id, allocated, rng) for arm in world.study.identity.arms}
    return Batch(cohort, screening, courses)


@dataclass(frozen=True)
class Row:
    """One person's course under the arm that they were given, as plain values."""

    course: Course
    row: int
    days: list[float]  # since allocation, by column
    values: dict[str, list[Any]]
    given: dict[str, list[bool]]
    harmed: dict[str, list[bool]]
    left: float
    died: float
    found: list[float]  # the day of each declared finding

    @classmethod
    def of(cls, course: Course, row: int) -> Row:
        """Return a person's row of a course.

        Parameters
        ----------
        course : Course
            Everybody's course under an arm.
        row : int
            The person.

        Returns
        -------
        Row
            The person's own.
        """
        return cls(
            course=course,
            row=row,
            days=course.day[row].tolist(),
            values={name: values[row].tolist() for name, values in course.values.items()},
            given={name: flags[row].tolist() for name, flags in course.given.items()},
            harmed={name: flags[row].tolist() for name, flags in course.harmed.items()},
            left=float(course.left[row]),
            died=float(course.fates.died[row]),
            found=[float(days[row]) for days in course.fates.found],
        )
