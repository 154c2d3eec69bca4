"""Set Django up for a command: once a process, and in words where it is not installed."""

from __future__ import annotations

import os

from equipoise.core.problem import Problem, ProblemsError


def set_up(database: str = "") -> None:
    """Set Django up, on the database of the settings or on the one at an address.

    Raises ProblemsError if the extra "server" is not installed.
    """
    if database:
        os.environ["EQUIPOISE_DATABASE"] = database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "equipoise.server.settings")
    try:
        import django
    except ImportError:
        raise ProblemsError([Problem("server.not-installed")]) from None
    from django.apps import apps

    if not apps.ready:
        django.setup()


def set_up_to_read(database: str) -> None:
    """Set Django up on a database that is only looked at: no key is needed, and none is made."""
    if not os.environ.get("EQUIPOISE_KEY"):
        # Nothing that a verification reads is encrypted; this key is forgotten with the process.
        os.environ["EQUIPOISE_KEY"] = os.urandom(32).hex()
    set_up(database)
