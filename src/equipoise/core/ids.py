"""Identifiers: short, readable aloud, and checked where they are made."""

from __future__ import annotations

import re

_PARTICIPANT = re.compile(r"\d{2}-\d{4}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)

STUDY_STREAM = "study"


def participant_id(site: str, number: int) -> str:
    """Return a participant's number ``SS-NNNN``: the centre's two digits and a number counted within the centre."""
    made = f"{site}-{number:04d}"
    if not is_participant_id(made):
        raise ValueError(f"{made!r} is no participant number (two digits of the centre, four of the person)")
    return made


def is_participant_id(text: str) -> bool:
    """Whether a text is a participant number."""
    return _PARTICIPANT.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether a text may name a variable: lower-case ASCII letters, digits and underscores, at most 48."""
    return _NAME.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Whether a text may identify something in a study folder: ASCII letters, digits, ``. _ -``, at most 64."""
    return _ID.fullmatch(text) is not None
