"""`equipoise account` says what it did in words, or in JSON, and what is refused with exit code 1."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from equipoise.cli.main import app


@pytest.fixture
def run(stage):
    """Return how the command is run."""

    def run(*asked, language="en"):
        told = CliRunner().invoke(app, ["--language", language, "account", *asked], env={"COLUMNS": "200"})
        assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
        return told

    return run


def test_an_account_is_opened_listed_ended_and_closed(run):
    role = ("--study", "nct07328711", "--role", "investigator", "--site", "01")
    added = run("add", "chen", "--email", "chen@example.org", *role, "--language", "zh-hans")
    assert added.exit_code == 0
    assert "http://127.0.0.1:8000/zh-hans/account/password/reset/key/" in added.stdout
    assert "chen is now investigator in nct07328711 (centre 01)" in added.stdout
    assert "nct07328711: investigator (centre 01), since" in run("list").stdout
    assert run("end", "chen", "--study", "nct07328711").exit_code == 0
    assert "was investigator" in run("list").stdout
    assert run("renew", "chen").exit_code == 0
    assert run("close", "chen").exit_code == 0
    assert (
        "（已关闭）" in run("list", language="zh-hans").stdout or "(已关闭)" in run("list", language="zh-hans").stdout
    )


def test_a_program_reads_json(run):
    added = json.loads(run("add", "chen", "--email", "chen@example.org", "--json").stdout)
    assert added["link"].startswith("http://127.0.0.1:8000/en/account/password/reset/key/")
    run("add", "chen", "--study", "nct07328711", "--role", "monitor")
    (account,) = json.loads(run("list", "--json").stdout)["accounts"]
    assert account["account"] == "chen"
    assert account["open"] is True
    assert [(held["role"], held["site"], held["until"]) for held in account["roles"]] == [("monitor", "–", "")]
    refused = run("add", "chen", "--study", "nct07328711", "--role", "sponsor", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["problems"][0]["code"] == "server.accounts.has-a-role"


@pytest.mark.parametrize(
    ("asked", "english", "chinese"),
    [
        (("add", "Chen", "--email", "c@example.org"), "cannot be the name", "不能用作账户名称"),
        (("add", "chen"), "not an address of mail", "不是有效的电子邮箱"),
        (("add", "chen", "--study", "nct07328711"), "A role needs its study", "角色必须指明研究"),
        (("end", "chen", "--study", "nct07328711"), "has no role", "没有角色"),
        (("close", "chen"), "There is no account", "没有账户"),
        (("renew", "chen"), "There is no account", "没有账户"),
    ],
)
def test_what_is_refused_is_said_in_words(run, asked, english, chinese):
    for language, words in (("en", english), ("zh-hans", chinese)):
        told = run(*asked, language=language)
        assert told.exit_code == 1
        assert words in told.stdout
