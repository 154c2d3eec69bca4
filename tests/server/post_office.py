"""A real SMTP server (aiosmtpd) of a test's own, which can be told to misbehave at each step."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

# Where it can go wrong: each word is a step.
STEPS = ("MAIL", "RCPT", "DATA", "body", "end")


class _Talk(SMTP):
    """A talk that notes its step, and breaks off in the middle of the body when told to."""

    office: PostOffice

    def data_received(self, data: bytes) -> None:
        if self.office.in_body and self.office.does.get("body"):
            self.office.reached.set()
            if self.office.does["body"] == "die":
                self.transport.abort()
            else:
                self.transport.pause_reading()
            return
        super().data_received(data)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's own name
        told = self.office.does.get("DATA")
        if told and await self.office.misbehave(self, told):
            return
        self.office.in_body = True
        try:
            await super().smtp_DATA(arg)
        finally:
            self.office.in_body = False


class PostOffice:
    """Takes mails; `does` says for a step what it answers ("550 no"), or "hang", or "die"."""

    def __init__(self, tls: Any = None) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.does: dict[str, str] = {}
        self.in_body = False
        self.calls = 0
        self.reached = threading.Event()  # that it misbehaves now
        self._go_on = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._tls = tls
        self._listening: asyncio.Server | None = None
        self.port = _free_port()

    async def misbehave(self, talk: _Talk, told: str) -> bool:
        """Do as told at a step; whether the step has its answer."""
        self.reached.set()
        if told == "die":
            talk.transport.abort()
            return True
        if told == "hang":
            while not self._go_on.is_set():
                await asyncio.sleep(0.01)
            return False
        await talk.push(told)
        return True

    async def handle_MAIL(self, server: _Talk, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        self.calls += 1
        return await self._step("MAIL", server) or self._keep(envelope, address)

    @staticmethod
    def _keep(envelope: Any, address: str) -> str:
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: _Talk, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        answer = await self._step("RCPT", server)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: _Talk, _session: Any, envelope: Any) -> str:  # noqa: N802
        told = self.does.get("end", "")
        keeps = not told or told in ("hang", "die")
        if keeps:
            self.raw.append(envelope.content)
            self.mails.append(message_from_bytes(envelope.content, policy=default))
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return await self._step("end", server) or "250 kept"

    async def _step(self, step: str, server: _Talk) -> str:
        told = self.does.get(step, "")
        if told in ("hang", "die"):
            await self.misbehave(server, told)
            return "250 OK"
        if told:
            self.reached.set()
        return told

    def start(self) -> None:
        """Listen, on the port that it keeps."""

        def talk() -> _Talk:
            made = _Talk(self, hostname="post.test", loop=self._loop, enable_SMTPUTF8=False)
            made.office = self
            return made

        async def listen() -> asyncio.Server:
            return await self._loop.create_server(talk, "127.0.0.1", self.port, ssl=self._tls)

        if not self._loop.is_running():
            self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
        self._listening = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)

    def stop(self) -> None:
        """Go away: nobody is answered."""

        async def close() -> None:
            if self._listening is not None:
                self._listening.close()
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)

    def end(self) -> None:
        """Let go of whoever hangs, and end."""
        self._go_on.set()
        self.stop()

        async def cancel() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await asyncio.sleep(0.01)  # connections that were closed are let go of

        asyncio.run_coroutine_threadsafe(cancel(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def address(self) -> str:
        """Where it is, as the setting says it."""
        return f"{'smtps' if self._tls else 'smtp'}://localhost:{self.port}"

    def ids(self) -> list[str]:
        """Return the Message-IDs of all that it was given, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def open_office(tls: Any = None) -> Iterator[PostOffice]:
    """Open a post office, and close it."""
    office = PostOffice(tls)
    office.start()
    try:
        yield office
    finally:
        office.end()


if __name__ == "__main__":
    # As a process of its own: each mail becomes a file in a folder.
    import sys
    import time
    from pathlib import Path

    folder, written = Path(sys.argv[1]), 0
    with open_office() as opened:
        print(opened.address, flush=True)
        while True:
            for raw in opened.raw[written:]:
                kept = folder / f"{written:04}.eml"
                kept.with_suffix(".part").write_bytes(raw)
                kept.with_suffix(".part").rename(kept)
                written += 1
            time.sleep(0.05)
