"""Sealed text for blinded studies: what the history keeps of an arm until the allocation is revealed.

Each text is padded to one length, so that a sealed text shows neither the arm nor that two arms are the same.
The pad is keyed by a tag of the padded text (a synthetic initialisation vector, as in Rogaway and Shrimpton 2006):
sealing is deterministic, which replay needs, and a changed or foreign text does not open.
"""

from __future__ import annotations

import base64
import binascii
import hmac

from equipoise.randomise.stream import derived_key

_TAG = 16
_WIDTH = 64


def sealed_text(secret: bytes, text: str, *parts: str) -> str:
    """Seal a text under the key of its place.

    Parameters
    ----------
    secret : bytes
        The allocation secret, 32 bytes.
    text : str
        At most 64 ASCII characters.
    *parts : str
        The study, the purpose and the place (a slot, a margin); one key a place.

    Returns
    -------
    str
        The sealed text: tag and masked text in URL-safe base 64, 108 characters whatever the text.

    Raises
    ------
    ValueError
        If the text is too long or not ASCII.
    """
    plain = text.encode("ascii")
    if len(plain) > _WIDTH or b"\0" in plain:
        raise ValueError(f"a sealed text has at most {_WIDTH} characters")
    padded = plain.ljust(_WIDTH, b"\0")
    key = derived_key(secret, *parts)
    tag = hmac.digest(key, b"tag" + padded, "sha256")[:_TAG]
    return base64.urlsafe_b64encode(tag + _masked(key, tag, padded)).decode()


def opened_text(secret: bytes, sealed: str, *parts: str) -> str:
    """Open a sealed text.

    Parameters
    ----------
    secret : bytes
        The allocation secret, 32 bytes.
    sealed : str
        What `sealed_text` returned.
    *parts : str
        The study, the purpose and the place that it was sealed for.

    Returns
    -------
    str
        The text.

    Raises
    ------
    ValueError
        If the text was changed, or sealed with another secret or for another place.
    """
    try:
        raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    key = derived_key(secret, *parts)
    tag, masked = raw[:_TAG], raw[_TAG:]
    padded = _masked(key, tag, masked) if len(masked) == _WIDTH else b""
    if not hmac.compare_digest(tag, hmac.digest(key, b"tag" + padded, "sha256")[:_TAG]):
        raise ValueError("a sealed text that was changed, or sealed with another secret or for another place")
    return padded.rstrip(b"\0").decode("ascii")


def _masked(key: bytes, tag: bytes, text: bytes) -> bytes:
    pad = b"".join(hmac.digest(key, b"pad" + tag + bytes([block]), "sha256") for block in range(_WIDTH // 32))
    return bytes(left ^ right for left, right in zip(text, pad, strict=True))


def seal_arm(secret: bytes, study_id: str, slot: int, arm: str) -> str:
    """Seal the arm of a slot.

    Parameters
    ----------
    secret : bytes
        The allocation secret, 32 bytes.
    study_id : str
        The study.
    slot : int
        The slot, from 1.
    arm : str
        The arm's id.

    Returns
    -------
    str
        The sealed text that the history keeps.
    """
    return sealed_text(secret, arm, study_id, "arm", str(slot))


def open_arm(secret: bytes, study_id: str, slot: int, sealed: str) -> str:
    """Open the arm of a slot.

    Parameters
    ----------
    secret : bytes
        The allocation secret, 32 bytes.
    study_id : str
        The study.
    slot : int
        The slot that the arm was sealed for.
    sealed : str
        What `seal_arm` returned.

    Returns
    -------
    str
        The arm's id.

    Raises
    ------
    ValueError
        If the text was changed, or sealed with another secret or for another slot.
    """
    return opened_text(secret, sealed, study_id, "arm", str(slot))
