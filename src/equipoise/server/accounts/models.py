"""People who log in, and their role in each study."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from equipoise.conduct.permissions import OF_A_CENTRE, ORIGIN_OF, Role

# The technical roles play and import: nobody logs in as one.
ROLES = tuple(role for role in Role if role not in ORIGIN_OF)
_OF_A_CENTRE = sorted(role.value for role in OF_A_CENTRE)


class User(AbstractUser):
    """An account. Its username stands in every history that the person writes to, and never changes."""

    email = models.EmailField(unique=True)
    language = models.CharField(max_length=16, default="en")

    class Meta:
        db_table = "accounts_user"


class Membership(models.Model):
    """What somebody is in a study, and of which centre; it is ended, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    study = models.CharField(max_length=64)
    role = models.CharField(max_length=32, choices=[(role.value, role.value) for role in ROLES])
    site = models.CharField(max_length=8, default="", blank=True)  # of a centre's people
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_membership"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "study"], condition=models.Q(until__isnull=True), name="membership_one_role"
            ),
            models.CheckConstraint(
                condition=(models.Q(role__in=_OF_A_CENTRE) & ~models.Q(site=""))
                | (~models.Q(role__in=_OF_A_CENTRE) & models.Q(site="")),
                name="membership_centre_of_role",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in ROLES]), name="membership_known_role"
            ),
        ]
