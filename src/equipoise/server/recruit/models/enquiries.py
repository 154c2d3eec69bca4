"""People who wrote to a centre."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models


class EnquiryState(StrEnum):
    """Where an enquiry stands."""

    NEW = "new"
    READ = "read"
    CONTACTED = "contacted"
    PRESCREENED = "prescreened"
    REFERRED = "referred"  # goes on in the history, by study number only
    CLOSED = "closed"


class Enquiry(models.Model):
    """An enquiry. Who wrote and what is sealed; what stands open tells the team how long people wait, and no more."""

    SEALED: ClassVar = ("content",)
    FINGERPRINTS: ClassVar = {"of_email": "email", "code_hash": "code"}  # derived anew when the key changes

    receipt = models.CharField(max_length=16, unique=True)  # the number that its sender reads and tells
    key = models.CharField(max_length=64, unique=True)  # of the form: sent twice, it is one enquiry
    listed = models.CharField(max_length=64)
    study = models.CharField(max_length=64, db_index=True)
    site = models.CharField(max_length=8)  # the centre that has it now
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default=EnquiryState.NEW.value)
    content = models.TextField()  # a `Said`, sealed; empty once it is erased
    of_email = models.CharField(max_length=64, default="", db_index=True)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    received_at = models.CharField(max_length=27)
    due = models.CharField(max_length=27)  # when it should be answered
    read_at = models.CharField(max_length=27, default="")
    contacted_at = models.CharField(max_length=27, default="")
    prescreened_at = models.CharField(max_length=27, default="")
    referred_at = models.CharField(max_length=27, default="")
    closed_at = models.CharField(max_length=27, default="")
    closed_why = models.CharField(max_length=32, default="")
    erased_at = models.CharField(max_length=27, default="")
    erased = models.TextField(default="")  # what was erased, as the certificate names it: kinds and numbers, JSON
    participant = models.CharField(max_length=16, default="")

    class Meta:
        db_table = "recruit_enquiry"
        indexes: ClassVar = [
            models.Index(fields=["study", "site", "state"], name="enquiry_inbox"),
            models.Index(fields=["state", "due"], name="enquiry_due"),
        ]

    @property
    def email(self) -> str:
        """The address that its fingerprint is of."""
        from equipoise.server.recruit.said import said_of

        return said_of(self).email if self.content else ""

    @property
    def code(self) -> str:
        """The status code that its fingerprint is of."""
        from equipoise.server.recruit.said import said_of

        return said_of(self).code if self.content else ""


class Offer(models.Model):
    """That a centre has, or had, an enquiry, and until when it was to answer."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="offers")
    site = models.CharField(max_length=8)
    at = models.CharField(max_length=27)
    due = models.CharField(max_length=27)
    overdue_at = models.CharField(max_length=27, default="")  # when it was seen that the centre had not answered

    class Meta:
        db_table = "recruit_offer"
        constraints: ClassVar = [models.UniqueConstraint(fields=["enquiry", "site"], name="offer_once")]
