"""Who asks, when, and with what in hand: everything that `decide` may know besides the state and the command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.core.sealed import Sealed
    from equipoise.study.model.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The asker and the moment. The secret never shows in its repr."""

    by: str
    role: str
    at: str  # UTC, microseconds, Z
    key: str  # idempotency key
    version: str = ""  # the study version that the asker has before them; empty: whichever is in force
    site: str | None = None  # the centre that they act for; None: no centre, or all of them
    secret: Sealed[bytes] | None = None  # for the commands that draw, assign, unblind or reveal
    study: Study | None = None  # the version to publish
