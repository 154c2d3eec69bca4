"""The hidden fields of a form that writes to a history: its key, so that it is done once, and what was seen."""

from __future__ import annotations

import uuid

from django.http import HttpRequest


def new_key() -> str:
    """Return the key of a form: sent again with it, the form is the same request."""
    return str(uuid.uuid4())


def key_in(request: HttpRequest) -> str:
    """Return the key of the form that was sent; empty if it is none of ours."""
    sent = request.POST.get("key", "")
    try:
        return sent if str(uuid.UUID(sent)) == sent else ""
    except ValueError:
        return ""
