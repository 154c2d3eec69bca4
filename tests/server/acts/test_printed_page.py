"""The how-to page on printed pages, done as it says: what it names is where it says, and its commands answer so."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult
from typer.testing import CliRunner

from equipoise.core.words import words
from equipoise.server.records.actions import prepare_results
from equipoise.server.records.models import Event, Prepared, Study

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "check-a-printed-page.md").read_text(encoding="utf-8")


def taken(client: Any, stage: Any, kind: str) -> bytes:
    """Take the only file of a kind, as its page offers it."""
    client.post(f"/en/studies/{stage.study.id}/results/{kind}/")
    for waiting in DBTaskResult.objects.filter(task_path__endswith="prepare"):
        prepare_results.prepare.func(*waiting.args_kwargs["args"])
    row = Prepared.objects.get(kind=kind)
    (file,) = json.loads(row.files)
    answer = client.get(f"/en/studies/{stage.study.id}/results/{kind}/{row.head}/{file['name']}")
    return b"".join(answer.streaming_content)


def run(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command of the page in a folder."""
    from equipoise.cli.main import app

    monkeypatch.chdir(folder)
    return CliRunner().invoke(app, line.split()[1:])


def test_the_commands_of_the_page_do_what_it_says(stage, visitor, tmp_path, monkeypatch):
    stage.allocated()
    event = Event.objects.get(type="allocated")  # what was printed
    stage.decided()
    client = visitor(stage.account("monitor"))
    (tmp_path / "history.jsonl").write_bytes(taken(client, stage, "history"))
    zipfile.ZipFile(io.BytesIO(taken(client, stage, "dataset"))).extractall(tmp_path)
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.strip().splitlines():
        done = run(line.replace("HEAD", event.hash), tmp_path, monkeypatch)
        assert done.exit_code == 0, done.output
        if "--head" in line:
            assert f"event {event.seq}" in re.sub(r"\s+", " ", done.output)
    # Cut off before the event that was printed, the history is found out.
    kept = (tmp_path / "history.jsonl").read_bytes().splitlines(keepends=True)[: event.seq - 1]
    (tmp_path / "history.jsonl").write_bytes(b"".join(kept))
    assert run(block.splitlines()[0].replace("HEAD", event.hash), tmp_path, monkeypatch).exit_code == 1


def test_the_hashes_stand_where_the_page_says(stage, visitor, tmp_path):
    number = stage.allocated()
    client = visitor(stage.account("monitor"))
    head = Study.objects.get().head
    pages = f"/en/studies/{stage.study.id}/"
    foot = client.get(f"{pages}participants/").content.decode()
    assert re.search(rf"Records up to.*{head[:12]}", foot, re.DOTALL)
    allocation = client.get(f"{pages}participants/{number}/allocation/").content.decode()
    assert "How to check this page" in allocation
    for kind, file in (("dataset", "dataset/manifest.json"), ("tables", "tables/source.csv")):
        pack = zipfile.ZipFile(io.BytesIO(taken(client, stage, kind)))
        assert head in pack.read(file).decode()
        assert head in pack.read("HEAD.txt").decode()


def test_the_page_quotes_the_words_that_are_shown():
    acts, report = words("server.web.acts", "en"), words("report", "en")
    assert f"*{acts['genuine']['title']}*" in PAGE.replace("genuine?* ", "genuine?* ")
    assert f"*{acts['verify']['button']}*" in PAGE
    assert f"*{acts['allocation']['check']}*" in PAGE
    assert f"*{report['check']['title']}*" in PAGE
    for said in (acts["genuine"]["here"], acts["genuine"]["verified"]):
        assert said.split("{")[0].strip() in PAGE
    for title in ("results", "verify"):
        assert f"*{acts[title]['title']}*" in PAGE
