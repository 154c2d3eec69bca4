"""The records as an app of Django."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The history and its projections."""

    name = "equipoise.server.records"
    label = "records"
