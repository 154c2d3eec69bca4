"""The words of accounts, in the language of whoever reads them."""

from __future__ import annotations

from django.utils.functional import lazy

from equipoise.core.languages import language_of
from equipoise.core.words import text
from equipoise.server.languages import language

_ROOM = "server.accounts"


def say(key: str, spoken: str = "", /, **params: object) -> str:
    """Return words, in the page's language unless another is given (English, where that is spoken no more)."""
    return text(_ROOM, key, language_of(spoken).code if spoken else language(), **params)


# Said when it is shown: forms are made before anybody's language is known.
later = lazy(say, str)
