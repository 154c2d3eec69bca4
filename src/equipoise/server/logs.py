"""Structured logs: a line of JSON each on stderr, with nothing in it that a person typed.

Our own lines are written with care and kept whole. Of anybody else's (Django, the database, a library) the text before
its values were put in is kept, and of an exception its kind and where it came from: a message may hold a name.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from pythonjsonlogger.json import JsonFormatter

# The tasks' own lines name a task and how it ended, never what it was given.
OWN = ("equipoise", "_granian", "django_tasks", "django_tasks_db")
# What a library may add to its lines; the rest of its extras could be a request, a query, a form.
_KEPT = ("status_code",)


class Plain(JsonFormatter):
    """A line of JSON without what the record's values say, unless the record is our own."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        if record.name.split(".", 1)[0] in OWN:
            return super().format(record)
        bare = logging.LogRecord(record.name, record.levelno, record.pathname, record.lineno, "", (), record.exc_info)
        bare.created = record.created
        bare.msg = record.msg if isinstance(record.msg, str) and record.args else type(record.msg).__name__
        if isinstance(record.msg, str) and not record.args:
            # A text made beforehand may hold values: only where it was written is told.
            bare.msg = f"{record.module}:{record.lineno}"
        bare.args = ()
        for name in _KEPT:
            if isinstance(getattr(record, name, None), int):
                setattr(bare, name, getattr(record, name))
        return super().format(bare)

    def formatException(self, ei: Any) -> list[str]:  # noqa: N802 - logging's own name
        """Return an exception's kinds and places, never its message: a database's repeats the row it refused."""
        return [line for error in _chain(ei[1]) for line in _places(error)]


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _places(error: BaseException) -> list[str]:
    kind = type(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return [f"{kind.__module__}.{kind.__qualname__}", *where]


def logging_of(level: str) -> dict[str, Any]:
    """Return the configuration of logging at a level."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"()": Plain}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "equipoise": {"level": level},
            "_granian": {"handlers": [], "level": "WARNING" if level == "INFO" else level, "propagate": True},
            "granian.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
            # Django puts handlers of its own on these; a page not found is in the line of its request.
            "django": {"handlers": [], "level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
