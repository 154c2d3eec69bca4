"""What must hold before the site is served: settings that fit together, a database of this version, a free port."""

from __future__ import annotations

import ipaddress
import socket

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment

FIRST_PORT = 8000
_PORTS = 100  # tried from the first on, where none was asked for


def is_loopback(host: str) -> bool:
    """Whether an address to listen at is reached from this machine alone."""
    if host in environment.LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def incoherent(host: str = "127.0.0.1") -> list[Problem]:
    """Return which settings do not fit together when the site listens at an address."""
    found = []
    exposed = not is_loopback(host) or not environment.is_loopback()
    if exposed and environment.read("EQUIPOISE_SECOND_FACTOR").lower() == "off":
        found.append(Problem("server.second-factor-off"))
    https = environment.is_on("EQUIPOISE_HTTPS")
    if exposed and not https:
        name = host if not is_loopback(host) else next(n for n in environment.hosts() if n not in environment.LOOPBACK)
        found.append(Problem("server.no-https", {"host": name}))
    if https and not environment.number("EQUIPOISE_PROXIES"):
        # The site itself speaks HTTP; without a proxy it would send everybody round in circles.
        found.append(Problem("server.https-without-proxy"))
    return found


def port_to_listen_at(host: str, wanted: int | None) -> int:
    """Return the port that was asked for, or the first free one. Raises ProblemsError if it is taken."""
    if wanted is not None:
        if wanted and not _is_free(host, wanted):
            raise ProblemsError([Problem("server.port-taken", {"host": host, "port": wanted})])
        return wanted or _any(host)
    return next((port for port in range(FIRST_PORT, FIRST_PORT + _PORTS) if _is_free(host, port)), 0) or _any(host)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host.strip("[]"), port))
        opened.listen(1)
    except OSError:
        opened.close()
        raise
    return opened


def _is_free(host: str, port: int) -> bool:
    try:
        _listening(host, port).close()
    except OSError as error:
        if isinstance(error, PermissionError | socket.gaierror):
            raise ProblemsError(
                [Problem("server.cannot-listen", {"host": host, "port": port, "why": str(error.strerror)})]
            ) from None
        return False
    return True


def _any(host: str) -> int:
    with _listening(host, 0) as opened:
        port: int = opened.getsockname()[1]
        return port
