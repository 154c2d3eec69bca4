"""Where Django is not installed: everything but the server works, and the server says what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

_BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "allauth", "axes", "granian", "psycopg", "whitenoise", "cryptography",
                                  "dj_database_url", "csp", "django_tasks", "django_tasks_db", "pythonjsonlogger"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from equipoise.cli.main import app
app(["--language", "en", *sys.argv[1:]])
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", _BLOCKED, *arguments], capture_output=True, text=True, check=False)


def test_the_pure_part_works(tmp_path):
    assert "serve" in run("--help").stdout
    assert run("study", "check", "studies/nct07328711").returncode == 0
    out = tmp_path / "trial"
    history = tmp_path / "history.jsonl"
    done = run(
        "simulate", "examples/blinded", "--truth", "helps", "--participants", "4", "--seed", "1",
        "--out", str(out), "--history", str(history),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert run("verify", str(history)).returncode == 0
    assert run("verify", str(out)).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [("serve",), ("work",), ("migrate",), ("backup", "x"), ("doctor",), ("anchor",), ("verify", "postgres://a@/b")],
    ids=lambda arguments: arguments[0],
)
def test_the_server_says_what_to_install(arguments):
    done = run(*arguments)
    assert done.returncode == 1
    assert "extra “server”" in done.stdout
    assert "Traceback" not in done.stderr
