"""Every word that a template asks for is there, in both languages, with what it is given; none stands in a template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from equipoise.core import words
from equipoise.core.words import LANGUAGES, text

FOLDER = Path(words.__file__).parents[1] / "server" / "web" / "templates"
TEMPLATES = sorted([*FOLDER.rglob("*.html"), *FOLDER.rglob("*.txt")])
_SAY = re.compile(r"""\{%\s*say\s+(["'])(?P<key>[\w.-]+)\1(?P<rest>[^%]*)%\}""")
_ROOM = re.compile(r"""\broom=(?:["']([\w.]+)["']|(\w+))""")
_WITH = re.compile(r"""\{%\s*with\s+[^%]*?\b(\w+)=["']([\w.]+)["']""")
_GIVEN = re.compile(r"\b(\w+)=")
_TAG = re.compile(r"\{% block width %\}.*?\{% endblock %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", re.DOTALL)
# What is the same in every language: names, marks between things, units.
_SAME = re.compile(r"Equipoise|SHA-256|English|中文|UTC|&\w+;|[\W\d_]|\b[A-Za-z]\b")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_word_that_a_template_asks_for_is_there_with_what_it_needs(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    named = dict(_WITH.findall(source))
    for asked in _SAY.finditer(source):
        if "|" in asked["rest"].split(" room=")[0]:
            continue  # a key that is put together
        room = _ROOM.search(asked["rest"])
        where = "server.web" if room is None else room[1] or named.get(room[2], "")
        if not where:
            continue  # given by the page
        given = {*_GIVEN.findall(asked["rest"])} - {"room"}
        for language in LANGUAGES:
            said = text(where, asked["key"], language)
            assert set(re.findall(r"\{(\w+)", said)) <= given, f"{where}: {asked['key']} in {language}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_word_stands_in_a_template(template: Path) -> None:
    left = _TAG.sub(" ", template.read_text(encoding="utf-8"))
    assert not (found := _SAME.sub("", left)), f"{template.name}: {found[:80]}"
