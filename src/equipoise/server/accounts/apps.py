"""Accounts as an app of Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and their roles."""

    name = "equipoise.server.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Refuse to start without second factors where others can reach the site; follow log-ins."""
        from allauth.account import signals as account
        from allauth.mfa import signals as mfa
        from django.contrib.auth.signals import user_logged_in

        from equipoise.server.accounts import following, second_factor, sessions

        # No database is asked here: commands that make, restore or only look at one begin here too.
        second_factor.refuse_off_in_the_open()
        user_logged_in.connect(sessions.begin, dispatch_uid="equipoise.begin")
        mfa.authenticator_used.connect(sessions.mark_second_factor, dispatch_uid="equipoise.used")
        mfa.authenticator_added.connect(following.added, dispatch_uid="equipoise.added")
        mfa.authenticator_removed.connect(following.removed, dispatch_uid="equipoise.removed")
        account.password_reset.connect(following.password_was_reset, dispatch_uid="equipoise.reset")
