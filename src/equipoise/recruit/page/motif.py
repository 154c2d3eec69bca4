"""A picture for a study that has none: quiet lines that balance two dots, the same for the same number every time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 120
_LINES = 5


@dataclass(frozen=True, slots=True)
class Motif:
    """Lines as paths of SVG, and two dots at the same height."""

    lines: tuple[str, ...]
    left: tuple[int, int]
    right: tuple[int, int]
    width: int = WIDTH
    height: int = HEIGHT


def motif_of(number: str) -> Motif:
    """Return the motif of a study's number."""
    bits = hashlib.sha256(number.encode()).digest()
    lines = tuple(_line(index, bits[index * 4 : index * 4 + 4]) for index in range(_LINES))
    height, apart = HEIGHT // 2 + bits[28] % 17 - 8, 150 + bits[29] % 110
    return Motif(lines, (WIDTH // 2 - apart, height), (WIDTH // 2 + apart, height))


def _line(index: int, bits: bytes) -> str:
    """Return a wave from edge to edge; the bytes choose where it rises and by how much."""
    base = HEIGHT * (index + 1) // (_LINES + 1)
    rise, fall = bits[0] % 44 - 22, bits[1] % 44 - 22
    first, second = 140 + bits[2] % 120, 460 + bits[3] % 120
    there = f"C{first} {base - rise} {first} {base + rise} {WIDTH // 2} {base}"
    return f"M0 {base}{there}S{second} {base + fall} {WIDTH} {base}"
