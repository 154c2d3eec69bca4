"""The way in: who registers and consents, what is known when first asked, what comes later, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.assay import measure
from equipoise.simulate.cohort import Cohort, draw_lag
from equipoise.simulate.formula import Scope, formula
from equipoise.study.model.scenarios import Item

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Days = NDArray[np.int64]


@dataclass
class Screening:
    """What happens up to allocation. Days count from the day of consent; arrays have a value a person.

    Attributes
    ----------
    values : dict of str to ndarray
        Each variable as measured or known.
    missing, resolved : dict of str to ndarray
        Whether it is not known when first asked, and whether it is at the second asking.
    repeated : dict of str to ndarray
        Whether the result cannot decide by the centre's limit, so that another laboratory repeats it.
    register, consent : ndarray of int
        Days from referral to registration, and from registration to consent.
    decide, second, allocate : ndarray of int
        The days of the first decision, of the second asking, and of allocation.
    """

    values: dict[str, NDArray[Any]]
    missing: dict[str, Flags]
    resolved: dict[str, Flags]
    repeated: dict[str, Flags]
    registers: Flags
    consents: Flags
    options: dict[str, Flags]
    language: Sequence[str]
    origin: Sequence[str]
    register: Days
    consent: Days
    decide: Days
    second: Days
    allocate: Days


def draw_screening(cohort: Cohort, rng: np.random.Generator) -> Screening:
    """Draw the way in of each person.

    Parameters
    ----------
    cohort : Cohort
        The people.
    rng : Generator
        The source of randomness.

    Returns
    -------
    Screening
        What is known of them and when.
    """
    said, people = cohort.world.scenarios.recruitment, cohort.size
    values, items = _values(cohort, rng)
    missing = {}
    resolved = {}
    for name, item in items.items():
        scope = Scope(cohort.names, (people,), rng)
        if item.missing != "0":
            missing[name] = rng.random(people) < formula(item.missing).array(scope)
            resolved[name] = rng.random(people) < formula(item.resolved).array(scope)
    repeated = _repeated(cohort, values, items)
    waits = np.zeros(people, dtype=bool)
    for flags in (*missing.values(), *repeated.values()):
        waits |= flags
    decide = draw_lag(said.to_decision, people, rng)
    second = decide + draw_lag(said.to_second, people, rng)
    allocate = np.where(waits, second, decide) + draw_lag(said.to_allocation, people, rng)
    return Screening(
        values=values,
        missing=missing,
        resolved=resolved,
        repeated=repeated,
        registers=rng.random(people) < float(said.registers),
        consents=rng.random(people) < float(said.consents),
        options={name: rng.random(people) < float(share) for name, share in said.options.items()},
        language=pick(said.languages, people, rng) if said.languages else [],
        origin=pick(said.origins, people, rng) if said.origins else [],
        register=draw_lag(said.to_register, people, rng),
        consent=draw_lag(said.to_consent, people, rng),
        decide=decide,
        second=second,
        allocate=allocate,
    )


def _values(cohort: Cohort, rng: np.random.Generator) -> tuple[dict[str, NDArray[Any]], dict[str, Item]]:
    world, people = cohort.world, cohort.size
    names: dict[str, Any] = {**cohort.names, "week": np.zeros(people), "arm": ""}
    for event in world.scenarios.events:
        clock = cohort.clock(event, rng)
        weeks = cohort.delay(event) / 7
        clock.pass_until(weeks)
        names[f"time_{event.id}"] = weeks
        names[f"since_{event.id}"] = np.maximum(weeks - clock.time, -1e4)
    names |= {f"level_{one.product}": np.zeros(people) for one in world.scenarios.kinetics}
    visit = world.screening()
    asked = dict.fromkeys(
        item.variable for form in (visit.forms if visit else ()) for item in world.study.forms[form].items
    )
    items = {name: item for name in asked if (item := world.item(name, visit.id if visit else "")) is not None}
    with np.errstate(all="ignore"):
        for course in world.scenarios.courses:
            names[course.name] = formula(course.formula).array(Scope(names, (people,), rng))
        values = {name: measure(item, Scope(names, (people,), rng)) for name, item in items.items()}
    return values, items


def _repeated(cohort: Cohort, values: Mapping[str, NDArray[Any]], items: Mapping[str, Item]) -> dict[str, Flags]:
    """Find results that are below a centre's limit, where only a lower limit could decide."""
    found: dict[str, Flags] = {}
    for name, item in items.items():
        if item.elsewhere is not None:
            limits = [float(cohort.world.limits[site].get(name, "0")) for site in cohort.names["centre"]]
            limit = np.array(limits)
            found[name] = (limit > float(item.elsewhere)) & (values[name] < limit)
    return found


def pick(shares: Mapping[str, Any], people: int, rng: np.random.Generator) -> list[str]:
    """Draw one of several names for each person, with their shares.

    Parameters
    ----------
    shares : mapping of str to number
        The share of each name; they need not sum to one.
    people : int
        How many to draw.
    rng : Generator
        The source of randomness.

    Returns
    -------
    list of str
        A name a person.
    """
    names = list(shares)
    edges = np.cumsum([float(share) for share in shares.values()])
    drawn = np.searchsorted(edges / edges[-1], rng.random(people), side="right")
    return [names[min(int(index), len(names) - 1)] for index in drawn]
