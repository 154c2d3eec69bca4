"""In which language a page is read: the one in its address, else what the browser asks for, else English.

Django's own choice knows only languages of which it has a catalogue; here a folder of words is enough.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

from equipoise.core.languages import ENGLISH, language_of, nearest, spoken


def language() -> str:
    """Return the language of the page that is being made; English where there is none."""
    return language_of(get_language() or "").code


def in_address(path: str) -> str:
    """Return the language that an address begins with, or ""."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in spoken() else ""


def asked_for(request: HttpRequest) -> str:
    """Return the language of a request: its address's, else the nearest to what the browser asks for."""
    wanted = (tag for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    return in_address(request.path_info) or nearest(wanted) or ENGLISH.code
