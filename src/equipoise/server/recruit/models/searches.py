"""Saved searches: what people want to be told of, and what was found for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SavedSearch(models.Model):
    """A search with the address to which its news go. Whose it is, and what they typed, is sealed."""

    SEALED: ClassVar = ("address", "token", "content")  # what a change of the key encrypts anew
    FINGERPRINTS: ClassVar = {"address_of": "address_opened"}  # and derives anew

    address = models.TextField()  # of e-mail; sealed
    address_of = models.CharField(max_length=64, db_index=True)  # its keyed digest, to find it again
    token = models.TextField()  # what the links in its mails end with; sealed, since every mail says it anew
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of it
    form = models.CharField(max_length=64, unique=True)  # of the form that saved it: sent twice, it is saved once
    content = models.TextField()  # the search as it was typed, as JSON; sealed
    language = models.CharField(max_length=16)
    often = models.CharField(max_length=16)
    saved_at = models.CharField(max_length=27)
    confirmed_at = models.CharField(max_length=27, default="")
    ends_at = models.CharField(max_length=27, db_index=True)  # then it is erased: unconfirmed soon, else after a year
    reminded_at = models.CharField(max_length=27, default="")  # that it will end
    due = models.CharField(max_length=27, default="")  # no news before
    digests = models.IntegerField(default=0)  # mails of news that were written

    class Meta:
        db_table = "recruit_saved_search"

    @property
    def address_opened(self) -> str:
        """The address that its digest is of."""
        from equipoise.server.recruit.contacts import opened

        return opened(self.address)


class SearchKey(models.Model):
    """A condition of a confirmed search, with all that decides beside it; who it is of is not told here."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="keys")
    token = models.CharField(max_length=40)  # "": of a search that names no condition
    others = models.TextField(default="")  # the condition's other tokens, by spaces
    cell = models.IntegerField(null=True)  # of the place; null: anywhere
    latitude = models.FloatField(default=0.0)
    longitude = models.FloatField(default=0.0)
    kilometres = models.IntegerField(default=0)
    born = models.IntegerField(null=True)  # the latest month of birth, counted from year 0
    sex = models.CharField(max_length=8, default="")

    class Meta:
        db_table = "recruit_search_key"
        indexes: ClassVar = [models.Index(fields=["token", "sex"], name="search_key_token")]


class SearchFound(models.Model):
    """A study that was found for a search; as long as it takes people in, it is told once."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="found")
    number = models.CharField(max_length=64, db_index=True)
    kilometres = models.FloatField(null=True)  # to its nearest centre that takes people in
    found_at = models.CharField(max_length=27)
    told_at = models.CharField(max_length=27, default="")

    class Meta:
        db_table = "recruit_search_found"
        constraints: ClassVar = [models.UniqueConstraint(fields=["search", "number"], name="search_found_once")]
        indexes: ClassVar = [models.Index(fields=["told_at", "search"], name="search_found_untold")]


class LinkAsked(models.Model):
    """That somebody asked for their links again. Answered by the worker, so that the page takes as long for anybody."""

    SEALED: ClassVar = ("address",)

    address = models.TextField()  # sealed
    language = models.CharField(max_length=16)
    asked_at = models.CharField(max_length=27)

    class Meta:
        db_table = "recruit_link_asked"
