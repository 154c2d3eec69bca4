"""The tables of the public side, one file a subject."""

from __future__ import annotations

from equipoise.server.recruit.models.listings import Listed, ListedPlace

__all__ = ["Listed", "ListedPlace"]
