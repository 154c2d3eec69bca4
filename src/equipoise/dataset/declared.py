"""What was declared in time: the commitments of a dataset's history against what its study says."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.conduct.declarations import declared_parts
from equipoise.dataset.model import Dataset
from equipoise.study.cached import once_a_study
from equipoise.study.model.study import Study


def is_post_hoc(dataset: Dataset, rests_on: Iterable[str]) -> bool:
    """Return whether a declaration was not committed, exactly as it is, before the first allocation.

    `rests_on` names it and all that it rests on, each by its part and id (`analyses.primary`).
    """
    committed = dataset.header.declarations
    if committed is None or not committed.before_first_allocation:
        return True
    now = hashes_of(dataset.study)
    return any(committed.declared.get(part) != now.get(part) for part in rests_on)


@once_a_study
def hashes_of(study: Study) -> dict[str, str]:
    """Return the hash of each declaration; worked out once for a study."""
    return declared_parts(study)
