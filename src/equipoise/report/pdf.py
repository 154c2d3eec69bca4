"""The report in print: a view laid out by Typst as A4, with the vendored typefaces alone, and always the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from equipoise.report.typeface import spelled_out, typeface_folder
from equipoise.report.view import View

if TYPE_CHECKING:
    from typst import Compiler, Fonts


def as_pdf(view: View) -> bytes:
    """Return the report of one language as a tagged PDF (PDF/UA-1) without a date."""
    made: Any = laid_out(view).compile(format="pdf", pdf_standards="ua-1")
    return bytes(made)


def laid_out(view: View) -> Compiler:
    """Return the layout of a view, ready to be compiled or asked."""
    import typst

    layout = resources.files("equipoise.report").joinpath("page", "report.typ").read_bytes()
    return typst.Compiler(layout, font_paths=vendored(), sys_inputs=inputs_of(view))


def inputs_of(view: View) -> dict[str, str]:
    """Return what the layout reads: the view as JSON, its folded parts labelled as appendices."""
    plain = _printable(asdict(view))
    folded = (part for section in plain["sections"] for part in section["parts"] if part["kind"] == "folded")
    for number, part in enumerate(folded, start=1):
        part["label"] = f"A{number}"
    return {"view": json.dumps(plain, ensure_ascii=False)}


@cache
def vendored() -> Fonts:
    """Return the vendored typefaces; those of the machine play no part."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(typeface_folder())])


def _printable(value: Any, name: str = "") -> Any:
    """Return plain values whose texts the typefaces can draw; drawings carry their letters as outlines."""
    if isinstance(value, dict):
        return {key: _printable(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    if not isinstance(value, str) or name == "svg":
        return value
    # A number and its sign stay together at the end of a line.
    return spelled_out(value.replace(" %", "\N{NO-BREAK SPACE}%"))
