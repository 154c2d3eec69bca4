"""The bytes of a dataset's files: the same dataset gives the same bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from equipoise.core import canonical

if TYPE_CHECKING:
    import polars as pl

    from equipoise.study.model.study import Study


def encode_table(frame: pl.DataFrame) -> bytes:
    """Return a table as Parquet. Everything that the writer could choose by itself is fixed here."""
    buffer = io.BytesIO()
    frame.write_parquet(
        buffer,
        compression="zstd",
        compression_level=3,
        statistics=False,
        row_group_size=1_048_576,
        data_page_size=1_048_576,
    )
    return buffer.getvalue()


def decode_table(data: bytes) -> pl.DataFrame | None:
    """Return the table that Parquet bytes hold, or None if they hold none."""
    import polars as pl

    try:
        return pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PolarsError:
        return None


def encode_study(study: Study) -> dict[str, bytes]:
    """Return the study as canonical JSON, and beside it the hash that events and results know it by."""
    return {
        "study/study.json": canonical.dumps(study.content),
        "study/content_hash": (study.content_hash + "\n").encode(),
    }
