"""`equipoise screen` against verdicts worked out day by day, from the rules as the reference study words them.

The expectations come from the published criteria and their assumptions, not from the study folder's rules: the
criteria are written here a second time, over every day that a partial date can mean.
"""

from __future__ import annotations

import csv
import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli.main import app

STUDY = Path(__file__).parents[2] / "studies" / "nct07328711"
WELL = {
    "birth_date": "1986-03-12",
    "consent_date": "2026-03-10",
    "first_documented_positive": "2009",
    "clearance_regimen": "peginterferon",
    "hbsag": "<0.05",
    "hbeag": "negative",
    "hbv_dna": "<10",
    "willing_and_compliant": "yes",
    "decompensated_cirrhosis": "no",
    "anti_hav_igm": "negative",
    "anti_hcv": "negative",
    "anti_hdv": "negative",
    "anti_hev_igm": "negative",
    "anti_hiv": "negative",
    "severe_illness": "no",
    "malignancy": "no",
    "immunosuppressant_now": "no",
    "last_immunosuppressant": "",
    "ever_immunosuppressant": "no",
    "other_liver_disease": "no",
    "weight": "68",
    "height": "172",
    "otherwise_unsuitable": "no",
}
SILENT = ("", "unknown", "declined")
Statuses = list[dict[str, str]]


@pytest.fixture(params=[(), ("--cohort",)], ids=["reasons", "cohort"])
def engine(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Both engines must give the same."""
    return tuple(request.param)


def _screened(folder: Path, engine: tuple[str, ...], people: Iterable[Mapping[str, str]]) -> Statuses:
    """Return each person's statuses, with the verdict under "verdict"."""
    table = folder / "people.csv"
    with table.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.DictWriter(stream, ["person", *WELL])
        rows.writeheader()
        for number, person in enumerate(people):
            rows.writerow({"person": str(number), **WELL, **person})
    result = CliRunner().invoke(app, ["screen", str(STUDY), str(table), "--json", *engine])
    assert result.exit_code == 0, result.output
    return [
        {"verdict": one["verdict"], **{name: found["status"] for name, found in one["criteria"].items()}}
        for one in json.loads(result.stdout)
    ]


def _days(text: str) -> tuple[date, date] | None:
    """Return the first and the last day that a written date can mean."""
    if text in SILENT:
        return None
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else None
    if len(parts) == 3:
        return date(*parts), date(*parts)
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _six_months_on(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + 6, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _positivity(first: str, consent: str) -> str:
    was, now = _days(first), _days(consent)
    if was is None or now is None:
        return "unknown"
    if now[0] > _six_months_on(was[1]):
        return "pass"
    return "unknown" if now[1] > _six_months_on(was[0]) else "fail"


def _immunosuppressed(now: str, last: str, ever: str, consent: str) -> str:
    """Put criterion E5 together from what each of the records says by itself."""
    at_present = {"yes": "fail", "no": "pass"}.get(now, "pass" if ever == "no" else "unknown")
    stopped, asked = _days(last), _days(consent)
    if stopped is None:
        lately = "pass" if ever == "no" else "unknown"
    elif asked is None or (asked[0] <= _six_months_on(stopped[1]) and asked[1] > _six_months_on(stopped[0])):
        lately = "unknown"
    else:
        lately = "fail" if asked[1] <= _six_months_on(stopped[0]) else "pass"
    both = {at_present, lately}
    return next(status for status in ("fail", "unknown", "pass") if status in both)


def test_every_combination_of_the_immunosuppressant_records(tmp_path: Path, engine: tuple[str, ...]) -> None:
    answers = ("yes", "no", *SILENT)
    lasts = (*SILENT, "2025-09-09", "2025-09-10", "2025-09", "2025-08", "2025", "2026-03-10", "2027-01-01")
    records = list(product(answers, lasts, answers, ("2026-03-10", "2026-03", *SILENT)))
    names = ("immunosuppressant_now", "last_immunosuppressant", "ever_immunosuppressant", "consent_date")
    found = _screened(tmp_path, engine, [dict(zip(names, record, strict=True)) for record in records])
    wrong = [
        (record, one["E5"])
        for record, one in zip(records, found, strict=True)
        if one["E5"] != _immunosuppressed(*record)
    ]
    assert not wrong


def test_six_calendar_months_at_the_ends_of_months(tmp_path: Path, engine: tuple[str, ...]) -> None:
    firsts = ("2025-08-31", "2025-08-28", "2023-08-31", "2023-08-29", "2025-08", "2023-08", "2025", "2024-02-29")
    consents = ("2026-02-27", "2026-02-28", "2026-03-01", "2024-02-28", "2024-02-29", "2024-03-01", "2024-08-29")
    records = list(product(firsts, (*consents, "2024-08-30", "2026-02", "2026", "2024", *SILENT)))
    people = [{"first_documented_positive": first, "consent_date": consent} for first, consent in records]
    found = _screened(tmp_path, engine, people)
    wrong = [
        (record, one["I2"]) for record, one in zip(records, found, strict=True) if one["I2"] != _positivity(*record)
    ]
    assert not wrong


# What each written form shows of "below 10 IU/mL".
WRITTEN = {
    "9.999": "pass", "10": "fail", "10.0": "fail", "<10": "pass", "＜10": "pass", "< 5": "pass", "<20": "unknown",
    "<10.000001": "unknown", "<=10": "unknown", "≤10": "unknown", "≤9.99": "pass", ">10": "fail", ">=10": "fail",
    "≥10": "fail", ">5": "unknown", ">1000": "fail", "1.2E+03": "fail", "9E0": "pass", "5×10^2": "fail",
    "9.9×10^0": "pass", "not detected": "pass", "未检出": "pass", "unknown": "unknown", "declined": "unknown",
    "": "unknown",
}  # fmt: skip


def test_laboratory_values_as_laboratories_write_them(tmp_path: Path, engine: tuple[str, ...]) -> None:
    found = _screened(tmp_path, engine, [{"hbv_dna": text} for text in WRITTEN])
    assert dict(zip(WRITTEN, (one["I4"] for one in found), strict=True)) == WRITTEN


def test_the_body_mass_index_is_exact(tmp_path: Path, engine: tuple[str, ...]) -> None:
    bodies = {
        ("80.92", "170"): "pass", ("80.9200001", "170"): "fail", ("80.9199999", "170.00"): "pass",
        ("76.6927", "165.5"): "pass", ("76.69271", "165.5"): "fail", ("71.68", "160"): "pass",
        ("8.092E+01", "1.7E2"): "pass", ("68", ""): "unknown", ("declined", "170"): "unknown",
    }  # fmt: skip
    found = _screened(tmp_path, engine, [{"weight": weight, "height": height} for weight, height in bodies])
    assert dict(zip(bodies, (one["E7"] for one in found), strict=True)) == bodies


def test_a_fail_outweighs_unknown_and_unknown_outweighs_judgement(tmp_path: Path, engine: tuple[str, ...]) -> None:
    people = [
        {"otherwise_unsuitable": "unknown", "malignancy": "", "weight": "120"},
        {"otherwise_unsuitable": "unknown", "malignancy": "declined"},
        {"otherwise_unsuitable": "unknown"},
        {},
    ]
    found = _screened(tmp_path, engine, people)
    verdicts = ["not eligible", "cannot tell yet", "needs judgement", "eligible"]
    assert [one["verdict"] for one in found] == verdicts
    assert [one["E8"] for one in found] == ["judgement", "judgement", "judgement", "pass"]
