"""The one-time link by which a password is set. It works once, for a day, and only until the password changes."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.translation import override

from equipoise.core.languages import language_of
from equipoise.server import environment
from equipoise.server.accounts.models import User


def password_link(account: User) -> str:
    """Return a link at the site's own address, in the account's language.

    The address is the setting's and not the request's: a forged Host header must not lead the link elsewhere.
    """
    token = default_token_generator.make_token(account)
    named = {"uidb36": user_pk_to_url_str(account), "key": token}
    with override(language_of(account.language).code):
        path = reverse("account_reset_password_from_key", kwargs=named)
    return environment.read("EQUIPOISE_URL").rstrip("/") + path
