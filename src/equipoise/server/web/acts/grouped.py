"""A hash as it is printed: in groups that can be read aloud."""

from __future__ import annotations

_GROUP = 4


def in_groups(digits: str) -> list[str]:
    """Return a hash in groups of four digits."""
    return [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
