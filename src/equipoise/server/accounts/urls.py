"""The addresses of accounts, each with its rule. Of allauth's own only these are here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path


class For(StrEnum):
    """Who may open an address. allauth's views hold to it; a test tries each."""

    ANYBODY = "anybody"
    PASSWORD_GIVEN = "password given"  # noqa: S105 - whose password was right, and who has not given a code yet
    LOGGED_IN = "logged in"
    LOGGED_IN_JUST_NOW = "logged in just now"  # or the password again


@dataclass(frozen=True, slots=True)
class Address:
    """An address of accounts; `first`: also before a second factor is set up."""

    name: str
    address: str
    view: object
    rule: For
    first: bool = False


ADDRESSES = (
    Address("account_login", "login/", account.login, For.ANYBODY, first=True),
    Address("account_logout", "logout/", account.logout, For.ANYBODY, first=True),
    Address("account_reauthenticate", "reauthenticate/", account.reauthenticate, For.LOGGED_IN, first=True),
    Address("account_reset_password", "password/reset/", account.password_reset, For.ANYBODY, first=True),
    Address(
        "account_reset_password_done", "password/reset/done/", account.password_reset_done, For.ANYBODY, first=True
    ),
    Address(
        "account_reset_password_from_key",
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        For.ANYBODY,
        first=True,
    ),
    Address(
        "account_reset_password_from_key_done",
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        For.ANYBODY,
        first=True,
    ),
    Address("account_change_password", "password/change/", account.password_change, For.LOGGED_IN),
    Address("mfa_index", "second-factor/", mfa.index, For.LOGGED_IN),
    Address("mfa_authenticate", "second-factor/code/", mfa.authenticate, For.PASSWORD_GIVEN, first=True),
    Address("mfa_activate_totp", "second-factor/set-up/", totp.activate_totp, For.LOGGED_IN_JUST_NOW, first=True),
    Address("mfa_deactivate_totp", "second-factor/remove/", totp.deactivate_totp, For.LOGGED_IN_JUST_NOW),
    Address(
        "mfa_view_recovery_codes",
        "second-factor/recovery-codes/",
        recovery_codes.view_recovery_codes,
        For.LOGGED_IN_JUST_NOW,
    ),
    Address(
        "mfa_generate_recovery_codes",
        "second-factor/recovery-codes/new/",
        recovery_codes.generate_recovery_codes,
        For.LOGGED_IN_JUST_NOW,
    ),
    Address(
        "mfa_download_recovery_codes",
        "second-factor/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        For.LOGGED_IN_JUST_NOW,
    ),
)
WITHOUT_SECOND_FACTOR = frozenset(each.name for each in ADDRESSES if each.first)

urlpatterns = [
    (re_path if each.address.startswith("^") else path)(each.address, each.view, name=each.name) for each in ADDRESSES
]
