"""Whether a second factor is demanded: always, but on a demonstration that only this machine reaches."""

from __future__ import annotations

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment

_SETTING = "EQUIPOISE_SECOND_FACTOR"


def is_required() -> bool:
    """Whether everybody needs a second factor. Raises ProblemsError if it is off where others can reach the site."""
    wanted = environment.read(_SETTING).lower()
    if wanted not in ("required", "off"):
        raise ProblemsError([Problem("server.bad-setting", {"name": _SETTING, "value": wanted[:40]})])
    if wanted == "off" and not environment.is_loopback():
        raise ProblemsError([Problem("server.second-factor-off")])
    return wanted == "required"
