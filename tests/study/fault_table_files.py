"""Faults of files, YAML, keys and kinds: every way in which a folder cannot be read as it stands."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from small_study import Fault

from equipoise.study.yaml_tree import MAX_BYTES, MAX_DEPTH

Spoil = Callable[[Path], None]
STUDY, VARIABLES, ELIGIBILITY = "study.yaml", "variables.yaml", "eligibility.yaml"
SCHEDULE, ENDPOINTS, EXAMPLES = "schedule.yaml", "endpoints.yaml", "examples.yaml"
ENGLISH, CHINESE = "words/en.yaml", "words/zh-hans.yaml"


def _delete(name: str) -> Spoil:
    def do(folder: Path) -> None:
        (folder / name).unlink()

    return do


def _link(name: str) -> Spoil:
    def do(folder: Path) -> None:
        target = folder.parent / "elsewhere.yaml"
        (folder / name).rename(target)
        (folder / name).symlink_to(target)

    return do


def _pipe(folder: Path) -> None:
    (folder / "scenarios.yaml").unlink(missing_ok=True)
    os.mkfifo(folder / "scenarios.yaml")


def _bytes(name: str, data: bytes) -> Spoil:
    def do(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes() + data)

    return do


def _empty(name: str) -> Spoil:
    def do(folder: Path) -> None:
        (folder / name).write_text("# nothing but a comment\n")

    return do


FILES = (
    Fault("file-missing", SCHEDULE, "", do=_delete(SCHEDULE), says="schedule.yaml is missing"),
    Fault("file-link", ELIGIBILITY, "", do=_link(ELIGIBILITY), says="a link to somewhere else"),
    Fault("file-unreadable", "scenarios.yaml", "", do=_pipe, says="cannot be read as a file"),
    Fault("file-too-large", EXAMPLES, "", do=_bytes(EXAMPLES, b"#" * MAX_BYTES), says="larger than 2 MB"),
    Fault("not-utf8", EXAMPLES, "", do=_bytes(EXAMPLES, b"# \xff"), says="not UTF-8"),
    Fault("unknown-file", "protocol.pdf", "", (("protocol.pdf", "", "%PDF"),), "is not read"),
    Fault("unknown-file-close", "eligiblity.yaml", "", (("eligiblity.yaml", "", "[]"),), "Did you mean eligibility.yaml"),
    Fault("empty-file", EXAMPLES, "", do=_empty(EXAMPLES), says="is empty"),
)  # fmt: skip

YAML = (
    Fault("yaml-colon", STUDY, "title: Vitamin D: drops", ((STUDY, "title: Vitamin D drops in winter", "title: Vitamin D: drops"),), "a colon here"),
    Fault("yaml-quote", EXAMPLES, "- {id: open", ((EXAMPLES, "", "- {id: open, why: 'never closed\n"),), "never closed"),
    Fault("yaml-character", VARIABLES, "label: @ sex", ((VARIABLES, "label: Sex", "label: @ sex"),), "cannot begin with this character"),
    Fault("yaml-character", SCHEDULE, "\tdoses", ((SCHEDULE, "doses:\n", "\tdoses:\n"),), "never with tabs", name="tab"),
    Fault("yaml-escape", ENDPOINTS, "a\\qb", ((ENDPOINTS, "label: Death", 'label: "a\\qb"'),), "backslash"),
    Fault("yaml-indent", ENGLISH, "medication_categories:", ((ENGLISH, "medication_categories:", "information2: {a: b\nmedication_categories:"),), "does not fit", name="bracket"),
    Fault("yaml-syntax", EXAMPLES, "%YAML 3.0", ((EXAMPLES, "# People", "%YAML 3.0\n---\n# People"),), "cannot be read as YAML"),
    Fault("yaml-alias", SCHEDULE, "label: &a Week 4", ((SCHEDULE, "label: Week 4", "label: &a Week 4"),), "`&a` refers", name="anchor"),
    Fault("yaml-alias", SCHEDULE, "label: *a", ((SCHEDULE, "label: Week 4", "label: &a Week 4"), (SCHEDULE, "label: Week 8", "label: *a")), "`*a` refers", name="alias"),
    Fault("yaml-alias", STUDY, "<<: {email", ((STUDY, "email: study@example.org", "<<: {email: study@example.org}"),), "`<<` refers", frozenset({"unknown-key"}), name="merge"),
    Fault("yaml-tag", STUDY, "!!python/object", ((STUDY, "condition: Low", "condition: !!python/object:os.system Low"),), "is a YAML tag"),
    Fault("yaml-key", STUDY, "? [a, b]", ((STUDY, "condition: Low vitamin D", "? [a, b]\n: Low"),), "a list or a set of keys", frozenset({"unknown-key", "words-unknown", "words-unknown-close"})),
    Fault("duplicate-key", STUDY, "phase: Phase 3", ((STUDY, "sex: all", "phase: Phase 3\nsex: all"),), "a second time"),
    Fault("too-deep", EXAMPLES, "[[[", ((EXAMPLES, "", "- " + "[" * MAX_DEPTH + "]" * MAX_DEPTH),), "deeper than", frozenset({"wants-mapping"})),
    Fault("many-documents", ELIGIBILITY, "---", ((ELIGIBILITY, "", "---\nmore: 1\n"),), "second document"),
)  # fmt: skip

KEYS = (
    Fault("missing-key", ELIGIBILITY, "- id: E2", ((ELIGIBILITY, "  text: Calcium above 2.6 mmol/L.\n", ""),), "`text` is missing", frozenset({"words-missing"})),
    Fault("unknown-key", STUDY, "colour: blue", ((STUDY, "sex: all", "colour: blue\nsex: all"),), "The keys here are:"),
    Fault("unknown-key-close", VARIABLES, "untis: nmol/L", ((VARIABLES, "    unit: nmol/L", "    untis: nmol/L"),), "Did you mean `unit`"),
    Fault("empty-value", STUDY, "condition:", ((STUDY, "condition: Low vitamin D", "condition:"),), "has no value", frozenset({"words-unknown"})),
    Fault("wants-text", STUDY, "phase: true", ((STUDY, "phase: Phase 2", "phase: true"),), "has to be a text, and is true"),
    Fault("wants-text", CHINESE, "other: [其他]", ((CHINESE, "  other: 其他", "  other: [其他]"),), "has to be a text", name="words"),
    Fault("wants-number", VARIABLES, "low: none", ((VARIABLES, "    low: 0 ", "    low: none "),), "has to be a number, and is none"),
    Fault("wants-number", VARIABLES, "high: 1e99999", ((VARIABLES, "    high: 300", "    high: 1e99999"),), "at most 15 digits", name="huge"),
    Fault("wants-whole-number", SCHEDULE, "day: 56.5", ((SCHEDULE, "day: 56,", "day: 56.5,"),), "whole number"),
    Fault("wants-true-or-false", SCHEDULE, "assumed: yes", ((SCHEDULE, "assumed: true", "assumed: yes"),), "true or false, and is yes"),
    Fault("wants-list", SCHEDULE, "arms: drops", ((SCHEDULE, "arms: [drops]", "arms: drops"),), "has to be a list", frozenset({"masking-unused"})),
    Fault("wants-mapping", STUDY, "sponsor: Example Hospital", ((STUDY, "sponsor:\n  name: Example University Hospital\n  assumed: true\n  reason: This is an example.", "sponsor: Example Hospital"),), "keys of its own"),
    Fault("not-in-list", STUDY, "blinding: triple", ((STUDY, "blinding: open_label ", "blinding: triple "),), "cannot be triple"),
    Fault("not-in-list-close", VARIABLES, "kind: labratory", ((VARIABLES, "kind: laboratory ", "kind: labratory "),), "Did you mean laboratory"),
    Fault("out-of-range", STUDY, "ratio: 0", ((STUDY, "    ratio: 1  ", "    ratio: 0  "),), "has to be ≥ 1"),
)  # fmt: skip
