"""The addresses of accounts: log in, second factor, password."""

from __future__ import annotations

urlpatterns: list[object] = []
