"""Eligibility: each criterion word for word, with its rule."""

from __future__ import annotations

from typing import Literal

from equipoise.study.model.base import Rule, Stated, Text


class Criterion(Stated):
    """A criterion. An inclusion passes when its rule holds, an exclusion when its rule does not."""

    id: str
    kind: Literal["inclusion", "exclusion"]
    text: Text
    rule: Rule
    plain: Text = ""
    judge: Literal["documents", "investigator"] = "documents"
    contradiction: Rule = ""  # shown with the criterion when it holds; it never changes the verdict
