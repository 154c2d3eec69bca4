"""The public side as an app of Django."""

from __future__ import annotations

from django.apps import AppConfig


class RecruitConfig(AppConfig):
    """What stands apart from the history: nothing of it is a trial's record."""

    name = "equipoise.server.recruit"
    label = "recruit"
