"""What one look found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and how it is; its words lie under `doctor.<check>.<how>` and take the parameters."""

    check: str
    how: str = "ok"
    params: dict[str, str | int] = field(default_factory=dict)
    mend: bool = False


def ok(check: str, how: str = "ok", **params: str | int) -> Finding:
    """Return that something is as it should be."""
    return Finding(check, how, params)


def mend(check: str, how: str, **params: str | int) -> Finding:
    """Return that something must be mended."""
    return Finding(check, how, params, mend=True)
