"""Studies as they are listed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Listed(models.Model):
    """A study of this site or of a registry; `content` is its `Listing` in each language, as JSON."""

    number = models.CharField(max_length=64, primary_key=True)
    study = models.CharField(max_length=64, default="", db_index=True)  # its id, if this site carries it
    content = models.TextField()
    hash = models.CharField(max_length=64)  # SHA-256 of `content`
    shown = models.BooleanField(default=False)  # whether anybody may see it
    status = models.CharField(max_length=32)
    recruiting = models.BooleanField(default=False)
    sex = models.CharField(max_length=8, default="all")
    youngest = models.IntegerField(null=True)  # months
    oldest = models.IntegerField(null=True)  # months; whoever is as old in completed years still counts
    updated = models.CharField(max_length=10, default="")  # the day of the source's last change
    tokens = models.TextField(default="")  # what the finder looks for, by spaces
    first_seen = models.CharField(max_length=27)
    changed_at = models.CharField(max_length=27)
    withdrawn_at = models.CharField(max_length=27, default="")
    to_match = models.BooleanField(default=True, db_index=True)  # saved searches have not seen it as it is now

    class Meta:
        db_table = "recruit_listed"
        indexes: ClassVar = [models.Index(fields=["shown", "recruiting"], name="listed_shown")]


class ListedPlace(models.Model):
    """A centre of a listed study, where it lies."""

    listed = models.ForeignKey(Listed, on_delete=models.CASCADE, related_name="places")
    latitude = models.FloatField()
    longitude = models.FloatField()
    recruiting = models.BooleanField(default=False)

    class Meta:
        db_table = "recruit_listed_place"
        indexes: ClassVar = [models.Index(fields=["latitude", "longitude"], name="listed_place")]
