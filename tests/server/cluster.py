"""A PostgreSQL of the tests' own, and databases made from a template."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

MISSING = "PostgreSQL is not installed: `apt-get install postgresql`, or `SYSTEM=1 make test` on Debian"
_OWNER = "postgres"


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version's; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


class Cluster:
    """A PostgreSQL in a folder of its own; root cannot run one, so that Debian's postgres does."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder, self.durable = folder, durable
        self.data = folder / "data"
        self.programs = binaries()
        self.as_owner = {"user": _OWNER, "group": _OWNER, "extra_groups": []} if os.geteuid() == 0 else {}

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs."""
        assert self.programs is not None
        done = subprocess.run(
            [self.programs / program, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", check=False, **self.as_owner,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr or done.stdout

    def make(self) -> None:
        """Make the cluster."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        if self.as_owner:
            shutil.chown(self.folder, _OWNER, _OWNER)
        self.run("initdb", "-D", str(self.data), "-A", "trust", "-U", _OWNER, "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        """Start it; it is reached by its socket alone."""
        durable = "" if self.durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=200{durable}"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast`, or `immediate` as a crash would."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def runs(self) -> bool:
        """Whether it has been started and not stopped."""
        return (self.data / "postmaster.pid").exists()

    def address(self, name: str) -> str:
        """Return the address of one of its databases."""
        return f"postgres://{_OWNER}@/{name}?host={self.folder}"

    def sql(self, *statements: str) -> None:
        """Run statements in the maintenance database."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user=_OWNER, dbname="postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def shared_cluster(shared: Path) -> Iterator[Cluster | None]:
    """Start a cluster for all workers: the first starts it, the last stops it."""
    if binaries() is None:
        yield None
        return
    place, count = shared / "postgresql-folder", shared / "postgresql-users"
    with _alone(shared):
        users = int(count.read_text()) if count.exists() else 0
        if users == 0:
            # A socket's path is short: the workers' own folders are not.
            folder = Path(tempfile.mkdtemp(prefix="equipoise-pg-", dir="/tmp"))
            place.write_text(str(folder))
            cluster = Cluster(folder)
            cluster.make()
            cluster.start()
        count.write_text(str(users + 1))
        cluster = Cluster(Path(place.read_text()))
    try:
        yield cluster
    finally:
        with _alone(shared):
            users = int(count.read_text()) - 1
            count.write_text(str(users))
            if users == 0:
                cluster.stop("immediate")
                shutil.rmtree(cluster.folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "postgresql-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def durable_cluster() -> Iterator[Cluster | None]:
    """Start a PostgreSQL of one test's own that keeps what it acknowledges, to be stopped and started by the test."""
    if binaries() is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="equipoise-pg-", dir="/tmp"))
    cluster = Cluster(folder, durable=True)
    cluster.make()
    cluster.start()
    try:
        yield cluster
    finally:
        if cluster.runs():
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def connected(address: str) -> AbstractContextManager[None]:
    """Let Django's default connection be to a database, and know nothing of another."""
    from equipoise.server.schema import connected as connected_to

    return connected_to(address)


class Templates:
    """A migrated database of each kind, made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"template_{uuid.uuid4().hex[:12]}"
        self.made: set[str] = set()

    @contextmanager
    def fresh(self, kind: str, folder: Path, cluster: Cluster | None) -> Iterator[str]:
        """Give a fresh copy and return its address."""
        if kind == "sqlite":
            with self._sqlite(folder) as address:
                yield address
        else:
            assert cluster is not None
            with self._postgresql(cluster) as address:
                yield address

    def _migrate(self, kind: str, address: str) -> None:
        if kind in self.made:
            return
        from django.core.management import call_command

        with connected(address):
            call_command("migrate", verbosity=0)
        self.made.add(kind)

    @contextmanager
    def _sqlite(self, folder: Path) -> Iterator[str]:
        template = self.folder / "template.sqlite3"
        self._migrate("sqlite", f"sqlite:///{template}")
        copy = folder / "equipoise.sqlite3"
        shutil.copyfile(template, copy)
        address = f"sqlite:///{copy}"
        with connected(address):
            yield address

    @contextmanager
    def _postgresql(self, cluster: Cluster) -> Iterator[str]:
        if "postgresql" not in self.made:
            cluster.sql(f'CREATE DATABASE "{self.name}"')
            self._migrate("postgresql", cluster.address(self.name))
        name = f"test_{uuid.uuid4().hex[:12]}"
        cluster.sql(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}" STRATEGY FILE_COPY')
        try:
            with connected(cluster.address(name)):
                yield cluster.address(name)
        finally:
            cluster.sql(f'DROP DATABASE "{name}" WITH (FORCE)')
