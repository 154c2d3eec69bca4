"""Canonical JSON: the one byte sequence of a value, which hashes and signatures can rest on.

With ASCII keys, decimals as strings, integers below 2^53 and no floats, the standard library writes what
RFC 8785 prescribes (a test holds it against a package that implements the RFC), at three times the speed.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_LARGEST = 2**53


def dumps(value: Any) -> bytes:
    """Return the canonical bytes of a value that `check` has passed."""
    return _ENCODE(value).encode()


def check(value: Any) -> None:
    """Raise TypeError or ValueError where a value has no canonical form (a float, a large integer, a non-ASCII key)."""
    if value is None or value is True or value is False:
        return
    kind = type(value)
    if kind is str:
        value.encode()  # a lone surrogate has no UTF-8
    elif kind is int:
        if not -_LARGEST < value < _LARGEST:
            raise ValueError(f"{value} is beyond 2^53: write it as a string")
    elif kind is list or kind is tuple:
        for item in value:
            check(item)
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise TypeError(f"key {key!r} is not ASCII text")
            check(item)
    else:
        raise TypeError(f"{kind.__name__} has no canonical form: write decimals and dates as strings")


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a value's canonical bytes."""
    check(value)
    return digest(dumps(value))
