"""The flow of participants from referral to analysis, as CONSORT 2025 asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.described import ArmFlow, Counted, Flow
from equipoise.analysis.recipe import recipe_for
from equipoise.dataset.derive.derive_strategies import NO_FURTHER_USE
from equipoise.dataset.model import Dataset

_LEAVING = ("consent_withdrawn", "visits_stopped")


def flow_of(dataset: Dataset, primary: Comparison | None) -> Flow:
    """Count the people at each step.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    primary : Comparison or None
        The primary analysis, which says who is analysed; None where there is none.

    Returns
    -------
    Flow
        The counts.
    """
    people = dataset.tables["participants"].select(
        "participant", "referred_on", "registered_on", "consented_on", "verdict", "state", "allocated_on"
    )
    rows = people.to_dicts()
    failed = _failed(dataset)
    outside = [row for row in rows if row["allocated_on"] is None and row["registered_on"] is not None]
    undecided = [row["state"] for row in outside if row["participant"] not in failed]
    by_criterion = Counter(name for row in outside for name in failed.get(row["participant"], ()))
    return Flow(
        referred=sum(row["referred_on"] is not None for row in rows),
        registered=sum(row["registered_on"] is not None for row in rows),
        consented=sum(row["consented_on"] is not None for row in rows),
        assessed=sum(row["verdict"] != "" for row in rows),
        not_allocated=len(outside),
        excluded=counted(by_criterion, [criterion.id for criterion in dataset.study.eligibility]),
        not_decided=counted(Counter(undecided)),
        eligible_not_allocated=sum(row["verdict"] == "eligible" for row in outside),
        allocated=sum(row["allocated_on"] is not None for row in rows),
        arms=_arms(dataset, rows, primary),
        recipe=recipe_for(dataset, "equipoise.analysis.flow.flow_of(dataset)"),
    )


def counted(found: Mapping[str, int], order: Iterable[str] = ()) -> tuple[Counted, ...]:
    """Return counts in an order, those that it does not name after the others by size.

    Parameters
    ----------
    found : mapping
        Reason to count.
    order : iterable of str
        Reasons in their order; those without a count are left out.

    Returns
    -------
    tuple of Counted
        The counts.
    """
    places = {name: place for place, name in enumerate(order)}
    names = sorted(found, key=lambda name: (places.get(name, len(places)), -found[name], name))
    return tuple(Counted(name, found[name]) for name in names if found[name])


def _failed(dataset: Dataset) -> dict[str, list[str]]:
    failed: dict[str, list[str]] = {}
    table = dataset.tables["criteria"]
    for who, criterion, status in zip(table["participant"], table["criterion"], table["status"], strict=True):
        if status == "fail":
            failed.setdefault(who, []).append(criterion)
    return failed


def _arms(dataset: Dataset, rows: list[dict[str, Any]], primary: Comparison | None) -> tuple[ArmFlow, ...]:
    allocation = dataset.tables["allocation"]
    arm_of = dict(zip(allocation["participant"], allocation["arm"], strict=True))
    states = {row["participant"]: row["state"] for row in rows}
    doses = dataset.tables["doses"]
    dosed = {who for who, status in zip(doses["participant"], doses["status"], strict=True) if status == "given"}
    ends = dataset.tables["dispositions"].to_dicts()
    left = {
        row["participant"]: _reason(row) for row in ends if row["kind"] in _LEAVING and row["reason"] != "completed"
    }
    stopped = {row["participant"]: row["reason"] for row in ends if row["kind"] == "treatment_stopped"}
    withheld = {row["participant"] for row in ends if row["data_use"] == NO_FURTHER_USE}
    treated = {arm for schedule in dataset.study.schedule.doses for arm in schedule.arms}
    flows = []
    for arm in dataset.study.arms:
        members = [who for who, own in arm_of.items() if own == arm]
        known = [who for who in members if who not in withheld]  # the doses of the others may not be used
        received = sum(who in dosed for who in known) if arm in treated else None
        of_primary = [person for person in primary.people if person.arm == arm] if primary else []
        flows.append(
            ArmFlow(
                arm=arm,
                allocated=len(members),
                received=received,
                not_received=len(known) - received if received is not None else None,
                withheld=len(members) - len(known),
                treatment_stopped=counted(Counter(stopped[who] for who in members if who in stopped.keys() - left)),
                left=counted(Counter(left[who] for who in members if who in left)),
                completed=sum(states[who] == "completed" for who in members),
                analysed=len(primary.of_arm(arm)) if primary else 0,
                missing=sum(person.outcome.status == "missing" for person in of_primary),
            )
        )
    return tuple(flows)


def _reason(row: Mapping[str, Any]) -> str:
    kind = str(row["kind"])
    return kind if kind == "consent_withdrawn" else str(row["reason"] or kind)
