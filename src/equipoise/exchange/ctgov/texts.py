"""The registry's texts as a person reads them: without its escapes, tags and entities."""

from __future__ import annotations

import html
import re

# Tags that are taken for tags. Anything else in angle brackets is a comparison: "eGFR <60 and weight> 40".
_TAG = re.compile(
    r"(?<!\\)<(/?)(p|br|ul|ol|li|div|h[1-6]|tr|table|tbody|td|th|b|i|u|em|strong|span|font|a|sub|sup)"
    r"(?:\s[^<>]{0,300})?\s?/?>",
    re.IGNORECASE,
)
_BREAKING = frozenset({"p", "br", "ul", "ol", "div", "tr", "table", "tbody", *(f"h{level}" for level in range(1, 7))})
# The registry writes Markdown: a backslash before a sign makes it that sign.
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>()#+\-.!~|&=^])")
# A database keeps neither the null character nor half of a character; nobody reads the other control characters.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SIGNS = re.compile(r"[<&\\]")
_SPACE = re.compile(r"[^\S\n]+")
_BLANK = re.compile(r"\n{3,}")


def paragraphs(text: str) -> str:
    """Return a text of several lines, indents kept: they say what belongs below what."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text:
        text = _TAG.sub(_without_tag, text)
    if "&" in text:
        text = html.unescape(text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return _BLANK.sub("\n\n", _CONTROL.sub("", text.replace("\t", "    "))).strip("\n").rstrip()


def line(text: str) -> str:
    """Return a text of one line."""
    if text.isprintable() and not _SIGNS.search(text):  # as nearly all are
        return " ".join(text.split())
    return _SPACE.sub(" ", paragraphs(text).replace("\n", " ")).strip()


def flowing(text: str) -> str:
    """Return a text of several lines without indents and runs of spaces."""
    return "\n".join(_SPACE.sub(" ", one).strip() for one in paragraphs(text).split("\n"))


def _without_tag(found: re.Match[str]) -> str:
    closing, tag = found[1], found[2].lower()
    if tag == "li":
        return "" if closing else "\n* "
    if tag == "sup" and not closing:
        return "^"  # 10<sup>9</sup> is not 109
    if tag in ("td", "th"):
        return " "
    return "\n" if tag in _BREAKING else ""
