"""The allocation: a scheme that can be drawn, and that keeps the ratio of the arms."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.study.checks.look import Look
from equipoise.study.model.identity import Scheme

_FILE = "study.yaml"


def check(look: Look) -> Iterator[Problem]:
    """Find what keeps the declared scheme from working."""
    identity, allocation = look.study.identity, look.study.identity.allocation
    if len(identity.arms) < 2:
        yield look.error("arms-few", _FILE, "arms", arms=len(identity.arms))
    if not identity.sites:
        yield look.error("sites-none", _FILE, "sites")
    shares = sum(arm.ratio for arm in identity.arms)
    if shares and identity.enrolment % shares:
        ratio = ":".join(str(arm.ratio) for arm in identity.arms)
        yield look.note("enrolment-indivisible", _FILE, "enrolment", enrolment=identity.enrolment, ratio=ratio)
    if allocation.scheme is Scheme.PERMUTED_BLOCKS:
        yield from _blocks(look, shares)
    elif allocation.block_sizes:
        yield look.error("blocks-unused", _FILE, "allocation", "block_sizes", scheme=allocation.scheme.value)
    if allocation.scheme is Scheme.MINIMISATION:
        yield from _minimisation(look)
    elif allocation.probability is not None:
        yield look.error("probability-unused", _FILE, "allocation", "probability", scheme=allocation.scheme.value)
    if allocation.scheme is Scheme.SIMPLE and allocation.factors:
        yield look.error("factors-unused", _FILE, "allocation", "factors")
    yield from _anchor(look)
    for index, site in enumerate(identity.sites):
        for name, limit in site.limits.items():
            if limit <= 0:
                params = {"variable": name, "limit": str(limit)}
                yield look.error("limit-wrong", _FILE, "sites", index, "limits", name, **params)


def _blocks(look: Look, shares: int) -> Iterator[Problem]:
    sizes = look.study.identity.allocation.block_sizes
    if not sizes:
        yield look.error("blocks-missing", _FILE, "allocation")
    for index, size in enumerate(sizes):
        if size < 1 or (shares and size % shares):
            place = ("allocation", "block_sizes", index)
            yield look.error("block-size", _FILE, *place, size=size, shares=shares)
    if len(set(sizes)) == 1:
        # With one known size the last allocations of each block are known in an open study.
        yield look.note("block-size-single", _FILE, "allocation", "block_sizes", size=sizes[0])


def _minimisation(look: Look) -> Iterator[Problem]:
    allocation = look.study.identity.allocation
    if not allocation.factors:
        yield look.error("minimisation-factors", _FILE, "allocation")
    if allocation.probability is None:
        yield look.error("probability-missing", _FILE, "allocation")
    elif not 0.5 < allocation.probability <= 1:
        params = {"probability": str(allocation.probability)}
        yield look.error("probability-wrong", _FILE, "allocation", "probability", **params)
    elif allocation.probability == 1:
        yield look.note("probability-certain", _FILE, "allocation", "probability")


def _anchor(look: Look) -> Iterator[Problem]:
    allocation = look.study.identity.allocation
    anchor = look.study.variables.get(allocation.anchor)
    if allocation.judge_again and anchor is not None and (anchor.kind != "date" or anchor.rule):
        yield look.error("anchor-no-date", _FILE, "allocation", "anchor", variable=anchor.name)
