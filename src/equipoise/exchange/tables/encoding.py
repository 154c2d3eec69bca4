"""The text of a table, whatever spreadsheet saved it: UTF-8, UTF-16 and GB18030 are told apart, others refused."""

from __future__ import annotations

import codecs
from pathlib import Path

from equipoise.core.problem import Place, Problem, ProblemsError

MAX_BYTES = 4_000_000_000
# Of the characters beyond ASCII, the share that must be everyday Chinese before bytes are taken for GB18030:
# accented Latin letters decode to characters too, but to rare ones.
_EVERYDAY = 0.9


def read_bytes(path: Path, name: str) -> bytes:
    """Return a file's text as UTF-8 without a byte order mark, with single line feeds; raises ProblemsError."""
    place = Place(name)
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError:
        raise ProblemsError([Problem("exchange.file-unreadable", {"file": name}, place)]) from None
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000_000
        raise ProblemsError([Problem("exchange.file-too-large", {"file": name, "limit": limit}, place)])
    text = as_utf8(data, name)
    if isinstance(text, Problem):
        raise ProblemsError([text])
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def as_utf8(data: bytes, file: str) -> bytes | Problem:
    """Return bytes in UTF-8, or the problem that their encoding is not known."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _unmarked_utf16(data)
    try:
        if marked is not None:
            return data.decode(marked).encode()
        data.decode()
    except UnicodeDecodeError as error:
        chinese = _chinese(data) if marked is None else None
        if chinese is not None:
            return chinese
        line = data[: error.start].count(b"\n") + 1
        return Problem("exchange.not-utf8", {"file": file}, Place(file, line))
    if b"\0" in data:
        return Problem("exchange.not-text", {"file": file}, Place(file))
    return data


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _unmarked_utf16(data: bytes) -> str | None:
    head = data[:2000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd < len(head) / 4:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _chinese(data: bytes) -> bytes | None:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    beyond = [character for character in text if not character.isascii()]
    everyday = sum(len(character.encode("gb2312", "ignore")) > 0 for character in beyond)
    return text.encode() if everyday >= _EVERYDAY * len(beyond) else None
