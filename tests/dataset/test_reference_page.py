"""The reference page names every table and every column, and both languages have words for every table and reason."""

from pathlib import Path

import pytest

from equipoise.core.words import LANGUAGES, words
from equipoise.dataset.columns import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "dataset.md"


@pytest.mark.parametrize("table", TABLES)
def test_the_page_names_every_column(table):
    page = PAGE.read_text(encoding="utf-8")
    section = page.split(f"### `{table}`\n")[1].split("###")[0]
    assert [name for name in TABLES[table] if f"`{name}`" not in section] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_words(language):
    assert words("dataset", language)["tables"].keys() == TABLES.keys()
