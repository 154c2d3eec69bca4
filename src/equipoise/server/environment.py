"""Every setting of an installation: its name in the environment, what it means, what holds without it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from equipoise.core.problem import Problem, ProblemsError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DATABASES = ("sqlite:///", "postgres://", "postgresql://")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting; `default` is what holds without it, in words where it is worked out."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("EQUIPOISE_HOME", "var", "The folder in which an installation keeps its files."),
    Setting(
        "EQUIPOISE_DATABASE",
        "sqlite:///<home>/equipoise.sqlite3",
        "The database: `sqlite:///PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME` (a socket folder as `?host=`).",
    ),
    Setting(
        "EQUIPOISE_KEY",
        "read from the file <home>/key, which is made with mode 0600 where there is none",
        "The installation's key, 64 hexadecimal digits: it encrypts allocation secrets, second factors and contacts and"
        " signs sessions. Without it, what it encrypted is lost: keep a copy apart from the backups.",
    ),
    Setting(
        "EQUIPOISE_KEY_BEFORE",
        "read from the file <home>/key.before, where there is one",
        "Former keys, by commas: what they encrypted can still be read, until `equipoise keys rotate` has encrypted it"
        " anew.",
    ),
    Setting("EQUIPOISE_HOSTS", "127.0.0.1,localhost,[::1]", "The names under which the site is reached, by commas."),
    Setting("EQUIPOISE_URL", "http://127.0.0.1:8000", "The site's own address, as it stands in mails."),
    Setting("EQUIPOISE_HTTPS", "off", "`on`: the site is reached by HTTPS alone (secure cookies, HSTS, redirects)."),
    Setting(
        "EQUIPOISE_PROXIES", "0", "How many reverse proxies of one's own stand in front (X-Forwarded-For, -Proto)."
    ),
    Setting(
        "EQUIPOISE_SECOND_FACTOR",
        "required; off where loopback alone reaches a site that holds nothing but played trials",
        "`required` or `off`; `off` only where loopback alone reaches the site.",
    ),
    Setting(
        "EQUIPOISE_MAIL", "files in <home>/mail", "Where mail goes: `smtp://USER:PASSWORD@HOST:PORT`, `smtps://…`."
    ),
    Setting("EQUIPOISE_MAIL_FROM", "equipoise@localhost", "The sender of mails."),
    Setting("EQUIPOISE_PROCESSES", "2", "How many server processes `equipoise serve` starts."),
    Setting("EQUIPOISE_LOG_LEVEL", "INFO", "What is logged: DEBUG, INFO, WARNING or ERROR; never personal data."),
    Setting(
        "EQUIPOISE_LANGUAGE",
        "the terminal's (LC_ALL, LANG)",
        "The language of the command line: `en`, `zh-hans`, or one of EQUIPOISE_WORDS.",
    ),
    Setting(
        "EQUIPOISE_WORDS",
        "none: English and Simplified Chinese are built in",
        "A folder with further languages, one folder each (`fr/language.yaml` and a file of words for each room).",
    ),
    Setting(
        "EQUIPOISE_ANSWER_DAYS",
        "3",
        "The working days within which a centre answers who writes to it; then the next centre is offered the message.",
    ),
    Setting(
        "EQUIPOISE_DRAFT_URL",
        "none: words are written by rule",
        "An OpenAI-compatible endpoint that `equipoise words draft` asks, such as `http://127.0.0.1:8080/v1`.",
    ),
    Setting("EQUIPOISE_DRAFT_MODEL", "none", "The model that is asked there; its name stands below what it drafted."),
    Setting("EQUIPOISE_DRAFT_KEY", "none", "The key that is sent there; without HTTPS to this machine alone."),
    Setting("EQUIPOISE_DRAFT_SECONDS", "120", "How many seconds one answer may take in all."),
    Setting("EQUIPOISE_NIGHT", "18", "The hour (UTC) from which the worker verifies each study, once a day."),
)
_DEFAULTS: Mapping[str, str] = {setting.name: setting.default for setting in SETTINGS}


def read(name: str) -> str:
    """Return a setting as the environment has it, or its default; a name that is not in the table is an error."""
    return os.environ.get(name, "") or _DEFAULTS[name]


def is_set(name: str) -> bool:
    """Whether the environment has a setting of the table."""
    return bool(os.environ.get(name, "")) and name in _DEFAULTS


def home() -> Path:
    """Return the installation's folder."""
    return Path(read("EQUIPOISE_HOME")).resolve()


def words() -> Path | None:
    """Return the folder of further languages; None where there is none."""
    return Path(read("EQUIPOISE_WORDS")).resolve() if is_set("EQUIPOISE_WORDS") else None


def database() -> str:
    """Return the database's address. Raises ProblemsError if it is of no database that Equipoise knows."""
    if not is_set("EQUIPOISE_DATABASE"):
        return f"sqlite:///{quote(str(home()))}/equipoise.sqlite3"
    address = read("EQUIPOISE_DATABASE")
    if not address.startswith(DATABASES):
        # The address may hold a password: only what stands before it is repeated.
        raise ProblemsError([Problem("server.bad-database-address", {"scheme": address.partition("://")[0][:20]})])
    return address


def number(name: str) -> int:
    """Return a setting that is a whole number. Raises ProblemsError if it is none."""
    value = read(name)
    if not value.isascii() or not value.isdecimal():
        raise ProblemsError([Problem("server.bad-setting", {"name": name, "value": value[:40]})])
    return int(value)


def hosts() -> list[str]:
    """Return the names under which the site is reached."""
    return [name.strip() for name in read("EQUIPOISE_HOSTS").split(",") if name.strip()]


def is_loopback() -> bool:
    """Whether the site is reached from this machine alone."""
    return set(hosts()) <= set(LOOPBACK)


def log_level() -> str:
    """Return what is logged. Raises ProblemsError for a level that there is not."""
    level = read("EQUIPOISE_LOG_LEVEL").upper()
    if level not in LOG_LEVELS:
        raise ProblemsError([Problem("server.bad-setting", {"name": "EQUIPOISE_LOG_LEVEL", "value": level[:40]})])
    return level


def is_on(name: str) -> bool:
    """Whether a switch is on."""
    return read(name).lower() in {"on", "1", "true", "yes"}
