"""Canonical JSON, held against the `rfc8785` package (an independent implementation of RFC 8785)."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core import canonical

KEYS = st.text(st.characters(max_codepoint=126, min_codepoint=32), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


@given(VALUES)
def test_gives_the_bytes_of_rfc_8785(value: object) -> None:
    canonical.check(value)
    assert canonical.dumps(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(VALUES)
def test_reads_back_to_itself_and_is_stable(value: object) -> None:
    once = canonical.dumps(value)
    assert canonical.dumps(json.loads(once)) == once


@pytest.mark.parametrize("value", [1.5, {"a": float("nan")}, 2**53, {"é": 1}, {1: 2}, {"a": {"b": [0.1]}}, "\ud800"])
def test_refuses_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical.check(value)
