"""The pages as an app of Django; they have no tables."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, templates, static files."""

    name = "equipoise.server.web"
    label = "web"
