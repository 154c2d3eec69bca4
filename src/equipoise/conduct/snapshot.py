"""A study's state as plain JSON values, so that the next command need not fold the whole history again.

What it says is a projection: whoever keeps one can be held against a replay, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.conduct.protocol import protocol_of
from equipoise.conduct.state import Consignment, StudyState
from equipoise.randomise.state import AllocationState
from equipoise.study.model.study import Study


def snapshot_of(state: StudyState) -> dict[str, Any]:
    """Return a study's state; of the version in force only its hash, for the event that published it holds the rest."""
    return {
        "state": state.state,
        "content_hash": state.protocol.study.content_hash if state.published else "",
        "origin": state.origin,
        "commitment": state.commitment,
        "declarations": state.declarations,
        "secret": state.secret,
        "allocation": state.allocation.as_json(),
        "allocated": state.allocated,
        "numbers": dict(state.numbers),
        "open_queries": state.open_queries,
        "consignments": [
            {"site": site, "product": product, "kits": list(one.kits), "assigned": sorted(one.assigned)}
            for (site, product), some in sorted(state.consignments.items())
            for one in some
        ],
    }


def restored(study_id: str, kept: Mapping[str, Any], study: Study | None) -> StudyState:
    """Return the state that `snapshot_of` wrote; `study` is the version in force, None before the first."""
    state = StudyState(
        study_id,
        state=kept["state"],
        published=protocol_of(study) if study is not None else None,
        origin=kept["origin"],
        commitment=kept["commitment"],
        declarations=kept["declarations"],
        secret=kept["secret"],
        allocation=AllocationState.from_json(kept["allocation"]),
        allocated=kept["allocated"],
        numbers=dict(kept["numbers"]),
        open_queries=kept["open_queries"],
    )
    for one in kept["consignments"]:
        consignment = Consignment(tuple(one["kits"]), set(one["assigned"]))
        state.consignments.setdefault((one["site"], one["product"]), []).append(consignment)
    return state
