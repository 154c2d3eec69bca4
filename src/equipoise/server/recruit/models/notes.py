"""Notes that a reader shares: what the server cannot read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SharedNotes(models.Model):
    """Notes encrypted in the browser of whoever wrote them; neither the passcode nor the link is kept."""

    link = models.CharField(max_length=64, primary_key=True)  # SHA-256 of what the link ends with
    salt = models.CharField(max_length=22)  # of the derivation from the passcode; base64url, as all of these
    iv = models.CharField(max_length=16)
    ciphertext = models.TextField()
    proof = models.CharField(max_length=64)  # SHA-256 of the proof that one has the passcode
    revocation = models.CharField(max_length=64)  # SHA-256 of the secret that takes the notes back
    shared_at = models.CharField(max_length=27)
    expires_at = models.CharField(max_length=27, db_index=True)
    failed = models.IntegerField(default=0)  # wrong passcodes so far; a right one does not clear them
    wait_until = models.CharField(max_length=27, default="")  # no passcode is looked at before

    class Meta:
        db_table = "recruit_shared_notes"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(failed__gte=0), name="shared_notes_failed"),
        ]
