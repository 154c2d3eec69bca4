"""Structured logs: JSON each, and nothing in them that a person typed."""

from __future__ import annotations

import io
import json
import logging
import re
import sys

import pytest
from django.db import IntegrityError, connection, transaction

from equipoise.server.logs import Plain, logging_of

KNOWN = "Zaphod-Beeblebrox-1972"


@pytest.fixture
def lines():
    """A handler as the server has it, and what it wrote."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Plain())
    yield handler, out
    handler.close()


@pytest.mark.enable_socket
def test_a_form_a_search_and_an_address_leave_nothing_in_the_logs(stage, running):
    stage.account("investigator", name="visible")
    site = running("--port", "0", EQUIPOISE_PROCESSES="1", EQUIPOISE_LOG_LEVEL="DEBUG")
    page = site.get("/en/account/login/")
    assert page.status == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    cookie = page.headers["set-cookie"].split(";")[0]
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    body = f"csrfmiddlewaretoken={token[1]}&login={KNOWN}&password={KNOWN}&remember=on"
    assert site.get("/en/account/login/", "POST", body, **form).status == 200
    assert site.get("/en/account/login/", "POST", f"login={KNOWN}&password={KNOWN}", **form).status == 403
    assert site.get(f"/en/?q={KNOWN}", Cookie=f"name={KNOWN}").status == 200
    assert site.get(f"/en/{KNOWN}/").status == 404
    assert site.get(f"/en/account/password/reset/key/{KNOWN}/").status in (200, 302, 404)
    assert site.get("/en/", Host=f"{KNOWN}.example.org").status == 400
    assert site.get("/en/", "GET", None, **{"User-Agent": KNOWN, "Referer": f"http://x/{KNOWN}"}).status == 200
    assert site.end() == 0
    assert KNOWN.lower() not in site.log.read_text().lower()
    logged = site.lines()
    assert len(logged) >= 7
    assert {"level", "logger", "message", "at"} <= set.intersection(*(set(line) for line in logged))
    assert {line.get("status") for line in logged if line["logger"].startswith("equipoise.request")} >= {
        200,
        403,
        404,
        400,
    }


def test_what_a_database_says_of_a_row_it_refused_is_not_logged(stage, lines):
    handler, out = lines
    logger = logging.getLogger("django.request")
    stage.account("investigator", name=KNOWN)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        stage.account("investigator", name=KNOWN)
    record = logger.makeRecord(
        "django.request", logging.ERROR, __file__, 1, "%s: %s", ("Internal Server Error", f"/en/{KNOWN}/"),
        (refused.type, refused.value, refused.tb), extra={"status_code": 500, "request": KNOWN},
    )  # fmt: skip
    handler.emit(record)
    line = json.loads(out.getvalue())
    assert KNOWN not in out.getvalue()
    assert line["status_code"] == 500
    assert "request" not in line
    assert any("IntegrityError" in each for each in line["exc_info"])
    assert any(__file__ in each for each in line["exc_info"])
    if connection.vendor == "postgresql":
        assert KNOWN in str(refused.value)  # so that there was something to hold back


def test_statements_and_their_values_are_not_logged(lines):
    handler, out = lines
    logger = logging.getLogger("django.db.backends")
    handler.emit(logger.makeRecord(logger.name, 10, "f", 1, "(%.3f) %s; args=%s", (0.1, "SELECT", (KNOWN,)), None))
    handler.emit(logger.makeRecord(logger.name, 10, "f", 1, f"SELECT '{KNOWN}'", (), None))
    assert KNOWN not in out.getvalue()
    assert len(out.getvalue().splitlines()) == 2


def test_our_own_lines_are_kept_whole_but_for_what_an_exception_says(lines):
    handler, out = lines
    logger = logging.getLogger("equipoise.test")
    try:
        int(KNOWN)
    except ValueError:
        record = logger.makeRecord(
            logger.name,
            20,
            "f",
            1,
            "a letter of %s",
            ("this study",),
            sys.exc_info(),
            extra={"study": "x", "events": 3},
        )
    handler.emit(record)
    line = json.loads(out.getvalue())
    assert KNOWN not in out.getvalue()
    assert (line["message"], line["study"], line["events"]) == ("a letter of this study", "x", 3)
    assert line["exc_info"][0] == "builtins.ValueError"


def test_the_level_is_the_setting_s():
    assert logging_of("DEBUG")["loggers"]["equipoise"]["level"] == "DEBUG"
    assert logging_of("ERROR")["loggers"]["equipoise"]["level"] == "ERROR"
