"""The list of blinded kits: which numbered kit holds which arm's product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.randomise.stream import Stream


def kit_list(
    secret: bytes, study_id: str, product: str, kits: Sequence[str], arms: Mapping[str, int]
) -> dict[str, str]:
    """Return which arm each numbered kit of one consignment is made up for.

    The consignment holds the arms in their ratio; what is left over after whole sets is drawn without replacement
    from one set more. Kit numbers belong to the key, so that two consignments say nothing about each other.

    Parameters
    ----------
    secret : bytes
        The allocation secret, 32 bytes.
    study_id : str
        The study.
    product : str
        The product's id.
    kits : sequence of str
        The kit numbers, each once, in their order.
    arms : mapping of str to int
        Each arm's share, in the study's order.

    Returns
    -------
    dict of str to str
        Kit number to arm.

    Raises
    ------
    ValueError
        If a kit number stands twice.
    """
    if len(set(kits)) != len(kits):
        raise ValueError("a kit number stands twice in the list")
    names = tuple(arms)
    stream = Stream(secret, study_id, "kits", product, *kits)
    unit = [index for index, name in enumerate(names) for _ in range(arms[name])]
    sets, rest = divmod(len(kits), len(unit))
    contents = unit * sets + list(stream.shuffled(unit)[:rest])
    return {kit: names[arm] for kit, arm in zip(kits, stream.shuffled(contents), strict=True)}
