"""An explanation shows the values used, where they come from, and what would help."""

from __future__ import annotations

import json

from reference_rules import CODEBOOK, ELIGIBLE, RULES, criteria

from equipoise.core.dates import PartialDate
from equipoise.core.quantity import Comparator, Quantity
from equipoise.core.words import LANGUAGES, words
from equipoise.criteria.engines.in_memory import evaluate, value_of
from equipoise.criteria.explain import explain
from equipoise.criteria.facts import Facts, Kind, Observation, Provenance, parse_cell
from equipoise.criteria.language import parse_rule
from equipoise.criteria.remedies import _BY_PROVENANCE
from equipoise.criteria.truth import Standard, Truth
from equipoise.criteria.verdict import Status, Verdict, assess
from equipoise.criteria.wording import in_words


def facts(**cells: str) -> Facts:
    made = {}
    for name, text in {**ELIGIBLE, **cells}.items():
        read = parse_cell(CODEBOOK[name], text, source="people.csv, line 7", on=PartialDate(2026, 3, 2))
        assert isinstance(read, Observation)
        made[name] = (read,)
    return made


def test_the_tree_carries_values_with_date_source_and_provenance() -> None:
    rule = parse_rule(RULES["I4"], CODEBOOK)
    made = explain(rule, facts(hbv_dna="<20")).as_json()
    assert json.loads(json.dumps(made)) == made
    assert made["truth"] == "unknown"
    atoms = made["parts"]["parts"]
    assert [(atom["node"], atom["truth"]) for atom in atoms] == [("Among", "true"), ("Compare", "unknown")]
    value = atoms[1]["values"][0]
    assert value.pop("words") == "hbv_dna: <20 IU/mL (2026-03-02, people.csv, line 7)"
    assert value == {"variable": "hbv_dna", "value": "<20", "provenance": "documented", "settles": True,
                     "on": "2026-03-02", "source": "people.csv, line 7"}  # fmt: skip
    assert [remedy["code"] for remedy in made["remedies"]] == ["lower-limit"]


def test_conflicting_documents_are_both_shown() -> None:
    rule = parse_rule('hbeag == "negative"', CODEBOOK)
    day = PartialDate(2026, 1, 5)
    pair = tuple(Observation(code, on=day, source=f"report {code}") for code in ("negative", "positive"))
    found = explain(rule, {"hbeag": pair})
    assert found.truth is Truth.UNKNOWN
    assert (
        found.lines()[0]
        == "hbeag: negative against positive (conflicting documents, 2026-01-05, report negative; report positive)"
    )
    assert [remedy.code for remedy in found.remedies()] == ["conflicting"]
    assert evaluate(parse_rule("known(hbeag)", CODEBOOK), {"hbeag": pair}) is Truth.TRUE


def test_a_contradiction_is_shown_with_the_criterion_and_the_record_wins() -> None:
    found = assess(criteria(), facts(immunosuppressant_now="yes"))
    assert found.verdict is Verdict.NOT_ELIGIBLE
    assert found.criteria["E5"].status is Status.FAIL
    assert found.criteria["E5"].contradiction
    assert not assess(criteria(), facts()).criteria["E5"].contradiction


def test_a_patients_word_may_fit_but_never_allocates() -> None:
    said = {name: (Observation(series[0].value, Provenance.PATIENT_STATED),) if series[0].value is not None else series
            for name, series in facts().items()}  # fmt: skip
    assert assess(criteria(), said).verdict is Verdict.CANNOT_TELL_YET
    assert assess(criteria(), said, standard=Standard.STATED).verdict is Verdict.NEEDS_JUDGEMENT


def test_results_in_another_unit_are_converted_and_a_foreign_unit_bounds_nothing() -> None:
    rule = parse_rule("hbv_dna < 10", CODEBOOK)
    for unit, truth in (("kIU/mL", Truth.TRUE), ("IU/mL", Truth.TRUE), ("kg", Truth.UNKNOWN)):
        value = parse_cell(CODEBOOK["hbv_dna"], "0.009")
        assert isinstance(value, Observation)
        assert isinstance(value.value, Quantity)
        assert value.value.value is not None
        result = Quantity(Comparator.EQUAL, value.value.value, unit)
        assert evaluate(rule, {"hbv_dna": (Observation(result),)}) is truth


def test_values_of_rules_that_are_not_yes_or_no() -> None:
    bmi = value_of(parse_rule("bmi", CODEBOOK, needs=Kind.NUMBER), facts())
    assert (bmi.low, bmi.high) == (28, 28)  # type: ignore[union-attr]
    assert value_of(parse_rule("hbeag", CODEBOOK), facts()) == "negative"
    day = value_of(parse_rule("consent_date + 6 * months", CODEBOOK), facts())
    assert day.low == PartialDate(2026, 9, 2).earliest.toordinal()  # type: ignore[union-attr]


def test_every_remedy_and_provenance_has_words() -> None:
    for language in LANGUAGES:
        kept = words("criteria", language)
        assert set(_BY_PROVENANCE.values()) <= set(kept["remedies"])
        assert {one.value for one in Provenance} - {"documented"} == set(kept["phrases"]["provenance"])


def test_the_reference_criteria_are_said_in_both_languages() -> None:
    for criterion in criteria():
        for language in LANGUAGES:
            sentence = in_words(criterion.rule, language)
            assert sentence.endswith("." if language == "en" else "。")
            assert "{" not in sentence
