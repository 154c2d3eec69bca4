"""Two databases for every test of the server: SQLite and a real PostgreSQL, each test in one of its own.

PostgreSQL is started once for all workers, on a socket of its own in a folder of its own, and stopped by the last.
"""

from __future__ import annotations

import os
import runpy
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

_HERE = Path(__file__).parent
_CLUSTER = runpy.run_path(str(_HERE / "cluster.py"))
_STAGE = _HERE / "stage.py"
KEY = "5e" * 32


def _set_up() -> None:
    """Set Django up in a folder of this process, and leave the environment as it was."""
    kept = dict(os.environ)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="equipoise.server.settings",
        EQUIPOISE_HOME=tempfile.mkdtemp(prefix="equipoise-tests-"),
        EQUIPOISE_KEY=KEY,
        EQUIPOISE_HOSTS="127.0.0.1,localhost,testserver",
    )
    for name in ("EQUIPOISE_DATABASE", "EQUIPOISE_MAIL", "EQUIPOISE_HTTPS", "EQUIPOISE_PROXIES"):
        os.environ.pop(name, None)
    try:
        import django
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()
    finally:
        os.environ.clear()
        os.environ.update(kept)


_set_up()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give every test a home and a key of its own; nothing is read from the developer's environment."""
    for name in [name for name in os.environ if name.startswith("EQUIPOISE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EQUIPOISE_KEY", KEY)
    # The driver of the browser's tests keeps an event loop in the thread of the process that ran them.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    # The studies of the stage are played ones: without this they would count as a demonstration.
    monkeypatch.setenv("EQUIPOISE_SECOND_FACTOR", "required")
    # What a process keeps for a minute about its database must not outlive a test's database.
    from equipoise.server.web import demonstrating

    monkeypatch.setattr(demonstrating, "_last", (float("-inf"), False))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[object | None]:
    """Start PostgreSQL once for all workers; None where it is not installed."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    with _CLUSTER["shared_cluster"](shared) as started:
        yield started


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Make each kind of database once a process, with every migration; a test gets a copy."""
    return _CLUSTER["Templates"](tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, templates: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Give the test a fresh database and return its address; Django's default connection is to it."""
    cluster = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    if request.param == "postgresql" and cluster is None:
        pytest.skip(_CLUSTER["MISSING"])
    with templates.fresh(request.param, tmp_path, cluster) as address:
        monkeypatch.setenv("EQUIPOISE_DATABASE", address)
        yield address


@pytest.fixture
def stage(database: str) -> object:
    """Open the reference study in the database, with the means to bring people to where a test begins."""
    return runpy.run_path(str(_STAGE))["Stage"]()


@pytest.fixture
def blinded(database: str) -> object:
    """Open the invented double-blind study in the database."""
    return runpy.run_path(str(_STAGE))["Stage"]("examples/blinded")


@pytest.fixture
def visitor(database: str) -> Callable[..., Any]:
    """Return what gives a browser in which an account has logged in, its second factor too."""
    from django.test import Client

    from equipoise.server.accounts import sessions

    def logged_in(account: Any, **options: Any) -> Any:
        client = Client(**options)
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        request: Any = SimpleNamespace(session=client.session, user=account)
        sessions.begin(request)
        sessions.mark_second_factor(request, account)
        request.session.save()
        return client

    return logged_in


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> Iterator[Any]:
    """Open a real mail server, to which the site's mails go."""
    with runpy.run_path(str(_HERE / "post_office.py"))["open_office"]() as opened:
        monkeypatch.setenv("EQUIPOISE_MAIL", opened.address)
        yield opened
