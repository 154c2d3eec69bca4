"""The dataset as a value: tables, the study they were collected under, and what the manifest says of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from equipoise.core import canonical
from equipoise.study.model.study import Study

if TYPE_CHECKING:
    import polars as pl

FORMAT = 1
Origin = Literal["conducted", "simulated", "imported"]


@dataclass(frozen=True, slots=True)
class Declarations:
    """The commitment to endpoints and analyses: what was declared, and whether that was before the first draw.

    `declared` has the hash of each declaration by its part and id, as `conduct.declarations` makes them.
    """

    hash: str
    seq: int
    before_first_allocation: bool
    declared: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as the manifest states it."""
        return {
            "hash": self.hash,
            "seq": self.seq,
            "before_first_allocation": self.before_first_allocation,
            "declared": dict(self.declared),
        }


@dataclass(frozen=True, slots=True)
class Header:
    """Where the tables come from: everything of the manifest but the tables themselves.

    `left_out` counts what a withdrawn consent keeps out: reason → table → rows (and `participants`).
    """

    study: str
    version: str
    content_hash: str
    history_head: str
    events: int
    origin: Origin
    truth: str = ""
    seed: str = ""
    declarations: Declarations | None = None
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    sealed: bool = False  # arms are blinded and have not been revealed

    def as_json(self) -> dict[str, Any]:
        """Return it as the manifest states it: no clock, no path."""
        return {
            "format": FORMAT,
            "study": self.study,
            "version": self.version,
            "content_hash": self.content_hash,
            "history_head": self.history_head,
            "events": self.events,
            "origin": self.origin,
            "truth": self.truth,
            "seed": self.seed,
            "declarations": self.declarations.as_json() if self.declarations else None,
            "left_out": {reason: dict(counts) for reason, counts in self.left_out.items()},
            "sealed": self.sealed,
        }


@dataclass(frozen=True)
class Dataset:
    """Tables of a study, by the names of `columns.TABLES`; `stored` are the bytes that they were read from."""

    header: Header
    study: Study
    tables: Mapping[str, pl.DataFrame]
    stored: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Every file of the dataset by its path within the folder, the manifest excepted."""
        from equipoise.dataset.encode import encode_study, encode_table

        if self.stored:
            return dict(self.stored)

        files = {f"tables/{name}.parquet": encode_table(frame) for name, frame in self.tables.items()}
        return {**encode_study(self.study), **files}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest: the header, and each file with its hash, each table with its rows."""
        hashes = {path: canonical.digest(data) for path, data in self.files.items()}
        tables = {
            name: {"rows": frame.height, "sha256": hashes[f"tables/{name}.parquet"]}
            for name, frame in self.tables.items()
        }
        study = {path: value for path, value in hashes.items() if path.startswith("study/")}
        return {**self.header.as_json(), "files": study, "tables": tables}

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of the manifest: it covers every byte of the dataset."""
        return canonical.digest(canonical.dumps(self.manifest))
