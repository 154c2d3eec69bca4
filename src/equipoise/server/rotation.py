"""Everything that is encrypted with the installation's key, and encrypting it anew with the key of today.

What is encrypted lies in rows of the database and says itself under which key: a rotation that was broken off goes on
where it was, and the site runs meanwhile, reading with both keys and writing with the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from equipoise.server import keys
from equipoise.server.accounts import adapter
from equipoise.server.records import secrets
from equipoise.server.recruit import contacts
from equipoise.server.recruit.contacts import fingerprint


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row that holds something encrypted."""

    name: str
    model: type[Model]
    purpose: str
    fields: tuple[str, ...]
    fingerprints: Mapping[str, str]  # a field, and the property whose digest it keeps


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a kind is: its rows, those looked at, those encrypted anew, those that no key opens."""

    kind: str
    total: int
    count: int
    renewed: int
    unreadable: int


def kinds() -> tuple[Kind, ...]:
    """Return every kind of row that holds something encrypted; a test looks for others."""
    from allauth.mfa.models import Authenticator

    from equipoise.server.records.models import AllocationSecret

    public = tuple(
        Kind(model._meta.db_table, model, contacts.PURPOSE, model.SEALED, getattr(model, "FINGERPRINTS", {}))
        for model in apps.get_app_config("recruit").get_models()
        if hasattr(model, "SEALED")
    )
    return (
        Kind("records_allocation_secret", AllocationSecret, secrets.PURPOSE, ("sealed",), {}),
        Kind("mfa_authenticator", Authenticator, adapter.PURPOSE, ("data",), {}),
        *public,
    )


def rotate() -> Iterator[Progress]:
    """Encrypt everything anew that a former key encrypted; yield how far each kind is, at least once a hundred rows."""
    from equipoise.server.recruit.actions.encrypt_anew import encrypt_anew

    for kind in kinds():
        count = renewed = unreadable = 0
        rows = list(kind.model._default_manager.order_by("pk").values_list("pk", flat=True))
        for pk in rows:
            done = encrypt_anew(kind, pk)
            count, renewed, unreadable = count + 1, renewed + (done is True), unreadable + (done is None)
            if count % 100 == 0:
                yield Progress(kind.name, len(rows), count, renewed, unreadable)
        yield Progress(kind.name, len(rows), count, renewed, unreadable)


def changed(kind: Kind, row: Any) -> dict[str, Any]:
    """Return the fields of a row as they must be kept from now on; nothing if all is of the key of today.

    Raises ProblemsError if no key opens it.
    """
    found = {name: _anew(kind.purpose, getattr(row, name)) for name in kind.fields}
    new = {name: value for name, value in found.items() if value != getattr(row, name)}
    if new:
        for name, of in kind.fingerprints.items():
            told = getattr(row, of)
            if told and getattr(row, name):
                new[name] = fingerprint(told)
    return new


def _anew(purpose: str, value: Any) -> Any:
    """Return a value with every token in it encrypted with the key of today: a text, or texts within JSON."""
    if isinstance(value, dict):
        return {name: _anew(purpose, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_anew(purpose, each) for each in value]
    if not isinstance(value, str) or not value.startswith(keys.MARK) or not keys.is_of_former_key(purpose, value):
        return value
    return keys.encrypt(purpose, keys.decrypt(purpose, value))
