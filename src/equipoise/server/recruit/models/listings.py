"""Studies as they are listed, and what the finder looks in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Listed(models.Model):
    """A study of this site or of a registry; `content` is its `Listing` in each language, as JSON."""

    number = models.CharField(max_length=64, primary_key=True)
    study = models.CharField(max_length=64, default="", db_index=True)  # its id, if this site carries it
    source = models.CharField(max_length=32, default="", db_index=True)  # whose deliveries it comes with, if imported
    shown = models.BooleanField(default=False)  # whether anybody may see it
    status = models.CharField(max_length=32)
    recruiting = models.BooleanField(default=False)
    sex = models.CharField(max_length=8, default="all")
    youngest = models.IntegerField(null=True)  # months
    oldest = models.IntegerField(null=True)  # months; whoever is as old in completed years still counts
    updated = models.CharField(max_length=10, default="")  # the day of the source's last change
    first_seen = models.CharField(max_length=27)
    changed_at = models.CharField(max_length=27)
    withdrawn_at = models.CharField(max_length=27, default="")  # when a complete delivery no longer had it
    to_match = models.BooleanField(default=True, db_index=True)  # saved searches have not seen it as it is now
    hash = models.CharField(max_length=64)  # SHA-256 of `content`
    content = models.TextField()

    class Meta:
        db_table = "recruit_listed"


class Findable(models.Model):
    """What the finder filters by, of each study that is shown: a narrow row, which a search reads by the thousand.

    `key` is the order of relevance (`finding.key_of`): a search that goes down it may stop when it has enough. The
    words stand under the same key: on SQLite in the full-text table `recruit_words`, on PostgreSQL in two more columns
    of this table, `head` and `body`.
    """

    key = models.BigAutoField(primary_key=True)  # never left to the database: it is the row's own number on SQLite
    listed = models.OneToOneField(Listed, on_delete=models.CASCADE, related_name="findable")
    for_women = models.BooleanField(default=True)
    for_men = models.BooleanField(default=True)
    youngest = models.IntegerField()  # months; 0 without a limit
    oldest = models.IntegerField()  # months; far beyond everybody without a limit

    class Meta:
        db_table = "recruit_findable"


class ListedPlace(models.Model):
    """A centre of a study that is shown, where it lies."""

    listed = models.ForeignKey(Listed, on_delete=models.CASCADE, related_name="places")
    key = models.BigIntegerField()  # the study's in `Findable`
    cell = (
        models.IntegerField()
    )  # of one degree by one: 360 times the row from the south, and the column from 180° west
    # The point on a sphere of radius 1: a chord between two is as long as the way between them, without any sine.
    x = models.FloatField()
    y = models.FloatField()
    z = models.FloatField()
    recruiting = models.BooleanField(default=False)

    class Meta:
        db_table = "recruit_listed_place"
        indexes: ClassVar = [
            models.Index(fields=["cell", "key", "x", "y", "z", "recruiting"], name="listed_place_cell"),
        ]
