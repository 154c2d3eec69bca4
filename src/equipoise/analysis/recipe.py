"""The recipe of a number: everything that somebody else needs to make it again."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from equipoise.dataset.model import Dataset


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


@cache
def package_versions() -> Mapping[str, str]:
    """Return the versions of what calculates, ours first.

    Returns
    -------
    mapping
        Package to version.
    """
    versions = {name: version(name) for name in ("equipoise", "numpy", "polars", "scipy")}
    return {**versions, "python": platform.python_version()}


def recipe_for(dataset: Dataset, call: str, seed: str = "") -> Recipe:
    """Return the recipe of a number that was calculated from a dataset.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    call : str
        The function and its values.
    seed : str
        Seed of a random method.

    Returns
    -------
    Recipe
        The recipe.
    """
    header = dataset.header
    return Recipe(header.study, header.version, header.content_hash, dataset.hash, call, seed, package_versions())
