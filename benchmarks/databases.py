"""The databases that a benchmark measures: SQLite in a folder, and a PostgreSQL that is started and stopped for it."""

from __future__ import annotations

import runpy
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_CLUSTER = runpy.run_path(str(Path(__file__).parents[1] / "tests" / "server" / "cluster.py"))
connected = _CLUSTER["connected"]


class Databases(NamedTuple):
    """A home for what is measured, and the address of an empty database of each kind by the kind's name."""

    home: Path
    addresses: dict[str, str]


@contextmanager
def databases() -> Iterator[Databases]:
    """Give both databases, flushed to the disk as in production; where PostgreSQL is not installed, say so."""
    home, folder = Path(tempfile.mkdtemp(prefix="equipoise-bench-")), Path(tempfile.mkdtemp(prefix="equipoise-pg-"))
    found, cluster = Databases(home, {"SQLite": f"sqlite:///{home}/equipoise.sqlite3"}), None
    try:
        if _CLUSTER["binaries"]() is None:
            print(_CLUSTER["MISSING"])
        else:
            cluster = _CLUSTER["Cluster"](folder, durable=True)
            cluster.make()
            cluster.start()
            cluster.sql("CREATE DATABASE bench")
            found.addresses["PostgreSQL"] = cluster.address("bench")
        yield found
    finally:
        if cluster is not None:
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
