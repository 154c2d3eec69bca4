"""Accounts as an app of Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and their roles."""

    name = "equipoise.server.accounts"
    label = "accounts"
