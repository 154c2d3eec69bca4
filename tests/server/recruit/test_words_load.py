"""`equipoise words load` and `equipoise open`, on a real database: drafts arrive once, approved by nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from equipoise.cli.main import app
from equipoise.server.recruit.models import WordsDecision, WordsVersion
from equipoise.server.recruit.wording import overview_of

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "studies" / "nct07328711"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def test_the_drafts_of_a_folder_are_loaded_once(stage: Any) -> None:
    done = run("words", "load", FOLDER, "--by", "somebody", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["loaded"] == [
        {"language": "en", "version": 1},
        {"language": "zh-hans", "version": 1},
    ]
    assert "Nothing new" in run("words", "load", FOLDER).output
    assert set(WordsVersion.objects.values_list("author", "model", "drafted_on", "saved_by")) == {
        ("ai", "Claude (Anthropic)", "2026-11-30", "somebody")
    }
    assert not WordsDecision.objects.exists()
    for language, part in (("en", "much like the toss of a coin"), ("zh-hans", "就像抛硬币一样")):
        overview = overview_of(stage.study.id, stage.study, language)
        assert overview is not None
        assert part in overview.plain_text
        assert overview.checked_by == ""


def test_opening_a_study_loads_what_there_is(database: str) -> None:
    done = run("open", ROOT / "examples" / "blinded", "--by", "somebody")
    assert done.exit_code == 0, done.output
    found = dict(WordsVersion.objects.values_list("language", "author"))
    assert found == {"en": "automatic", "zh-hans": "automatic"}


def test_words_of_a_study_that_is_not_open(database: str) -> None:
    done = run("words", "load", FOLDER)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert not WordsVersion.objects.exists()
