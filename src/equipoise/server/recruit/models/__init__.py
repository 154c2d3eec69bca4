"""The tables of the public side, one file a subject."""

from __future__ import annotations

from equipoise.server.recruit.models.listings import Findable, Listed, ListedPlace
from equipoise.server.recruit.models.outbox import Attempt, Mail, MailState

__all__ = ["Attempt", "Findable", "Listed", "ListedPlace", "Mail", "MailState"]
