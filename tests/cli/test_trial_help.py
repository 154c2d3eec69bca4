"""Help, version and wrong use: at once, without a heavy library, with the exit codes that scripts rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli.main import app

HEAVY = (
    "django",
    "granian",
    "polars",
    "numpy",
    "scipy",
    "matplotlib",
    "pydantic",
    "pint",
    "joblib",
    "yaml",
    "jinja2",
    "rich",
)
COMMANDS = {
    (): ("study", "screen", "simulate", "analyse", "run", "verify", "demo"),
    ("study",): ("check", "show", "new"),
    ("study", "check"): ("--json",),
    ("study", "show"): ("--print",),
    ("study", "new"): (),
    ("screen",): ("--cohort", "--json"),
    ("simulate",): ("--truth", "--participants", "--seed", "--out", "--history", "--trials", "--jobs"),
    ("analyse",): ("--out", "--model", "--reproduce", "--no-run"),
    ("operating",): ("--store", "--truth", "--trials", "--jobs", "--dask", "--json"),
    ("blindspots",): ("--dose", "--every", "--last-week", "--visit", "--truth", "--out", "--json"),
    ("predict",): ("fit", "apply"),
    ("predict", "fit"): ("--out", "--exploratory", "--landmark", "--json"),
    ("predict", "apply"): ("--out", "--json"),
    ("run",): ("--out",),
    ("verify",): ("--history", "--head", "--json"),
    ("anchor",): ("--json",),
    ("export",): ("--out", "--format"),
    ("demo",): ("--study", "--truth", "--participants", "--seed", "--no-site", "--no-serve"),
    ("account",): ("add", "list", "end", "close", "renew"),
    ("account", "add"): ("--email", "--study", "--role", "--site", "--language", "--json"),
    ("account", "list"): ("--json",),
    ("account", "end"): ("--study", "--json"),
    ("account", "close"): ("--json",),
    ("account", "renew"): ("--json",),
    ("words",): ("draft", "check", "load"),
    ("words", "draft"): ("--lang", "--check", "--replace", "--date", "--json"),
    ("words", "check"): ("--lang", "--json"),
    ("words", "load"): ("--by", "--json"),
    ("registry",): ("import",),
    ("registry", "import"): ("--json",),
    ("keys",): ("new", "rotate"),
    ("keys", "new"): (),
    ("keys", "rotate"): (),
    ("translation",): ("new", "check"),
    ("translation", "new"): ("--name",),
    ("translation", "check"): (),
    ("serve",): ("--port", "--host"),
    ("work",): (),
    ("migrate",): ("--grant",),
    ("open",): ("--by",),
    ("backup",): ("--json",),
    ("restore",): ("--check", "--json"),
    ("doctor",): ("--json",),
}
ASK = f"""
import json, sys
from equipoise.cli.main import app
for asked in json.loads(sys.argv[1]):
    app([*asked, "--help"], standalone_mode=False)
print(json.dumps(sorted(set({HEAVY!r}) & set(sys.modules))))
"""


@pytest.mark.parametrize("asked", COMMANDS, ids=lambda asked: "-".join(asked) or "equipoise")
def test_every_command_explains_itself(asked: tuple[str, ...]) -> None:
    told = CliRunner().invoke(app, [*asked, "--help"], env={"COLUMNS": "200"})
    assert told.exit_code == 0
    for word in COMMANDS[asked]:
        assert word in told.stdout


def test_no_command_is_forgotten_here() -> None:
    import typer

    group = typer.main.get_command(app)
    found = {(name,) for name in group.commands}
    found |= {(name, inner) for name, each in group.commands.items() for inner in getattr(each, "commands", ())}
    assert found | {()} == set(COMMANDS)


def imported_by_help(*commands: tuple[str, ...]) -> set[str]:
    """Return the heavy libraries that a new interpreter has after the help of some commands."""
    asked = [sys.executable, "-c", ASK, json.dumps(commands)]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)
    return set(json.loads(told.stdout.splitlines()[-1]))


def test_help_imports_no_heavy_library() -> None:
    assert imported_by_help(()) == set()


def test_a_commands_help_imports_no_heavy_library_of_ours() -> None:
    # Typer reads the options before a command's name by pydantic; nothing of Equipoise does.
    assert imported_by_help(*(name for name in COMMANDS if name)) <= {"pydantic"}


def test_the_version_is_told() -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.stdout.strip()) == (0, f"equipoise {version('equipoise')}")


@pytest.mark.parametrize(
    "asked",
    [
        ["fly"],
        ["simulate"],
        ["verify", "not-there.jsonl"],
        ["analyse", "not-there", "--out", "x"],
        ["--language", "fr", "verify", "."],
        ["simulate", ".", "--truth", "t", "--participants", "1", "--seed", "1", "--out", "x"],
        ["simulate", ".", "--truth", "t", "--participants", "4", "--seed", "-1", "--out", "x"],
        ["simulate", ".", "--truth", "t", "--participants", "4", "--seed", "1", "--out", "x", "--trials", "0"],
        ["verify", __file__, "--history", __file__],
        ["export", ".", "--out", "x", "--format", "doc"],
    ],
    ids=lambda asked: " ".join(asked[:1] + asked[-2:])[-30:],
)
def test_wrong_use_ends_with_2(asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 2
    assert told.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_command_the_help_is_shown() -> None:
    told = CliRunner().invoke(app, [])
    assert "simulate" in told.output
