"""The vendored typefaces of figures and print: Noto Sans SC, and Noto Sans for the Latin letters that it lacks."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

FAMILIES = ("Noto Sans SC", "Noto Sans")
_FILES = tuple(
    f"{name}-{weight}.subset.ttf" for name in ("NotoSansSC", "NotoSans") for weight in ("Regular", "SemiBold")
)


def typeface_folder() -> Path:
    """Return the folder of the vendored typefaces."""
    with resources.as_file(resources.files("equipoise.report").joinpath("fonts")) as folder:
        return folder


def typeface_files() -> tuple[Path, ...]:
    """Return the files, each family's regular weight before its semi-bold one."""
    return tuple(typeface_folder() / name for name in _FILES)


@cache
def glyphs() -> frozenset[int]:
    """Return the characters that both weights can draw."""
    from matplotlib.ft2font import FT2Font

    regular, bold, *rest = (frozenset(FT2Font(str(path)).get_charmap()) for path in typeface_files())
    return (regular & bold) | (rest[0] & rest[1])


def missing_glyphs(text: str) -> list[str]:
    """Return the characters of a text that the typefaces cannot draw, in order."""
    return sorted({letter for letter in text if ord(letter) not in glyphs() and letter != "\n"})


def spelled_out(text: str) -> str:
    """Return the text with each character that cannot be drawn as its number: a reader of print sees that it was."""
    if text.isascii() and text.isprintable():
        return text
    for letter in missing_glyphs(text):
        text = text.replace(letter, f"‹U+{ord(letter):04X}›")
    return text
