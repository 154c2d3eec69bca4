"""What the tests of pages share."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

_UNSAFE = (
    (re.compile(r"\sstyle\s*=", re.IGNORECASE), "a style attribute"),
    (re.compile(r"<style", re.IGNORECASE), "a style sheet in the page"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE), "a script attribute"),
    (re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE), "a script in the page"),
    (re.compile(r"(?:src|srcset|action)=[\"'](?:https?:)?//", re.IGNORECASE), "a file of another site"),
    (re.compile(r"<link(?! rel=\"alternate\")[^>]*href=[\"'](?:https?:)?//", re.IGNORECASE), "a file of another site"),
    (re.compile(r"javascript:", re.IGNORECASE), "a script address"),
    (re.compile(r"\{[{%]|[%}]\}"), "a tag that was not drawn"),
)


@pytest.fixture
def unsafe() -> Callable[[str], list[str]]:
    """Return what finds in a page that which the browser would refuse to run, or should."""

    def found(page: str) -> list[str]:
        return [what for pattern, what in _UNSAFE if pattern.search(page)]

    return found
