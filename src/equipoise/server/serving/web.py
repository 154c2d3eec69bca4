"""The process that answers: granian, one thread a worker, as many workers as are set."""

from __future__ import annotations

import multiprocessing
import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from equipoise.server import environment
from equipoise.server.logs import logging_of
from equipoise.server.serving.ending import end_with_parent

_GRACE = 15  # seconds that a request has to end when the site is stopped


def answer(host: str, port: int) -> None:
    """Answer at an address until a signal ends it."""
    # A forked worker would inherit our handlers, and not hear a signal that ends it while it starts.
    multiprocessing.set_start_method("spawn")
    Server(
        "equipoise.server.wsgi:application",
        address=host.strip("[]"),
        port=port,
        interface=Interfaces.WSGI,
        workers=environment.number("EQUIPOISE_PROCESSES"),
        blocking_threads=1,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE,
        log_level=LogLevels.warning,
        log_dictconfig=logging_of(environment.log_level()),
        log_access=False,
    ).serve()


if __name__ == "__main__":
    end_with_parent()
    answer(sys.argv[1], int(sys.argv[2]))
