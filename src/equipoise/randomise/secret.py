"""The allocation secret: how it is committed to, and how a simulation derives one."""

from __future__ import annotations

import hashlib
import hmac

from equipoise.core.problem import Problem
from equipoise.randomise.stream import derived_key, encoded


def commitment(secret: bytes, study_id: str) -> str:
    """Return what is published before the first draw: it binds to the secret and tells nothing about it.

    Parameters
    ----------
    secret : bytes
        The allocation secret, 32 bytes.
    study_id : str
        The study.

    Returns
    -------
    str
        64 hexadecimal digits: the derived key of the purpose "commitment".

    Raises
    ------
    ValueError
        If the secret is not 32 bytes long.
    """
    return derived_key(secret, study_id, "commitment").hex()


def check_commitment(secret: bytes, study_id: str, committed: str) -> Problem | None:
    """Check a revealed secret against the commitment.

    Parameters
    ----------
    secret : bytes
        The revealed secret.
    study_id : str
        The study.
    committed : str
        The commitment that was published before the first draw.

    Returns
    -------
    Problem or None
        None if the secret is the one that was committed to.
    """
    if hmac.compare_digest(commitment(secret, study_id), committed):
        return None
    return Problem("randomise.other-secret", {"study": study_id})


def derive_secret(seed: int, study_id: str) -> bytes:
    """Return the secret of a simulated trial. A real trial's secret comes from the operating system's entropy.

    Parameters
    ----------
    seed : int
        The simulation's seed.
    study_id : str
        The study.

    Returns
    -------
    bytes
        SHA-256 of the encoded study, purpose and seed: 32 bytes.
    """
    return hashlib.sha256(encoded(study_id, "simulated secret", str(seed))).digest()


def derive_replay_secrets(seed: int, study_id: str, count: int) -> list[bytes]:
    """Return the secrets of the lists that a re-randomisation test draws; none is ever the secret of a trial.

    Parameters
    ----------
    seed : int
        The declared seed.
    study_id : str
        The study.
    count : int
        How many.

    Returns
    -------
    list of bytes
        SHA-256 of the encoded study, purpose, seed and number from 1: 32 bytes each.
    """
    purpose = "re-randomisation"
    return [
        hashlib.sha256(encoded(study_id, purpose, str(seed), str(number))).digest() for number in range(1, count + 1)
    ]
