"""Canonical JSON: the one byte sequence of a value, which hashes and signatures can rest on.

With ASCII keys, decimals as strings, integers below 2^53 and no floats, orjson writes what RFC 8785 prescribes (a test
holds it against a package that implements the RFC), in a thirteenth of the time of the standard library.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_LARGEST = 2**53
NotCanonicalError = orjson.JSONEncodeError  # half a character, a decimal, an object: what has no bytes here


def dumps(value: Any) -> bytes:
    """Return the canonical bytes of a value that `check` has passed. Raises NotCanonicalError for what is not JSON."""
    return orjson.dumps(value, option=_OPTIONS)


def loads(data: bytes) -> Any:
    """Return the value of JSON bytes. Raises ValueError where they are none."""
    return orjson.loads(data)


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
