"""The recipe of a number: everything that somebody else needs to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a number was made, so that somebody else can make it again.

    Attributes
    ----------
    study, version, content_hash : str
        The study and the version of it that ruled.
    dataset : str
        Hash of the dataset's manifest.
    call : str
        The function with the values it was called with.
    seed : str
        Seed of a random method; empty for the others.
    packages : mapping
        Versions of the packages that calculated.
    """

    study: str
    version: str
    content_hash: str
    dataset: str
    call: str
    seed: str
    packages: Mapping[str, str]
