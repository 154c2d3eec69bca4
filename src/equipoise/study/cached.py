"""What is worked out once for each study: kept by the hash of its content, so that equal studies share it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from equipoise.study.model.study import Study

T = TypeVar("T")
_KEPT = 32


class _ByContent:
    """A study as the key of a cache."""

    __slots__ = ("study",)

    def __init__(self, study: Study) -> None:
        self.study = study

    def __hash__(self) -> int:
        return hash(self.study.content_hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByContent) and self.study.content_hash == other.study.content_hash


def once_a_study(function: Callable[[Study], T]) -> Callable[[Study], T]:
    """Keep a function's answer for each study (of the last few)."""

    @lru_cache(maxsize=_KEPT)
    def kept(key: _ByContent) -> T:
        return function(key.study)

    @wraps(function)
    def asked(study: Study) -> T:
        return kept(_ByContent(study))

    return asked
