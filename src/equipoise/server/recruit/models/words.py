"""Words about a study for patients: every version that was written, every decision about them. Rows are only added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class WordsVersion(models.Model):
    """An overview in one language as somebody wrote it; `paragraphs` is JSON, each sentence with its sources."""

    study = models.CharField(max_length=64)
    language = models.CharField(max_length=16)
    number = models.IntegerField()  # from 1, in its study and language
    paragraphs = models.TextField()
    author = models.CharField(max_length=16)  # who wrote it first: ai, automatic or person
    model = models.CharField(max_length=128, default="")
    drafted_on = models.CharField(max_length=10, default="")
    writer = models.CharField(max_length=150, default="")  # the person who wrote or changed it
    saved_by = models.CharField(max_length=150)  # the account, or who loaded a folder
    saved_at = models.CharField(max_length=27)
    hash = models.CharField(max_length=64)  # SHA-256 of the draft as it is written down

    class Meta:
        db_table = "recruit_words_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "language", "number"], name="words_version_number"),
            models.CheckConstraint(condition=models.Q(author__in=["ai", "automatic", "person"]), name="words_author"),
        ]


class WordsDecision(models.Model):
    """A person lets patients read a version, or takes the words back; the last decision of a language holds."""

    version = models.ForeignKey(WordsVersion, on_delete=models.PROTECT, related_name="decisions")
    approves = models.BooleanField()  # False: taken back
    name = models.CharField(max_length=120, default="")  # who is named to patients; of an approval alone
    by = models.CharField(max_length=150)
    at = models.CharField(max_length=27)
    sources = models.CharField(max_length=64, default="")  # SHA-256 of what the sources said then

    class Meta:
        db_table = "recruit_words_decision"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approves=False) | (~models.Q(name="") & ~models.Q(sources="")),
                name="words_approval_named",
            ),
        ]


class PageChange(models.Model):
    """A study's page was shown to anybody, or hidden, by whom and when."""

    study = models.CharField(max_length=64, db_index=True)
    shown = models.BooleanField()
    by = models.CharField(max_length=150)
    at = models.CharField(max_length=27)

    class Meta:
        db_table = "recruit_page_change"
