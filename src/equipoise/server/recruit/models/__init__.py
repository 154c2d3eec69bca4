"""The tables of the public side, one file a subject."""

from __future__ import annotations

from equipoise.server.recruit.models.enquiries import Enquiry, EnquiryState, Offer
from equipoise.server.recruit.models.listings import Findable, Listed, ListedPlace
from equipoise.server.recruit.models.notes import SharedNotes
from equipoise.server.recruit.models.outbox import Attempt, Mail, MailState
from equipoise.server.recruit.models.searches import LinkAsked, SavedSearch, SearchFound, SearchKey
from equipoise.server.recruit.models.words import PageChange, WordsDecision, WordsVersion

__all__ = [
    "Attempt",
    "Enquiry",
    "EnquiryState",
    "Findable",
    "LinkAsked",
    "Listed",
    "ListedPlace",
    "Mail",
    "MailState",
    "Offer",
    "PageChange",
    "SavedSearch",
    "SearchFound",
    "SearchKey",
    "SharedNotes",
    "WordsDecision",
    "WordsVersion",
]
