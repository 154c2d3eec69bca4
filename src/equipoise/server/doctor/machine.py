"""The machine and the settings."""

from __future__ import annotations

import shutil
import smtplib
import sys
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings as django
from django.contrib.staticfiles.finders import get_finders
from django.core.mail import get_connection

from equipoise.core.problem import ProblemsError
from equipoise.server import environment
from equipoise.server.doctor.finding import Finding, mend, ok
from equipoise.server.serving import refusals

_OLDEST = (3, 11)
_LEAST = 500_000_000  # bytes that must be free
_ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")


def python() -> Finding:
    """Python's version."""
    here = ".".join(map(str, sys.version_info[:3]))
    return ok("python", version=here) if sys.version_info >= _OLDEST else mend("python", "old", version=here)


def home() -> Finding:
    """The home folder: that it can be written to, and how much is free."""
    folder = environment.home()
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        return mend("home", "refused", path=str(folder), why=error.strerror or "")
    told: dict[str, str | int] = {"path": str(folder), "free": f"{free / 1e9:,.1f}"}
    return ok("home", **told) if free >= _LEAST else mend("home", "full", **told)


def key_file() -> Finding:
    """The key: from the environment, or a file that nobody else may read."""
    if environment.is_set("EQUIPOISE_KEY"):
        return ok("key_file", "environment")
    file = environment.home() / "key"
    if not file.is_file():
        return mend("key_file", "absent", path=str(file))
    mode = file.stat().st_mode & 0o777
    told: dict[str, str | int] = {"path": str(file), "mode": f"{mode:o}"}
    return mend("key_file", "open", **told) if mode & 0o077 else ok("key_file", **told)


def time_zones() -> Finding:
    """The time zones of centres."""
    try:
        for zone in _ZONES:
            ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        return mend("time_zones", "absent")
    return ok("time_zones")


def fonts() -> Finding:
    """The fonts of reports, Chinese too."""
    found = [each.name for each in resources.files("equipoise.report").joinpath("fonts").iterdir()]
    return ok("fonts") if any("NotoSansSC" in name for name in found) else mend("fonts", "absent")


def static() -> Finding:
    """That the files of the pages were collected, those of this version."""
    root = Path(django.STATIC_ROOT)
    names = [name for finder in get_finders() for name, _ in finder.list(None)]
    absent = [name for name in names if not (root / name).is_file()]
    if absent:
        return mend("static", "absent", path=str(root), count=len(absent))
    return ok("static", path=str(root), count=len(names))


def settings() -> Iterator[Finding]:
    """That the settings fit together."""
    try:
        problems = refusals.incoherent()
    except ProblemsError as error:
        problems = list(error.problems)
    for problem in problems:
        yield mend("settings", problem.code.rpartition(".")[2], **problem.params)
    url, hosts = urlsplit(environment.read("EQUIPOISE_URL")), environment.hosts()
    name = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname or ""
    if name not in hosts and not any(host.startswith(".") and name.endswith(host) for host in hosts):
        yield mend("settings", "url-not-among-hosts", url=environment.read("EQUIPOISE_URL"), hosts=", ".join(hosts))
    elif environment.is_on("EQUIPOISE_HTTPS") and url.scheme != "https":
        yield mend("settings", "url-without-https", url=environment.read("EQUIPOISE_URL"))
    elif not problems:
        yield ok("settings", url=environment.read("EQUIPOISE_URL"))


def mail() -> Finding:
    """That the mail server answers, where one is set."""
    if not environment.is_set("EQUIPOISE_MAIL"):
        folder = str(environment.home() / "mail")
        return ok("mail", "files", path=folder) if environment.is_loopback() else mend("mail", "nobody", path=folder)
    host = urlsplit(environment.read("EQUIPOISE_MAIL")).hostname or ""
    try:
        with get_connection():
            return ok("mail", host=host)
    except (OSError, smtplib.SMTPException) as error:
        return mend("mail", "silent", host=host, why=(str(error).splitlines() or [""])[0][:200])
