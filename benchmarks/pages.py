"""Measure a participant's page under granian with 32 connections; `benchmarks/records.py` fills the database for it.

The server is `equipoise serve` as anybody starts it. The connections are kept open, and each asks for the pages of
people drawn at random (seeded); what is counted is the time from the request to the last byte of the answer.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

CONNECTIONS, EACH, WARM = 32, 40, 5


def cookie(study: str) -> str:
    """Log a data manager in, and return the cookie."""
    from types import SimpleNamespace

    from django.conf import settings
    from django.test import Client

    from equipoise.server.accounts import sessions
    from equipoise.server.accounts.models import Membership, User

    user = User.objects.create_user("bench", "bench@example.org", "correct horse battery staple")
    Membership.objects.create(user=user, study=study, role="data_manager", since=datetime(2026, 1, 1, tzinfo=UTC))
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    request: Any = SimpleNamespace(session=client.session, user=user)
    sessions.begin(request)
    sessions.mark_second_factor(request, user)
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, said: str) -> tuple[float, int]:
    begun = time.perf_counter()
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nCookie: {said}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    size = 0
    if lines.get(b"transfer-encoding") == b"chunked":
        while part := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(part + 2)
            size += part
        await reader.readexactly(2)
    else:
        size = int(lines[b"content-length"])
        await reader.readexactly(size)
    return time.perf_counter() - begun, size


async def _load(port: int, paths: list[str], said: str) -> tuple[list[float], list[int], float]:
    rng = random.Random(7328711)  # noqa: S311 - which page is asked for next
    times: list[float] = []
    sizes: list[int] = []
    begun = 0.0

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(WARM + EACH):
            took, size = await _asked(reader, writer, rng.choice(paths), said)
            if number >= WARM:
                times.append(took)
                sizes.append(size)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return times, sizes, CONNECTIONS * (WARM + EACH) / (time.perf_counter() - begun)


def measure(study: str, people: list[str], limit: float) -> bool:
    """Serve the database of the environment and ask for pages; return whether 95 of 100 come within the limit (ms)."""
    said = cookie(study)
    command = [Path(sys.executable).with_name("equipoise"), "--language", "en", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    try:
        port = 0
        while not port:
            line = server.stdout.readline()
            assert line, "the site does not come up"
            port = int(line.split("127.0.0.1:")[1].split()[0].strip("/")) if "127.0.0.1:" in line else 0
        paths = [f"/en/studies/{study}/participants/{number}/" for number in people]
        times, sizes, rate = asyncio.run(_load(port, paths, said))
    finally:
        server.terminate()
        server.wait()
    ordered = sorted(times)
    p95 = 1000 * ordered[int(0.95 * len(ordered))]
    print(f"participant page, {len(people):,} people, {CONNECTIONS} connections: {rate:,.0f} a second")
    print(f"  median {1000 * median(times):.0f} ms, 95 of 100 within {p95:.0f} ms (aim {limit:.0f} ms)")
    print(f"  {median(sizes) / 1000:.1f} kB over the wire, gzip")
    return p95 <= limit
