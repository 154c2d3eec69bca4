"""Forms of allauth in our words, with the limits that the second factor needs."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, generate_totp_secret
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from equipoise.core.words import say as said
from equipoise.server.accounts.confirming import confirm_password
from equipoise.server.accounts.letters import send_password_link
from equipoise.server.accounts.saying import language, later

_DIGITS = {"inputmode": "numeric", "spellcheck": "false", "class": "short code"}


class _Plain:
    """A label above each field, nothing inside it: a placeholder is gone when it is needed."""

    labels: ClassVar[dict[str, str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = later(f"fields.{self.labels[name]}")
            field.help_text = ""
            field.error_messages["required"] = later(f"required.{self.labels[name]}")


class LogIn(_Plain, account.LoginForm):
    """A name and a password."""

    labels: ClassVar = {"login": "login", "password": "password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }


class PasswordAgain(_Plain, account.ReauthenticateForm):
    """The password, before something that matters."""

    labels: ClassVar = {"password": "password"}


class AskForLink(_Plain, account.ResetPasswordForm):
    """The address that a link goes to."""

    labels: ClassVar = {"email": "email"}

    def save(self, request: HttpRequest, **_rest: Any) -> str:
        """Queue the mail. The answer and the time it takes are the same whoever asks for whom."""
        email = self.cleaned_data["email"]
        # A flood of requests makes no flood of mails; the owner has those that were sent.
        if ratelimit.consume(request, action="password_link", key=email):
            found = self.users[0] if self.users else None
            send_password_link.enqueue(found.pk if found is not None else None)
        return email


class _Twice(_Plain):
    """A new password that is typed twice."""

    def clean(self) -> dict[str, Any]:
        """Compare the two, and say it in our words."""
        cleaned = super().clean()
        if "password2" in self.errors and cleaned.get("password1"):
            typed = self.data.get(self.add_prefix("password2"), "")
            if typed:
                self.errors["password2"] = self.error_class([later("errors.passwords_differ")], renderer=self.renderer)
        return cleaned


class NewPassword(_Twice, account.ResetPasswordKeyForm):
    """A new password, twice, by the link."""

    labels: ClassVar = {"password1": "new_password", "password2": "new_password_again"}


class ChangePassword(_Twice, account.ChangePasswordForm):
    """The old password, and a new one twice."""

    labels: ClassVar = {"oldpassword": "old_password", "password1": "new_password", "password2": "new_password_again"}

    def clean_oldpassword(self) -> str:
        """Compare by the door that counts failures."""
        password = self.cleaned_data["oldpassword"]
        problem = confirm_password(context.request, password)
        if problem is not None:
            raise ValidationError(said(problem, language()))
        return password


class Code(_Plain, mfa.AuthenticateForm):
    """A code of the second factor, or a recovery code."""

    labels: ClassVar = {"code": "code"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= _DIGITS

    def clean_code(self) -> str:
        """Compare. Whoever tries has given the password: the limit is the account's, wherever they come from."""
        limit = {"action": "second_factor", "key": str(self.user.pk)}
        if not ratelimit.consume(context.request, **limit):
            raise ValidationError(later("errors.too_many_codes"), code="too_many")
        code = super().clean_code()
        ratelimit.clear(context.request, **limit)
        return code


class SetUp(_Plain, totp.ActivateTOTPForm):
    """The first code of a new second factor."""

    labels: ClassVar = {"code": "first_code"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        # Past allauth's own beginning: it keeps the secret in the session as it is, which the database holds.
        forms.Form.__init__(self, *args, **kwargs)
        self.secret = _pending_secret(regenerate=not self.is_bound)
        widget = self.fields["code"].widget
        widget.attrs = {"autocomplete": "one-time-code", **_DIGITS}
        self.fields["code"].label = later("fields.first_code")
        self.fields["code"].error_messages["required"] = later("required.first_code")

    def clean_code(self) -> str:
        """Compare, and use the code up: it must not serve for a log-in as well."""
        code = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


def _pending_secret(*, regenerate: bool) -> str:
    """Return the secret that is being set up; the session keeps it encrypted."""
    session, adapter = context.request.session, get_adapter()
    kept = None if regenerate else session.get(SECRET_SESSION_KEY)
    if kept is not None:
        return adapter.decrypt(kept)
    secret = generate_totp_secret()
    session[SECRET_SESSION_KEY] = adapter.encrypt(secret)
    return secret
