"""The keyed stream that every choice of an allocation is read from: HMAC-SHA-256 in counter mode."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import lru_cache

SECRET_BYTES = 32
_DOMAIN = "equipoise-allocation-1"


@lru_cache(maxsize=4096)  # a list that is drawn a thousand times over asks for the same texts each time
def encoded(*parts: str) -> bytes:
    """Return texts as one byte sequence that no other texts give: each after its length in four bytes.

    Parameters
    ----------
    *parts : str
        The texts, in order.

    Returns
    -------
    bytes
        For each text the number of its UTF-8 bytes as a 4-byte big-endian integer, then the bytes.
    """
    pieces = [part.encode() for part in (_DOMAIN, *parts)]
    return b"".join(len(piece).to_bytes(4, "big") + piece for piece in pieces)


def derived_key(secret: bytes, *parts: str) -> bytes:
    """Return the key of one purpose, from which the secret and the other keys cannot be found.

    Parameters
    ----------
    secret : bytes
        The allocation secret, 32 bytes.
    *parts : str
        The study and the purpose.

    Returns
    -------
    bytes
        HMAC-SHA-256 (RFC 2104) of the encoded parts under the secret, 32 bytes.

    Raises
    ------
    ValueError
        If the secret is not 32 bytes long.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"an allocation secret has {SECRET_BYTES} bytes, not {len(secret)}")
    return hmac.digest(secret, encoded(*parts), "sha256")


class Stream:
    """Bytes of a key, read once from the beginning: block i is HMAC-SHA-256(key, i as 8 bytes big-endian).

    Parameters
    ----------
    secret : bytes
        The allocation secret, 32 bytes.
    *parts : str
        What the stream is for: study, scheme, stratum and number keep the streams apart.
    """

    __slots__ = ("_buffer", "_counter", "_key")

    def __init__(self, secret: bytes, *parts: str) -> None:
        self._key = derived_key(secret, *parts)
        self._counter = 0
        self._buffer = b""

    def take(self, count: int) -> bytes:
        """Return the next bytes.

        Parameters
        ----------
        count : int
            How many.

        Returns
        -------
        bytes
            That many bytes.
        """
        while len(self._buffer) < count:
            self._buffer += hmac.digest(self._key, self._counter.to_bytes(8, "big"), "sha256")
            self._counter += 1
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def below(self, bound: int) -> int:
        """Return an integer from 0 to ``bound - 1``, each equally likely.

        A number from the incomplete last stretch of the range is thrown away and the next one is read: taking the
        remainder of every number would favour the small ones.

        Parameters
        ----------
        bound : int
            How many integers there are to choose from, at least 1.

        Returns
        -------
        int
            The integer; for a bound of 1 it is 0 and no byte is read.

        Raises
        ------
        ValueError
            If ``bound`` is below 1.
        """
        if bound < 1:
            raise ValueError(f"there is no integer below {bound} to choose")
        width = ((bound - 1).bit_length() + 7) // 8
        complete = 256**width - 256**width % bound
        while (number := int.from_bytes(self.take(width), "big")) >= complete:
            pass
        return number % bound

    def shuffled(self, items: Sequence[int]) -> tuple[int, ...]:
        """Return the items in an order drawn with equal chances for all orders.

        Parameters
        ----------
        items : sequence of int
            What is shuffled.

        Returns
        -------
        tuple of int
            The same items. Source: Durstenfeld (1964), Communications of the ACM 7:420, algorithm 235.
        """
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            chosen = self.below(last + 1)
            order[last], order[chosen] = order[chosen], order[last]
        return tuple(order)
