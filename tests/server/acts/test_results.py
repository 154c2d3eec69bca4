"""The results: who may take what, prepared by the worker, whole or not at all, and bound to a head hash."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from equipoise.conduct.permissions import ORIGIN_OF, Role
from equipoise.conduct.verify import verify_events
from equipoise.core.problem import Problem, ProblemsError
from equipoise.dataset import store
from equipoise.exchange.history import read_history
from equipoise.server.records import results as making
from equipoise.server.records.actions import prepare_results
from equipoise.server.records.history import history
from equipoise.server.records.models import Access, Prepared, Study

LANGUAGES = ("en", "zh-hans")


def page_of(stage: Any, language: str = "en", part: str = "") -> str:
    return f"/{language}/studies/{stage.study.id}/results/{part}"


def work() -> None:
    """Do what is waiting, as the worker does it."""
    for waiting in DBTaskResult.objects.filter(task_path__endswith="prepare").order_by("enqueued_at"):
        prepare_results.prepare.func(*waiting.args_kwargs["args"])
        waiting.delete()


def take(client: Any, stage: Any, kind: str, language: str = "en") -> dict[str, bytes]:
    """Ask for something, let the worker work, and return its files."""
    assert client.post(page_of(stage, language, f"{kind}/")).status_code == 302
    work()
    row = Prepared.objects.filter(kind=kind).latest("id")
    assert row.state == "ready", row.problems
    files = {}
    for file in json.loads(row.files):
        address = page_of(stage, language, f"{kind}/{row.head}/{file['name']}")
        assert address in client.get(page_of(stage, language)).content.decode()
        answer = client.get(address)
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
        assert int(answer["Content-Length"]) == len(content) == file["bytes"]
        assert answer["Cache-Control"] == "no-store"
        files[file["name"]] = content
    return files


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert pack.testzip() is None
        pack.extractall(folder)
    return folder


@pytest.fixture
def trial(stage) -> Any:
    for state in ("completed", "allocated", "not_eligible"):
        stage.in_state(state)
    return stage


def test_the_dataset_is_taken_whole_and_verifies_against_the_history(trial, visitor, tmp_path):
    client = visitor(trial.account("data_manager"))
    ((name, content),) = take(client, trial, "dataset").items()
    head = Study.objects.get().head
    assert name == f"{trial.study.id}-{head[:12]}-dataset.zip"
    folder = unpacked(content, tmp_path / "taken")
    dataset = store.verify_dataset(folder / "dataset", history(trial.study.id))
    assert dataset.header.history_head == head
    said = (folder / "HEAD.txt").read_text()
    assert said.count(head) == 4
    for words in (
        trial.study.version,
        f"event {Study.objects.get().seq},",
        "equipoise verify",
        "末端哈希值",
        "2026-09-01",
    ):
        assert words in said
    # The same history gives the same bytes.
    Prepared.objects.all().delete()
    assert take(client, trial, "dataset")[name] == content


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_are_taken_with_their_dictionary_and_their_source(trial, visitor, tmp_path, language):
    client = visitor(trial.account("monitor"))
    ((_, content),) = take(client, trial, "tables", language).items()
    folder = unpacked(content, tmp_path / "taken")
    head = Study.objects.get().head
    assert head in (folder / "tables" / "source.csv").read_text()
    assert head in (folder / "HEAD.txt").read_text()
    assert len((folder / "tables" / "participants.csv").read_text().splitlines()) > 3
    dictionary = (folder / "tables" / "dictionary.csv").read_text()
    assert {"en": "Participant", "zh-hans": "受试者"}[language].lower() in dictionary.lower()


def test_the_history_is_taken_and_holds(trial, visitor, tmp_path):
    ((name, content),) = take(visitor(trial.account("statistician_blinded")), trial, "history").items()
    (tmp_path / name).write_bytes(content)
    found = verify_events(read_history(tmp_path / name), head=Study.objects.get().head)
    assert found.problems == ()
    assert found.head_seq == found.events == Study.objects.get().seq


def test_the_report_is_for_the_unblinded_statistician_alone_and_carries_the_head(trial, visitor):
    for _ in range(6):
        trial.in_state("completed", "hbig")
        trial.in_state("completed", "control")
    files = take(visitor(trial.account("statistician_unblinded")), trial, "report")
    head = Study.objects.get().head
    stem = f"{trial.study.id}-{head[:12]}-"
    assert {name.removeprefix(stem) for name in files} == {
        "report.html", "report.en.pdf", "report.zh-hans.pdf", "results.json",
    }  # fmt: skip
    assert files[f"{stem}report.html"].decode().count(head) >= 4
    assert files[f"{stem}report.en.pdf"].startswith(b"%PDF-")
    for role in ("monitor", "data_manager", "statistician_blinded", "sponsor"):
        client = visitor(trial.account(role))
        assert client.post(page_of(trial, part="report/")).status_code == 403
        for name in files:
            answer = client.get(page_of(trial, part=f"report/{head}/{name}"))
            assert answer.status_code == 403
            assert b"unblinded statistician" in answer.content


def test_every_export_is_in_the_access_log_with_its_head(trial, visitor):
    account = trial.account("data_manager")
    take(visitor(account), trial, "dataset")
    (line,) = Access.objects.filter(act="exported")
    assert (line.by, line.role) == (account.username, "data_manager")
    assert line.what == f"dataset -{Study.objects.get().head[:12]}-dataset.zip {Study.objects.get().head}"


def test_each_role_is_told_what_it_may_take_and_who_may_take_the_rest(trial, visitor):
    may = {}
    for role in (role for role in Role if role not in ORIGIN_OF):
        Prepared.objects.all().delete()
        client = visitor(trial.account(role.value))
        page = client.get(page_of(trial))
        assert page.status_code == 200
        may[role.value] = "".join(
            kind[0] for kind in making.KINDS if client.post(page_of(trial, part=f"{kind}/")).status_code == 302
        )
        # Whoever is refused a thing finds no button for it either.
        assert page.content.decode().count('<button class="act"') == len(may[role.value])
        assert page.content.decode().count('class="lacks"') == 4 - len(may[role.value])
        assert client.post(page_of(trial, part="everything/")).status_code == 404
    assert may == {
        "coordinator": "",
        "investigator": "",
        "pharmacist": "",
        "monitor": "dth",
        "data_manager": "dth",
        "statistician_blinded": "dth",
        "statistician_unblinded": "dthr",
        "sponsor": "",
        "administrator": "",
    }


def test_a_sealed_dataset_holds_no_arm(blinded, visitor, tmp_path):
    for _ in range(3):
        blinded.allocated()
    ((_, content),) = take(visitor(blinded.account("data_manager")), blinded, "dataset").items()
    dataset = store.read(unpacked(content, tmp_path / "taken") / "dataset")
    assert dataset.header.sealed
    assert set(dataset.tables["allocation"]["arm"]) == {"sealed"}


def test_a_report_that_cannot_be_made_says_why(blinded, visitor):
    blinded.allocated()
    client = visitor(blinded.account("statistician_unblinded"))
    client.post(page_of(blinded, part="report/"))
    work()
    text = client.get(page_of(blinded)).content.decode()
    assert "It could not be prepared" in text
    assert "The arms of demo-migraine are sealed" in text
    assert "Try it again" in text


def test_while_it_is_prepared_the_page_says_so_and_asks_again_by_itself(trial, visitor, unsafe_page):
    client = visitor(trial.account("monitor"))
    client.post(page_of(trial, part="dataset/"))
    client.post(page_of(trial, part="dataset/"))  # twice, and one task
    assert DBTaskResult.objects.filter(task_path__endswith="prepare").count() == 1
    for language in LANGUAGES:
        text = client.get(page_of(trial, language)).content.decode()
        assert unsafe_page(text) == []
        assert f'hx-get="{page_of(trial, language, "dataset/")}" hx-trigger="every 2s"' in text
    part = client.get(page_of(trial, part="dataset/"), headers={"HX-Request": "true"})
    assert b"Being prepared since" in part.content
    assert b"<html" not in part.content
    work()
    part = client.get(page_of(trial, part="dataset/"), headers={"HX-Request": "true"})
    assert b"dataset.zip" in part.content
    assert b"hx-trigger" not in part.content
    assert unsafe_page(part.content.decode()) == []


def test_what_a_killed_worker_left_can_be_asked_for_again(trial, visitor, clock):
    from datetime import UTC, datetime

    now = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
    client = visitor(trial.account("monitor"))
    client.post(page_of(trial, part="dataset/"))
    DBTaskResult.objects.all().delete()
    clock(now + timedelta(minutes=11))
    assert "and is not done" in client.get(page_of(trial)).content.decode()
    assert take(client, trial, "dataset")


def test_what_is_older_stays_until_something_newer_is_ready_and_then_goes(trial, visitor):
    client = visitor(trial.account("monitor"))
    take(client, trial, "dataset")
    (old,) = Prepared.objects.all()
    folder = prepare_results.folder_of(old)
    assert folder.stat().st_mode & 0o077 == 0
    trial.decided()
    text = client.get(page_of(trial)).content.decode()
    assert "events have come since" in text
    assert "Prepare it anew" in text
    client.post(page_of(trial, part="dataset/"))
    assert folder.is_dir()
    work()
    assert not folder.exists()
    (new,) = Prepared.objects.all()
    assert new.seq > old.seq
    assert [path.name for path in folder.parent.iterdir()] == [prepare_results.folder_of(new).name]


def test_what_was_never_done_does_not_hide_what_is_ready(trial, visitor):
    client = visitor(trial.account("monitor"))
    client.post(page_of(trial, part="dataset/"))
    DBTaskResult.objects.all().delete()  # nobody will ever do it
    forgotten = Prepared.objects.get()
    trial.decided()
    (name,) = take(client, trial, "dataset")
    assert name in client.get(page_of(trial)).content.decode()
    assert not Prepared.objects.filter(pk=forgotten.pk).exists()
    prepare_results.prepare.func(forgotten.pk)  # a worker that comes late finds nothing to do
    assert Prepared.objects.count() == 1


def test_a_file_that_is_gone_is_not_offered(trial, visitor):
    client = visitor(trial.account("monitor"))
    (name,) = take(client, trial, "dataset")
    (row,) = Prepared.objects.all()
    (prepare_results.folder_of(row) / name).write_bytes(b"cut off")
    assert name not in client.get(page_of(trial)).content.decode()
    assert client.get(page_of(trial, part=f"dataset/{row.head}/{name}")).status_code == 404
    assert take(client, trial, "dataset")


@pytest.mark.parametrize("file", ["../../key", "..%2F..%2Fkey", "HEAD.txt", "", "dataset.zip"])
def test_no_other_file_can_be_taken(trial, visitor, file):
    client = visitor(trial.account("monitor"))
    take(client, trial, "dataset")
    (row,) = Prepared.objects.all()
    assert client.get(page_of(trial, part=f"dataset/{row.head}/{file}")).status_code == 404
    (name,) = (each["name"] for each in json.loads(row.files))
    assert client.get(page_of(trial, part=f"history/{row.head}/{name}")).status_code == 404
    assert client.get(page_of(trial, part=f"dataset/{'0' * 64}/{name}")).status_code == 404


def test_counts_that_do_not_match_and_a_full_disk_are_told_and_nothing_is_offered(trial, visitor, monkeypatch):
    client = visitor(trial.account("monitor"))
    monkeypatch.setattr(making, "_counted", lambda _: {"rows": -1})
    client.post(page_of(trial, part="tables/"))
    work()
    assert "is not what it was written from" in client.get(page_of(trial)).content.decode()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write", full)
    client.post(page_of(trial, part="dataset/"))
    work()
    text = client.get(page_of(trial)).content.decode()
    assert "No space left on device" in text
    assert not list(prepare_results.folder_of(Prepared.objects.get(kind="dataset")).parent.glob("*.partial"))
    assert "download" not in text


def test_terms_of_a_kept_problem_are_said_in_either_language():
    from equipoise.conduct.terms import Term
    from equipoise.core.words import say
    from equipoise.server.records.kept_problems import kept, problems_of

    problem = Problem(
        "conduct.wrong-role",
        {"seq": 3, "stream": "01-0001", "role": Term("roles", "sponsor"), "type": Term("events", "allocated")},
    )
    (again,) = problems_of(kept([problem]))
    for language in LANGUAGES:
        assert say(again, language) == say(problem, language)
    assert problems_of("") == ()
    with pytest.raises(ProblemsError):
        raise ProblemsError([again])
