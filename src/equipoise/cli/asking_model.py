"""Ask a language model over HTTP: any OpenAI-compatible endpoint, set by the environment, and given so much time."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from equipoise.core.problem import Problem, ProblemsError

if TYPE_CHECKING:
    import httpx

LARGEST = 1_000_000  # bytes of an answer: an overview has some thousand
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers. The key is shown to nobody."""

    url: str
    model: str
    key: str = field(repr=False)
    seconds: float  # for all of it, however the answer trickles


def endpoint() -> Endpoint | None:
    """Return the endpoint that the environment names; None if it names none. Raises ProblemsError for a bad setting."""
    url = os.environ.get("EQUIPOISE_DRAFT_URL", "").strip().rstrip("/")
    if not url:
        return None
    model = os.environ.get("EQUIPOISE_DRAFT_MODEL", "").strip()
    key = os.environ.get("EQUIPOISE_DRAFT_KEY", "").strip()
    seconds = os.environ.get("EQUIPOISE_DRAFT_SECONDS", "").strip() or "120"
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        host = parts.hostname or ""
    except ValueError:
        good, host = False, ""
    problems = []
    if not good:
        problems.append(_setting("EQUIPOISE_DRAFT_URL"))
    elif key and parts.scheme == "http" and host not in _LOOPBACK:
        problems.append(Problem("cli.draft-key-in-clear", {"host": host}))
    if not model or not model.isprintable() or len(model) > 128:
        problems.append(_setting("EQUIPOISE_DRAFT_MODEL"))
    if not seconds.isascii() or not seconds.isdecimal() or not 1 <= int(seconds[:6]) <= 3600:
        problems.append(_setting("EQUIPOISE_DRAFT_SECONDS"))
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        problems.append(_setting("EQUIPOISE_DRAFT_KEY"))
    if problems:
        raise ProblemsError(problems)
    return Endpoint(url, model, key, float(seconds))


def _setting(name: str) -> Problem:
    return Problem("cli.draft-setting", {"name": name})


def ask(where: Endpoint, messages: list[dict[str, str]]) -> bytes | Problem:
    """Return the body of the model's answer, or why there is none."""
    import httpx

    try:
        return asyncio.run(_ask(where, messages))
    except TimeoutError:
        return Problem("cli.draft-too-slow", {"seconds": f"{where.seconds:g}"})
    except httpx.TimeoutException:
        return Problem("cli.draft-too-slow", {"seconds": f"{where.seconds:g}"})
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        return Problem("cli.draft-no-answer", {"host": urlsplit(where.url).netloc, "why": type(error).__name__})


async def _ask(where: Endpoint, messages: list[dict[str, str]]) -> bytes | Problem:
    import httpx

    headers = {"authorization": f"Bearer {where.key}"} if where.key else {}
    body = {
        "model": where.model,
        "messages": messages,
        "temperature": 0,
        "stream": False,
        "response_format": {"type": "json_object"},
    }
    # A redirect would carry the key, and the study, to somebody who was not named: none is followed.
    async with (
        asyncio.timeout(where.seconds),
        httpx.AsyncClient(timeout=where.seconds, follow_redirects=False) as client,
        client.stream("POST", f"{where.url}/chat/completions", json=body, headers=headers) as response,
    ):
        return await _read(response)


async def _read(response: httpx.Response) -> bytes | Problem:
    """Read an answer as far as it is one and no longer than one may be."""
    status = response.status_code
    if 300 <= status < 400:
        return Problem("cli.draft-redirect", {"status": status})
    if status == 429:
        wait = response.headers.get("retry-after", "")
        return Problem("cli.draft-busy", {"wait": wait if wait.isdecimal() and len(wait) < 6 else "–"})
    if status != 200:
        return Problem("cli.draft-status", {"status": status})
    found = bytearray()
    async for chunk in response.aiter_bytes():
        found += chunk
        if len(found) > LARGEST:
            return Problem("cli.draft-too-much", {"limit": f"{LARGEST:,}"})
    return bytes(found)
