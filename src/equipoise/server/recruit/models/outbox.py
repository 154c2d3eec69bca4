"""Mails that must go out, and what is known of each."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"  # for its time to come
    TALKING = "talking"  # a worker has it, and has not ended it: whatever happens, it may be tried again
    ENDING = "ending"  # its last line is on the way: from here on it may have arrived
    SENT = "sent"  # the server took it
    REFUSED = "refused"  # the server will not take it, ever
    UNCERTAIN = "uncertain"  # nobody knows whether the server took it: a person decides, never the worker
    STOPPED = "stopped"  # something was left unfilled: it must not go out like this


class Mail(models.Model):
    """A mail, written in the transaction of what it tells of. What it says is sealed, and gone once it is sent."""

    SEALED: ClassVar = ("content",)  # what a change of the key encrypts anew

    key = models.CharField(max_length=200, unique=True)  # one mail a key, however often it is asked for
    study = models.CharField(max_length=64, default="", db_index=True)  # whose team sees what became of it
    purpose = models.CharField(max_length=48)
    language = models.CharField(max_length=16)
    message_id = models.CharField(max_length=120, unique=True)
    content = models.TextField()  # to whom, subject, headers, body: sealed; empty once it is sent
    state = models.CharField(max_length=16, default=MailState.WAITING.value)
    attempts = models.IntegerField(default=0)
    written_at = models.CharField(max_length=27)
    due = models.CharField(max_length=27)  # not before
    claim = models.CharField(max_length=64, default="")  # which worker has it
    claimed_at = models.CharField(max_length=27, default="")
    ended_at = models.CharField(max_length=27, default="")  # when its last line was about to be said
    settled_at = models.CharField(max_length=27, default="")  # sent, refused or given up
    problem = models.CharField(max_length=80, default="")  # the code of the last problem
    answer = models.IntegerField(default=0)  # the server's last code; its text may hold an address and is not kept

    class Meta:
        db_table = "recruit_mail"
        indexes: ClassVar = [models.Index(fields=["state", "due"], name="mail_due")]


class Attempt(models.Model):
    """How often something limited was tried within a window; `of` is a keyed digest of who and what."""

    of = models.CharField(max_length=64, primary_key=True)
    count = models.IntegerField()
    until = models.BigIntegerField(db_index=True)  # the second at which the window ends

    class Meta:
        db_table = "recruit_attempt"
