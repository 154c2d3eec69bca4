"""The tables. The history is the truth; a projection can be made again from it; what stands apart is named so."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

ID = 64
HASH = 64
LONGEST_KEY = 200


class Event(models.Model):
    """An event of a history, its columns named as the envelope. The database refuses to change or delete one."""

    pk = models.CompositePrimaryKey("study", "seq")
    study = models.CharField(max_length=ID)
    seq = models.BigIntegerField()
    stream = models.CharField(max_length=16)
    version = models.CharField(max_length=ID)
    type = models.CharField(max_length=48)
    at = models.CharField(max_length=27)
    by = models.CharField(max_length=150)
    role = models.CharField(max_length=32)
    key = models.CharField(max_length=LONGEST_KEY)
    data = models.TextField()  # canonical JSON, byte for byte as it was hashed
    previous = models.CharField(max_length=HASH)
    hash = models.CharField(max_length=HASH)

    class Meta:
        db_table = "records_event"
        indexes: ClassVar = [
            models.Index(fields=["study", "stream", "seq"], name="event_stream"),
            models.Index(fields=["study", "key"], name="event_key"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="event_seq_from_one"),
            # One chain: nothing follows the same event twice.
            models.UniqueConstraint(fields=["study", "previous"], name="event_one_chain"),
            models.UniqueConstraint(
                fields=["study", "stream"], condition=models.Q(type="allocated"), name="event_one_allocation"
            ),
        ]


# --- projections ----------------------------------------------------------------------------------------------------


class Projection(models.Model):
    """A row that follows from the history; `KEY` names it within its study."""

    KEY: ClassVar[tuple[str, ...]] = ()

    study = models.CharField(max_length=ID)

    class Meta:
        abstract = True


class Study(models.Model):
    """Where a study stands: the row that every writer locks."""

    study = models.CharField(max_length=ID, primary_key=True)
    version = models.CharField(max_length=ID, default="")
    state = models.CharField(max_length=32, default="unpublished")
    seq = models.BigIntegerField(default=0)  # of the last event
    head = models.CharField(max_length=HASH, default="0" * HASH)
    at = models.CharField(max_length=27, default="")  # of the last event
    published_seq = models.BigIntegerField(default=0)  # of the event that published the version in force
    folded = models.TextField(default="")  # the study's state, canonical JSON

    class Meta:
        db_table = "records_study"


class Participant(Projection):
    """A participant as they stand now."""

    KEY: ClassVar = ("participant",)

    pk = models.CompositePrimaryKey("study", "participant")
    participant = models.CharField(max_length=16)
    site = models.CharField(max_length=8)
    state = models.CharField(max_length=32)
    casebook = models.CharField(max_length=16)
    consented_on = models.CharField(max_length=10)
    verdict = models.CharField(max_length=32)
    allocated_on = models.CharField(max_length=10)
    slot = models.BigIntegerField(null=True)
    arm = models.TextField()  # as the event has it: sealed in a blinded study
    treatment_stopped_on = models.CharField(max_length=10)
    stopped_on = models.CharField(max_length=10)
    withdrawn_on = models.CharField(max_length=10)
    open_queries = models.IntegerField()
    seq = models.BigIntegerField()  # of the participant's last event

    class Meta:
        db_table = "records_participant"
        indexes: ClassVar = [models.Index(fields=["study", "site"], name="participant_site")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "slot"], name="participant_one_slot"),
            models.CheckConstraint(
                condition=models.Q(slot__isnull=True, allocated_on="", arm="")
                | (models.Q(slot__isnull=False) & ~models.Q(allocated_on="") & ~models.Q(arm="")),
                name="participant_allocated_whole",
            ),
        ]


class Visit(Projection):
    """A visit of a participant that was recorded or missed."""

    KEY: ClassVar = ("participant", "visit")

    pk = models.CompositePrimaryKey("study", "participant", "visit")
    participant = models.CharField(max_length=16)
    visit = models.CharField(max_length=ID)
    state = models.CharField(max_length=16)
    on = models.CharField(max_length=10)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "records_visit"


class Item(Projection):
    """An item as it was last entered or corrected."""

    KEY: ClassVar = ("participant", "item", "visit", "form")

    pk = models.CompositePrimaryKey("study", "participant", "item", "visit", "form")
    participant = models.CharField(max_length=16)
    item = models.CharField(max_length=ID)
    visit = models.CharField(max_length=ID)
    form = models.CharField(max_length=ID)
    on = models.CharField(max_length=10)
    value = models.TextField()
    unit = models.TextField()
    limit = models.TextField()
    seq = models.BigIntegerField()

    class Meta:
        db_table = "records_item"


class Dose(Projection):
    """A planned dose that was given or withheld."""

    KEY: ClassVar = ("participant", "schedule", "visit")

    pk = models.CompositePrimaryKey("study", "participant", "schedule", "visit")
    participant = models.CharField(max_length=16)
    schedule = models.CharField(max_length=ID)
    visit = models.CharField(max_length=ID)
    given = models.BooleanField()
    product = models.CharField(max_length=ID)
    on = models.CharField(max_length=10)
    amount = models.TextField()
    unit = models.TextField()
    batch = models.TextField()
    reason = models.TextField()
    seq = models.BigIntegerField()

    class Meta:
        db_table = "records_dose"


class Query(Projection):
    """A query and how it stands."""

    KEY: ClassVar = ("participant", "query")

    pk = models.CompositePrimaryKey("study", "participant", "query")
    participant = models.CharField(max_length=16)
    query = models.CharField(max_length=130)
    state = models.CharField(max_length=16)
    visit = models.CharField(max_length=ID)
    item = models.CharField(max_length=ID)
    words = models.TextField()
    opened_at = models.CharField(max_length=27)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "records_query"


# --- apart: what no history holds -------------------------------------------------------------------------------------


class AllocationSecret(models.Model):
    """The secret from which a study's allocations are drawn, encrypted with the installation's key."""

    study = models.CharField(max_length=ID, primary_key=True)
    sealed = models.TextField()

    class Meta:
        db_table = "records_allocation_secret"


class Access(models.Model):
    """A read or an export: a log with a chain of its own, as unchangeable as the history."""

    pk = models.CompositePrimaryKey("study", "number")
    study = models.CharField(max_length=ID)
    number = models.BigIntegerField()
    at = models.CharField(max_length=27)
    by = models.CharField(max_length=150)
    role = models.CharField(max_length=32)
    act = models.CharField(max_length=32)
    what = models.CharField(max_length=200)
    previous = models.CharField(max_length=HASH)
    hash = models.CharField(max_length=HASH)

    class Meta:
        db_table = "records_access"
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "previous"], name="access_one_chain")]


class AccessHead(models.Model):
    """The end of a study's access log: the row that every reader locks."""

    study = models.CharField(max_length=ID, primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=HASH, default="0" * HASH)

    class Meta:
        db_table = "records_access_head"


class Verification(models.Model):
    """What a verification of a study's records found, and when."""

    study = models.CharField(max_length=ID)
    at = models.CharField(max_length=27)
    by = models.CharField(max_length=150)
    seq = models.BigIntegerField()
    head = models.CharField(max_length=HASH)
    allocations = models.CharField(max_length=40)
    allocated = models.BigIntegerField()
    problems = models.TextField()  # JSON: code and parameters of each

    class Meta:
        db_table = "records_verification"
        indexes: ClassVar = [models.Index(fields=["study", "-id"], name="verification_last")]


class Prepared(models.Model):
    """What is made ready to be taken, or is to be: a task that the worker does, and how it ended."""

    study = models.CharField(max_length=ID)
    kind = models.CharField(max_length=16)
    language = models.CharField(max_length=16, default="")  # of what has words in one language alone
    head = models.CharField(max_length=HASH)
    seq = models.BigIntegerField()  # of the event that the head is the hash of
    state = models.CharField(max_length=16)  # asked, ready, failed
    by = models.CharField(max_length=150)
    asked_at = models.CharField(max_length=27)
    ended_at = models.CharField(max_length=27, default="")
    files = models.TextField(default="[]")  # JSON: each file's name, bytes and SHA-256
    counts = models.TextField(default="{}")  # JSON: what was counted
    problems = models.TextField(default="[]")  # JSON: code and parameters of each

    class Meta:
        db_table = "records_prepared"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "kind", "language", "head"], name="prepared_once"),
        ]


class Letter(models.Model):
    """A mail that must go out: written in the transaction of what it tells of, sent after it."""

    study = models.CharField(max_length=ID)
    written_at = models.CharField(max_length=27)
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=16)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    sent_at = models.CharField(max_length=27, default="")

    class Meta:
        db_table = "records_letter"
