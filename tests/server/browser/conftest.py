"""A real server process on a database of its own, and a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

_HERE = Path(__file__).parent
_ALIVE = runpy.run_path(str(_HERE / "alive.py"))
_CLUSTER = runpy.run_path(str(_HERE.parent / "cluster.py"))
_KEY = "5e" * 32
MISSING = "Chromium is not installed: `apt-get install chromium fonts-noto-cjk`, or `SYSTEM=1 make test` on Debian"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
_PATIENCE = 60.0  # seconds until the site must answer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--pictures`, which takes the pictures of the docs."""
    parser.addoption("--pictures", action="store_true", help="write the pictures of README and docs")


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Serve a site with a trial under way, as `equipoise serve` does, and end it."""
    with served(request, tmp_path_factory.mktemp("site")) as serving:
        yield serving


@pytest.fixture(scope="session")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start a real mail server as a process; return its address and where its mails lie."""
    folder = tmp_path_factory.mktemp("post")
    running = subprocess.Popen(
        [sys.executable, _HERE.parent / "post_office.py", folder], stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    try:
        yield running.stdout.readline().strip(), folder
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


@pytest.fixture(scope="session")
def posting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, post: Any) -> Iterator[Any]:
    """Serve a site whose mails go to that server."""
    with served(request, tmp_path_factory.mktemp("posting"), EQUIPOISE_MAIL=post[0]) as serving:
        yield serving


@contextmanager
def served(request: pytest.FixtureRequest, home: Path, **more: str) -> Iterator[Any]:
    """Fill a site, serve it, and end it."""
    if shutil.which("chromium") is None:
        pytest.skip(MISSING)
    address = f"sqlite:///{home}/equipoise.sqlite3"
    kept = dict(os.environ)
    # The browser of an earlier module keeps an event loop in this thread.
    os.environ.update(EQUIPOISE_HOME=str(home), EQUIPOISE_KEY=_KEY, DJANGO_ALLOW_ASYNC_UNSAFE="true")
    try:
        with _CLUSTER["connected"](address):
            many = request.config.getoption("pictures", default=False)
            whom = _ALIVE["fill"](_ALIVE["MANY"] if many else _ALIVE["FEW"])
    finally:
        os.environ.clear()
        os.environ.update(kept)
    settings = {
        **{name: value for name, value in kept.items() if not name.startswith("EQUIPOISE_")},
        "EQUIPOISE_HOME": str(home),
        "EQUIPOISE_KEY": _KEY,
        "EQUIPOISE_DATABASE": address,
        "EQUIPOISE_SECOND_FACTOR": "off",
        "EQUIPOISE_PROCESSES": "1",
        "PYTHONUNBUFFERED": "1",
        **more,
    }
    log = home / "log"
    with log.open("wb") as errors:
        serving = subprocess.Popen(
            # Any port: two sites that start at once would both find the first one free.
            [Path(sys.executable).parent / "equipoise", "serve", "--port", "0"],
            stdout=subprocess.PIPE, stderr=errors, env=settings, cwd=home, text=True,
        )  # fmt: skip
        try:
            where = _address_of(serving, log)
            names = {role: name for role, _, name in _ALIVE["PEOPLE"]}
            fixed = {"study": _ALIVE["STUDY"], "password": _ALIVE["PASSWORD"]}
            yield SimpleNamespace(address=where, names=names, log=log, **fixed, **whom)
        finally:
            serving.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                serving.wait(20)
            serving.kill()
            serving.wait()
            serving.stdout.close()


def _address_of(serving: subprocess.Popen[str], log: Path) -> str:
    """Return the address that the server says it answers at."""
    assert serving.stdout is not None
    until = time.monotonic() + _PATIENCE
    for line in serving.stdout:
        for word in line.split():
            if word.startswith("http://"):
                return word.rstrip("./")
        if time.monotonic() > until:
            break
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the browser once, whichever sites it is led to."""
    if shutil.which("chromium") is None:
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], Any]:
    """Keep the cookies of who has logged in, by site and account: one log-in is enough."""
    return {}


@pytest.fixture
def visit(chromium: Any, site: Any, sessions: dict[tuple[str, str], Any]) -> Iterator[Callable[..., Any]]:
    """Return what opens a browser window, logged in or not; it notes what left the site and what went wrong."""
    opened = []

    def window(*, width: int = 1280, script: bool = True, account: str = "", language: str = "en", **more: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            java_script_enabled=script, base_url=site.address, storage_state=sessions.get((site.address, account)), **more,
        )  # fmt: skip
        page = context.new_page()
        opened.append((context, page))
        page.left, page.broken = [], []
        page.on("request", lambda request: page.left.append(request.url) if _leaves(request.url, site) else None)
        page.on("pageerror", lambda error: page.broken.append(str(error)))
        page.on("console", lambda said: page.broken.append(said.text) if _is_refusal(said) else None)
        if account and (site.address, account) not in sessions:
            log_in(page, site.names[account], site.password, language)
            sessions[site.address, account] = context.storage_state()
        return page

    yield window
    for context, page in opened:
        left, broken = list(page.left), list(page.broken)
        context.close()
        assert not left, f"requests left the site: {left}"
        assert not broken, f"the browser complained: {broken}"


def _leaves(address: str, site: Any) -> bool:
    return not address.startswith((f"{site.address}/", "data:", "about:"))


def _is_refusal(said: Any) -> bool:
    """Whether the browser refused something of the page; a page not found is no fault of a page."""
    return said.type == "error" and "Failed to load resource" not in said.text


def log_in(page: Any, name: str, password: str, language: str) -> None:
    """Log in as a person does."""
    page.goto(f"/{language}/account/login/")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda address: "/account/login/" not in address)
