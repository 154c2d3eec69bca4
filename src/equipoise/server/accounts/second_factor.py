"""Whether a second factor is demanded: always, but on a demonstration that only this machine reaches.

A demonstration is known by what the database holds: nothing but trials that were played.
"""

from __future__ import annotations

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment
from equipoise.server.records.demonstration import holds_only_played

_SETTING = "EQUIPOISE_SECOND_FACTOR"


def is_required() -> bool:
    """Whether everybody needs a second factor. Raises ProblemsError if it is off where others can reach the site."""
    refuse_off_in_the_open()
    if not environment.is_set(_SETTING):
        return not (environment.is_loopback() and holds_only_played())
    return environment.read(_SETTING).lower() == "required"


def refuse_off_in_the_open() -> None:
    """Raise ProblemsError if the setting is off where others can reach the site; no database is read."""
    if not environment.is_set(_SETTING):
        return
    wanted = environment.read(_SETTING).lower()
    if wanted not in ("required", "off"):
        raise ProblemsError([Problem("server.bad-setting", {"name": _SETTING, "value": wanted[:40]})])
    if wanted == "off" and not environment.is_loopback():
        raise ProblemsError([Problem("server.second-factor-off")])
