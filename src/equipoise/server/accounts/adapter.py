"""What allauth asks us: our words, our address, our mails, and no signing up."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from equipoise.server import clock, keys
from equipoise.server.accounts import sessions
from equipoise.server.accounts.addressing import address_of
from equipoise.server.accounts.letters import NOTICES, send_notice
from equipoise.server.accounts.models import User
from equipoise.server.accounts.saying import later, say

PURPOSE = "second factor"


class Accounts(DefaultAccountAdapter):
    """Accounts are made by an administrator; what they read is in our words."""

    # A wrong password and an unknown name have one answer: who has an account here is nobody's business.
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": later("errors.mismatch"),
        "email_password_mismatch": later("errors.mismatch"),
        "too_many_login_attempts": later("errors.too_many"),
        "rate_limited": later("errors.too_many"),
        "incorrect_password": later("errors.incorrect_password"),
        "enter_current_password": later("errors.incorrect_password"),
        "incorrect_code": later("errors.incorrect_code"),
        "invalid_password_reset": later("errors.old_link"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: whoever takes part in a study's conduct is let in by an administrator."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose the password is. A closed account is answered as a wrong password is."""
        self.pre_authenticate(request, **credentials)
        user = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if user is not None:
            self._rollback_login_failed_rl_usage()
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count."""
        return address_of(request)

    def is_safe_url(self, url: str) -> bool:
        """Whether to go to an address after the log-in: only within this site, by the name it was reached under."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def is_reauthentication_required(self, *, app: str, **_rest: Any) -> bool:  # noqa: ARG002
        """Whether the password is needed again: not just after the log-in."""
        return not sessions.is_fresh(context.request.session)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *_rest: Any, message: str = "", **_more: Any
    ) -> None:
        """Say what was done, in our words; of what goes without saying, nothing."""
        said = message or _SAID.get(message_template or "", "")
        match = request.resolver_match
        first = match is not None and match.view_name == "mfa_activate_totp"
        if said and not (first and said == "recovery_codes_generated"):
            messages.add_message(request, level, message or say(f"said.{said}"))

    def send_notification_mail(self, template_prefix: str, user: User, *_rest: Any, **_more: Any) -> None:
        """Have the owner of an account told of a change."""
        notice = template_prefix.rpartition("/")[2].replace("password_reset", "password_changed")
        if notice in NOTICES:
            send_notice.enqueue(user.pk, notice, clock.instant())


_SAID = {
    "account/messages/password_changed.txt": "password_changed",
    "mfa/messages/totp_activated.txt": "totp_activated",
    "mfa/messages/totp_deactivated.txt": "totp_deactivated",
    "mfa/messages/recovery_codes_generated.txt": "recovery_codes_generated",
}


class SecondFactors(DefaultMFAAdapter):
    """Second factors are encrypted at rest, with the installation's key."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": later("errors.incorrect_code"),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as the database keeps it."""
        return keys.encrypt(PURPOSE, text.encode())

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that the database keeps."""
        return keys.decrypt(PURPOSE, encrypted_text).decode()

    def get_totp_label(self, user: User) -> str:
        """Return what stands in the authenticator app: the name, and no address of mail."""
        return user.username
