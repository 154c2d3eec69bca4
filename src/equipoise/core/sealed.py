"""A value that must not be seen by accident: it never prints, compares or pickles, and opens only with a warrant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Warrant:
    """The right to open a sealed value. Only `conduct.visibility` issues one (a test forbids it elsewhere)."""

    by: str
    role: str
    reason: str


class Sealed(Generic[T]):
    """Holds a value out of sight."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def open(self, warrant: Warrant) -> T:
        """Return the value to who holds a warrant."""
        if not isinstance(warrant, Warrant):
            raise TypeError("a sealed value opens only with a warrant of conduct.visibility")
        return self._value

    def __repr__(self) -> str:
        return "Sealed(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sealed value is not pickled")
