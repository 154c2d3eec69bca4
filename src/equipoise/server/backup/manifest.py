"""What a backup says of itself, and whether it is whole, ours, and not of a newer version."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from equipoise.core import canonical
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import keys

FORMAT = 1
_MAGIC = b"equipoise backup "
_LONGEST = 10_000_000  # bytes of a manifest
_CHUNK = 1 << 20
Stand = tuple[int, str]  # the number of the last event, and its hash


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup."""

    database: str  # sqlite or postgresql
    equipoise: str
    made: str
    migrations: tuple[str, ...]
    studies: dict[str, Stand]
    size: int
    sha256: str
    key: str  # a fingerprint, from which the key cannot be found

    def sealed(self) -> bytes:
        """Return the first three lines of the file."""
        made = asdict(self)
        made["studies"] = {study: {"seq": seq, "head": head} for study, (seq, head) in self.studies.items()}
        made["migrations"] = list(self.migrations)
        text = canonical.dumps(made)
        return b"%b%d\n%b\n%b\n" % (_MAGIC, FORMAT, text, _hmac(text).encode())


def fingerprint() -> str:
    """Return by which the installation's key is known again."""
    return keys.derived("backup fingerprint").hex()[:16]


def _hmac(text: bytes) -> str:
    return hmac.new(keys.derived("backup"), text, hashlib.sha256).hexdigest()


def installed() -> str:
    """Return this version of Equipoise."""
    return version("equipoise")


def read_manifest(opened: BinaryIO) -> Manifest:
    """Return the manifest of an open backup, which then stands at its contents.

    Raises ProblemsError if it is no backup, was changed, is of another key or of a newer version.
    """
    first = opened.readline(64)
    number = first.removeprefix(_MAGIC).strip()
    if not first.startswith(_MAGIC) or not number.isdigit():
        raise ProblemsError([Problem("server.no-backup")])
    if int(number) > FORMAT:
        raise ProblemsError([Problem("server.newer-backup", {"made": f"format {int(number)}", "here": installed()})])
    text, seal = opened.readline(_LONGEST), opened.readline(100)
    if not text.endswith(b"\n") or not seal.endswith(b"\n"):
        raise ProblemsError([Problem("server.cut-backup", {"size": len(first + text + seal), "wanted": "?"})])
    text, seal = text[:-1], seal[:-1]
    try:
        made: dict[str, Any] = canonical.loads(text)
        key = str(made["key"])
    except (ValueError, KeyError, TypeError):
        raise ProblemsError([Problem("server.changed-backup")]) from None
    if not hmac.compare_digest(_hmac(text).encode(), seal):
        raise ProblemsError([Problem("server.changed-backup" if key == fingerprint() else "server.other-key-backup")])
    studies = {study: (stand["seq"], stand["head"]) for study, stand in made.pop("studies").items()}
    manifest = Manifest(studies=studies, migrations=tuple(made.pop("migrations")), **made)
    if _ordered(manifest.equipoise) > _ordered(installed()):
        raise ProblemsError([Problem("server.newer-backup", {"made": manifest.equipoise, "here": installed()})])
    return manifest


def _ordered(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", name))


def chunks(opened: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of a file in pieces."""
    while piece := opened.read(_CHUNK):
        yield piece


def copy_contents(opened: BinaryIO, manifest: Manifest, to: Path) -> None:
    """Write the contents into a new file. Raises ProblemsError if they are cut, or a byte of them is another."""
    digest, size = hashlib.sha256(), 0
    with to.open("xb") as out:
        to.chmod(0o600)
        for piece in chunks(opened):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    if size < manifest.size:
        raise ProblemsError([Problem("server.cut-backup", {"size": f"{size:,}", "wanted": f"{manifest.size:,}"})])
    if size > manifest.size or digest.hexdigest() != manifest.sha256:
        raise ProblemsError([Problem("server.changed-backup")])
