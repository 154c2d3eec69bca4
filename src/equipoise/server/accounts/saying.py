"""The words of accounts, in the language of whoever reads them."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import get_language

from equipoise.core.words import LANGUAGES, text

_ROOM = "server.accounts"


def language() -> str:
    """Return the language of the page that is being made; English where there is none."""
    chosen = get_language() or ""
    return chosen if chosen in LANGUAGES else "en"


def say(key: str, spoken: str = "", /, **params: object) -> str:
    """Return words, in the page's language unless another is given."""
    return text(_ROOM, key, spoken or language(), **params)


# Said when it is shown: forms are made before anybody's language is known.
later = lazy(say, str)
