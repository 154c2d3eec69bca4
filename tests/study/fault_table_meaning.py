"""Faults of meaning: every part can be read, and together they make no study."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from fault_table_files import CHINESE, ELIGIBILITY, ENDPOINTS, ENGLISH, EXAMPLES, SCHEDULE, STUDY, VARIABLES
from small_study import Fault

_SCENARIOS = """\
recruitment: {start: "2026-01-01", per_week: 2}
attendance: {spread: "2", source: "somewhere"}
truths: []
"""

NAMES = (
    Fault("duplicate-id", ELIGIBILITY, "- id: E1  # again", ((ELIGIBILITY, "- id: E2", "- id: E1  # again"),), "a second time", frozenset({"unknown-reference", "unknown-reference-close", "words-unknown", "words-unknown-close"})),
    Fault("duplicate-id", VARIABLES, "value: female, label: male", ((VARIABLES, "value: male, label: male", "value: female, label: male"),), "a second time", frozenset({"words-unknown-close", "words-unknown"}), name="code"),
    Fault("bad-name", VARIABLES, "name: Cold-since", ((VARIABLES, "name: cold_since", "name: Cold-since"), (VARIABLES, "variable: cold_since", "variable: Cold-since"), (CHINESE, "  cold_since:", "  Cold-since:")), "lower-case letters"),
    Fault("taken-name", VARIABLES, "name: known", ((VARIABLES, "name: cold_since", "name: known"), (VARIABLES, "variable: cold_since", "variable: known"), (CHINESE, "  cold_since:", "  known:")), "has a meaning of its own"),
    Fault("bad-id", STUDY, "id: my trial", ((STUDY, "id: my-first-trial", "id: my trial"),), "not a usable identifier"),
    Fault("bad-site-id", STUDY, 'id: "2"', ((STUDY, 'id: "02"', 'id: "2"'), (CHINESE, '"02":', '"2":')), "two digits"),
    Fault("bad-visit-id", SCHEDULE, "id: 第4周", ((SCHEDULE, "id: week 4", "id: 第4周"), (SCHEDULE, "[baseline, week 4", "[baseline, 第4周"), (CHINESE, "week 4:", "第4周:")), "name of a visit"),
    Fault("bad-code-value", VARIABLES, "value: 男", ((VARIABLES, "value: male,", "value: 男,"), (CHINESE, "      male:", "      男:")), "not a usable code"),
    Fault("unknown-reference", SCHEDULE, "forms: [questionnaire]", ((SCHEDULE, "forms: [blood], ", "forms: [questionnaire], "),), "no `questionnaire` among the forms of variables.yaml"),
    Fault("unknown-reference-close", ENDPOINTS, "baseline: [age, sex, vitamin_b", ((ENDPOINTS, "baseline: [age, sex, vitamin_d", "baseline: [age, sex, vitamin_b"),), "Did you mean `vitamin_d`"),
    Fault("unknown-reference", ENDPOINTS, "method: chi_squared", ((ENDPOINTS, "method: newcombe", "method: chi_squared"),), "among the methods", name="method"),
    Fault("unknown-reference-close", ENDPOINTS, 'vitamin_d.at("week 13")', ((ENDPOINTS, 'vitamin_d.at("week 12")', 'vitamin_d.at("week 13")'),), "Did you mean `week 12`", name="visit of a rule"),
    Fault("unknown-reference", STUDY, "judge_again: [I9]", ((STUDY, "judge_again: [I2]", "judge_again: [I9]"),), "among the criteria", name="criterion", also=frozenset({"unknown-reference-close"})),
)  # fmt: skip

SCENARIOS = (
    Fault("unknown-reference", "scenarios.yaml", "variable: blood_pressure", (("scenarios.yaml", "", _SCENARIOS.replace("per_week: 2", 'per_week: 2, source: "somewhere"') + 'items: [{variable: blood_pressure, formula: 1, source: "somewhere"}]\n'),), "among the variables", name="of a scenario"),
    Fault("unknown-reference-close", "scenarios.yaml", "week 9", (("scenarios.yaml", "", _SCENARIOS.replace("per_week: 2", 'per_week: 2, source: "somewhere"').replace("truths: []", 'truths: [{id: late, label: Late, doses: {drops_every_4_weeks: [week 9]}, source: "x"}]')),), "Did you mean `week", name="of a truth"),
)  # fmt: skip

IDENTITY = (
    Fault("placeholder-left", ENGLISH, "{{SITE_NAME}}", ((ENGLISH, "purpose: We want", "purpose: Ask at {{SITE_NAME}}. We want"),), "{{SITE_NAME}} was never filled in"),
    Fault("bad-date", STUDY, "2026-13-01", ((STUDY, '"2026-11-01"', '"2026-13-01"'),), "is not a date"),
    Fault("unknown-time-zone", STUDY, "time_zone: Peking", ((STUDY, "time_zone: Asia/Shanghai", "time_zone: Peking"),), "no time zone Peking"),
    Fault("unknown-time-zone-close", STUDY, "time_zone: Asia/Shanghia", ((STUDY, "time_zone: Asia/Shanghai", "time_zone: Asia/Shanghia"),), "Did you mean Asia/Shanghai"),
    Fault("bad-language", STUDY, "languages: [en, zh-hans, Klingon]", ((STUDY, "languages: [en, zh-hans]", "languages: [en, zh-hans, Klingon]"),), "not the code of a language", frozenset({"words-file-missing"})),
    Fault("language-undeclared", STUDY, "languages: [en, fr]", ((STUDY, "    languages: [en, zh-hans]", "    languages: [en, fr]"),), "fr is not among"),
    Fault("language-unspoken", STUDY, "languages: [en, zh-hans, fr]", ((STUDY, "languages: [en, zh-hans]", "languages: [en, zh-hans, fr]"),), "speaks only en, zh-hans", frozenset({"words-file-missing"})),
    Fault("consent-no-language", STUDY, '- version: "1.0"', ((STUDY, "    languages: [en, zh-hans]", "    languages: []"),), "exists in no language"),
    Fault("consent-order", STUDY, 'valid_from: "2026-09-01"', ((STUDY, "\nproducts:", '\n  - {version: "1.1", languages: [en], valid_from: "2026-09-01"}\nproducts:'),), "an earlier day"),
    Fault("consent-missing", STUDY, "format: 1", ((STUDY, "consent:\n  - version: \"1.0\"\n    languages: [en, zh-hans]\n    valid_from: \"2026-10-01\"\n    options:                     # asked apart from the consent; people may refuse each alone\n      - {id: biobank, label: Keep a blood sample for later research}", "consent: []"), (SCHEDULE, ", consent: biobank", ""), (CHINESE, "consent_options:\n  biobank: 保存一份血样供今后研究使用\n", "")), "no consent form"),
    Fault("kit-unblinded", STUDY, "kit: true}", ((STUDY, "route: by mouth}", "route: by mouth, kit: true}"),), "open label"),
)  # fmt: skip

CODEBOOK = (
    Fault("codes-missing", VARIABLES, "kind: code #", ((VARIABLES, "    kind: yes_no\n    ask: Did", "    kind: code #\n    ask: Did"),), "a code without codes"),
    Fault("codes-unused", VARIABLES, "codes: [{value: a", ((VARIABLES, "    label: Calcium\n", "    label: Calcium\n    codes: [{value: a, label: a}]\n"),), "but its kind is laboratory", frozenset({"words-missing"})),
    Fault("unit-unused", VARIABLES, "unit: kg", ((VARIABLES, "    label: Sex\n", "    label: Sex\n    unit: kg\n"),), "has a unit, but its kind is code"),
    Fault("unknown-unit", VARIABLES, "unit: mmol/litter", ((VARIABLES, "unit: mmol/L", "unit: mmol/litter"),), "The unit mmol/litter is not known"),
    Fault("range-reversed", VARIABLES, "low: 400", ((VARIABLES, "    low: 0 ", "    low: 400 "),), "begins at 400"),
    Fault("limit-wrong", VARIABLES, "limit: 0", ((VARIABLES, "    limit: 10 ", "    limit: 0 "),), "cannot have the lower limit 0"),
    Fault("limit-wrong", STUDY, "limits: {vitamin_d: -1}", ((STUDY, "limits: {vitamin_d: 8}", "limits: {vitamin_d: -1}"),), "lower limit -1", name="of a centre"),
    Fault("item-on-no-visit", VARIABLES, "- {variable: cold_since}", ((SCHEDULE, "after: 7, forms: [blood, since]", "after: 7, forms: [blood]"), (SCHEDULE, "after: 7, forms: [blood, since]", "after: 7, forms: [blood]"), (SCHEDULE, "forms: [blood, since]", "forms: [blood]")), "no visit has this form"),
    Fault("derived-asked", VARIABLES, "- {variable: age}", ((VARIABLES, "      - {variable: sex}", "      - {variable: age}"),), "follows from a rule"),
)  # fmt: skip

ALLOCATION = (
    Fault("levels-few", STUDY, "levels:", ((STUDY, "\n      - {id: low, label: 25 nmol/L or more, when: vitamin_d >= 25}", ""), (CHINESE, "\n      low: 25 nmol/L 或以上", ""), (ENDPOINTS, "pooling: [very_low, low]", "pooling: [very_low]")), "fewer than two levels"),
    Fault("levels-gap", STUDY, "levels:", ((STUDY, "when: vitamin_d >= 25", "when: vitamin_d > 25"),), "vitamin_d = 25 lies in none"),
    Fault("levels-overlap", STUDY, "levels:", ((STUDY, "when: vitamin_d < 25", "when: vitamin_d <= 25"),), "vitamin_d = 25 lies in very_low, low"),
    Fault("levels-gap", STUDY, "levels:", ((STUDY, "when: vitamin_d < 25", 'when: sex == "male"'), (STUDY, "when: vitamin_d >= 25", "when: known(sex) and age > 70")), "lies in none", name="of codes and a derived variable"),
    Fault("arms-few", STUDY, "arms:", ((STUDY, "  - id: control\n    label: No drops\n    kind: no_intervention\n    ratio: 1\n    description: The same visits, without drops.\n", ""), (STUDY, "enrolment: 60", "enrolment: 61"), (ENDPOINTS, "versus: control", "versus: drops"), (CHINESE, "  control:\n    label: 不服滴剂\n    description: 访视相同，不服滴剂。\n", "")), "1 arm(s)", frozenset({"estimand-same-arm"})),
    Fault("sites-none", STUDY, "sites: []", ((STUDY, 'sites:\n  - id: "01"\n    name: Example University Hospital\n    city: Beijing\n    country: China\n    time_zone: Asia/Shanghai     # dates of visits are local to the centre\n  - id: "02"\n    name: Second Example Hospital\n    city: Shanghai\n    country: China\n    time_zone: Asia/Shanghai\n    limits: {vitamin_d: 8}       # where this centre\'s assay has another lower limit than the codebook\'s', "sites: []"), (CHINESE, 'sites:\n  "01":\n    name: 示例大学医院\n    city: 北京\n    country: 中国\n  "02":\n    name: 示例第二医院\n    city: 上海\n    country: 中国\n', "")), "has no centre"),
    Fault("enrolment-indivisible", STUDY, "enrolment: 61", ((STUDY, "enrolment: 60", "enrolment: 61"),), "in the ratio 1:1"),
    Fault("blocks-missing", STUDY, "allocation:", ((STUDY, "  block_sizes: [4, 6] ", "  #"),), "Permuted blocks need their sizes"),
    Fault("block-size", STUDY, "block_sizes: [4, 5]", ((STUDY, "block_sizes: [4, 6]", "block_sizes: [4, 5]"),), "Use a multiple of 2"),
    Fault("block-size-single", STUDY, "block_sizes: [4]", ((STUDY, "block_sizes: [4, 6]", "block_sizes: [4]"),), "All blocks have 4 places"),
    Fault("blocks-unused", STUDY, "block_sizes: [4, 6]", ((STUDY, "scheme: permuted_blocks", "scheme: minimisation\n  probability: 0.8"),), "mean nothing to the scheme minimisation"),
    Fault("minimisation-factors", STUDY, "allocation:", ((STUDY, "scheme: permuted_blocks\n  factors: [centre, level_at_entry]", "scheme: minimisation\n  probability: 0.8"), (STUDY, "  block_sizes: [4, 6] ", "  #")), "needs factors"),
    Fault("probability-missing", STUDY, "allocation:", ((STUDY, "scheme: permuted_blocks", "scheme: minimisation"), (STUDY, "  block_sizes: [4, 6] ", "  #")), "needs the probability"),
    Fault("probability-wrong", STUDY, "probability: 0.5", ((STUDY, "scheme: permuted_blocks", "scheme: minimisation\n  probability: 0.5"), (STUDY, "  block_sizes: [4, 6] ", "  #")), "does not favour"),
    Fault("probability-certain", STUDY, "probability: 1", ((STUDY, "scheme: permuted_blocks", "scheme: minimisation\n  probability: 1"), (STUDY, "  block_sizes: [4, 6] ", "  #")), "can be worked out"),
    Fault("probability-unused", STUDY, "probability: 0.8", ((STUDY, "scheme: permuted_blocks", "scheme: permuted_blocks\n  probability: 0.8"),), "means nothing"),
    Fault("factors-unused", STUDY, "factors: [centre", ((STUDY, "scheme: permuted_blocks", "scheme: simple"), (STUDY, "  block_sizes: [4, 6] ", "  #")), "takes no factors"),
    Fault("anchor-no-date", STUDY, "anchor: sex", ((STUDY, "anchor: consent_date", "anchor: sex"),), "not a date that is entered", frozenset({"criterion-undecidable"})),
)  # fmt: skip

CALENDAR = (
    Fault("window-negative", SCHEDULE, "id: week 12", ((SCHEDULE, "before: 7, after: 14", "before: 7, after: -1"),), "negative length"),
    Fault("visits-unordered", SCHEDULE, "id: week 8", ((SCHEDULE, "day: 56", "day: 21"),), "listed after week 4 (day 28)", frozenset({"blind-spot"})),
    Fault("windows-overlap", SCHEDULE, "id: week 8", ((SCHEDULE, "day: 56, before: 7", "day: 56, before: 21"),), "begins on day 35, and that of week 4 ends on day 35"),
    Fault("baseline-one", SCHEDULE, "visits:", ((SCHEDULE, "kind: baseline", "kind: follow_up"),), "has 0 baseline visits", frozenset({"windows-overlap"})),
    Fault("baseline-day", SCHEDULE, "id: baseline", ((SCHEDULE, "kind: baseline, day: 0", "kind: baseline, day: 1"),), "Day 0 is the day of allocation"),
    Fault("amount-wrong", SCHEDULE, "amount: 0", ((SCHEDULE, "amount: 20000", "amount: 0"),), "A dose cannot be 0"),
    Fault("dose-other-arm", SCHEDULE, "visits: [baseline, week 4, week 8]", ((SCHEDULE, "day: 56,", "day: 56, arms: [control],"),), "which drops does not have"),
    Fault("dose-twice", SCHEDULE, "visits: [baseline, week 4, week 4]", ((SCHEDULE, "[baseline, week 4, week 8]", "[baseline, week 4, week 4]"),), "stands twice"),
    Fault("masking-unused", SCHEDULE, "product: placebo_drops", ((SCHEDULE, "    product: vitamin_d_drops\n    hides", "    product: placebo_drops\n    hides"), (STUDY, "products:\n", "products:\n  - {id: placebo_drops, label: Drops without vitamin D}\n"), (CHINESE, "products:\n", "products:\n  placebo_drops: {label: 安慰剂滴剂}\n")), "nobody is given it"),
    Fault("masking-days", SCHEDULE, "days: 0", ((SCHEDULE, "days: 14", "days: 0"),), "cannot last 0 days"),
)  # fmt: skip

RULES = (
    Fault("criteria.unknown-variable-close", ELIGIBILITY, "rule: kidny_stones", ((ELIGIBILITY, 'rule: kidney_stones == "yes"', 'rule: kidny_stones == "yes"'),), "kidney_stones", frozenset({"example-verdict"}), column=9),
    Fault("criteria.unknown-variable-close", STUDY, "calciun", ((STUDY, "when: vitamin_d >= 25", "when: vitamin_d >= 25 or calciun > 1"),), "calcium", name="column", column=70),
    Fault("criteria.syntax", ELIGIBILITY, "rule: 18 <= age <=", ((ELIGIBILITY, "rule: 18 <= age <= 75", "rule: 18 <= age <="),), ""),
    Fault("criteria.bad-code", SCHEDULE, 'withhold: sex == "x"', ((SCHEDULE, "withhold: calcium > 2.6", 'withhold: sex == "x"'),), "female, male"),
    Fault("criteria.not-yes-no", VARIABLES, "fires: calcium + 1", ((VARIABLES, "fires: calcium > 2.6", "fires: calcium + 1"),), ""),
    Fault("criteria.cycle", VARIABLES, "rule: b + 1", ((VARIABLES, "  - name: sex", "  - name: a\n    label: A\n    kind: number\n    rule: b + 1\n  - name: b\n    label: B\n    kind: number\n    rule: a + 1\n  - name: sex"), (CHINESE, "variables:\n", "variables:\n  a: {label: 甲}\n  b: {label: 乙}\n")), "b → a → b"),
)  # fmt: skip

PLAN = (
    Fault("endpoint-incomplete", ENDPOINTS, "kind: binary", ((ENDPOINTS, "    visit: week 12\n", ""),), "has no `visit`"),
    Fault("endpoint-unread", ENDPOINTS, "value: vitamin_d", ((ENDPOINTS, "    better: higher", "    value: vitamin_d\n    better: higher"),), "means nothing for enough_at_week_12"),
    Fault("endpoint-uncollected", ENDPOINTS, "variable: vitamin_d ", ((SCHEDULE, "after: 14, forms: [blood, since]", "after: 14, forms: [since]"),), "no form of that visit asks for it"),
    Fault("stands-early", ENDPOINTS, "stands: 90", ((ENDPOINTS, "    better: higher", "    stands: 90\n    better: higher"),), "until day 90"),
    Fault("repeat-window", ENDPOINTS, "repeat_before: 7", ((ENDPOINTS, "repeat_before: 28", "repeat_before: 7"),), "at least `repeat_after`"),
    Fault("masking-other", ENDPOINTS, "masking: fresh_dose", ((ENDPOINTS, "    variable: vitamin_d\n    positive: vitamin_d < 25", "    variable: calcium\n    positive: calcium > 2.6"),), "does not hide calcium"),
    Fault("positive-other", ENDPOINTS, "positive: calcium", ((ENDPOINTS, "positive: vitamin_d < 25", "positive: calcium > 3"),), "speak of vitamin_d alone"),
    Fault("event-incomplete", ENDPOINTS, "origin: medication", ((ENDPOINTS, ", category: vitamin_d_outside_the_study", ""),), "has no `category`"),
    Fault("event-unhandled", ENDPOINTS, "- id: main", ((ENDPOINTS, "      - {event: death, strategy: composite, words: Counts as failure.}\n", ""), (CHINESE, "      death: 按失败计。\n", "")), "what happens after: death"),
    Fault("strategy-twice", ENDPOINTS, "strategy: hypothetical", ((ENDPOINTS, "    summary:", "      - {event: death, strategy: hypothetical}\n    summary:"),), "handles death twice"),
    Fault("estimand-same-arm", ENDPOINTS, "versus: drops", ((ENDPOINTS, "versus: control", "versus: drops"),), "with itself"),
    Fault("summary-misfit", ENDPOINTS, "summary: hazard_ratio", ((ENDPOINTS, "summary: risk_difference", "summary: hazard_ratio"),), "does not fit", frozenset({"method-summary"})),
    Fault("proportion-wrong", ENDPOINTS, "treatment: 1.6", ((ENDPOINTS, "treatment: 0.60}", "treatment: 1.6}"),), "between 0 and 1"),
    Fault("primary-missing", ENDPOINTS, "analyses:", ((ENDPOINTS, "role: primary ", "role: secondary "),), "No analysis is the primary one"),
    Fault("primary-doubled", ENDPOINTS, "role: primary #", ((ENDPOINTS, "role: companion", "role: primary #"),), "a second primary analysis"),
    Fault("method-endpoint", ENDPOINTS, "method: cox", ((ENDPOINTS, "method: newcombe", "method: cox"),), "does not take"),
    Fault("method-summary", ENDPOINTS, "method: fisher", ((ENDPOINTS, "role: companion\n    method: newcombe", "role: sensitivity\n    method: fisher"),), "cannot estimate a risk_difference"),
    Fault("method-unstratified", ENDPOINTS, "strata: [centre]", ((ENDPOINTS, "    method: newcombe", "    method: newcombe\n    strata: [centre]"),), "takes no strata"),
    Fault("reading-missing", ENDPOINTS, "- id: newcombe", ((ENDPOINTS, "    method: newcombe\n    reading: enough\n", "    method: newcombe\n"), (ENDPOINTS, "    better:", "      - {id: plenty, label: Plenty, success: vitamin_d >= 75}\n    better:"), (CHINESE, "      enough:", "      plenty: 很充足\n      enough:")), "does not say which"),
    Fault("pooling-unknown", ENDPOINTS, "pooling: [very_low, lowest]", ((ENDPOINTS, "pooling: [very_low, low]", "pooling: [very_low, lowest]"),), "not a stratum"),
    Fault("pooling-twice", ENDPOINTS, "pooling: [very_low, very_low]", ((ENDPOINTS, "pooling: [very_low, low]", "pooling: [very_low, very_low]"),), "stands twice"),
    Fault("confidence-alpha", ENDPOINTS, "- id: primary", ((ENDPOINTS, "confidence: 0.95", "confidence: 0.90"),), "can disagree"),
    Fault("lag-reversed", "scenarios.yaml", "recruitment:", (("scenarios.yaml", "", _SCENARIOS.replace("per_week: 2", 'per_week: 2, to_register: {low: 9, high: 2}, source: "somewhere"')),), "lasts from 9 to 2 days"),
    Fault("scenario-centre", "scenarios.yaml", "recruitment:", (("scenarios.yaml", "", _SCENARIOS.replace("per_week: 2", 'per_week: 2, shares: {nowhere: 1}, source: "somewhere"')),), "names the centre nowhere"),
    Fault("figure-unsourced", "scenarios.yaml", "recruitment:", (("scenarios.yaml", "", _SCENARIOS),), "without a source"),
)  # fmt: skip

WORDS = (
    Fault("words-file-missing", "words/zh-hans.yaml", "", do=lambda folder: (folder / CHINESE).unlink(), says="no words in zh-hans"),
    Fault("words-missing", CHINESE, "kidney_stones:", ((CHINESE, "    ask: 您得过肾结石吗？\n", ""),), "Did you ever have kidney stones"),
    Fault("words-missing", CHINESE, "information:", ((ENGLISH, "  data:", "  costs: Nothing.\n  data:"),), "`information.costs` is missing", name="information"),
    Fault("words-unknown", CHINESE, "zebra:", ((CHINESE, "forms:\n", "forms:\n  zebra: {label: 斑马}\n"),), "There can be: entry, blood, since"),
    Fault("words-unknown-close", CHINESE, "  bloood:", ((CHINESE, "  blood:", "  bloood:"),), "Did you mean `blood`", frozenset({"words-missing"})),
)  # fmt: skip


def _frozen(hash_text: str | None, *edits: tuple[str, str, str]) -> Callable[[Path], None]:
    """Freeze the folder as version 1.0, spoiled by edits; the hash is the true one where `hash_text` is "true"."""

    def do(folder: Path) -> None:
        from equipoise.study.reader import check_folder

        files = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.yaml")}
        files["study.yaml"] = _as_version(files["study.yaml"], "1.0")
        copy = folder / "versions" / "1.0"
        files[CHINESE] = re.sub("amendments: .*\n", "", files[CHINESE])
        for name, text in files.items():
            for file, old, new in edits:
                text = text.replace(old, new, 1) if file == name else text  # noqa: PLW2901 - edits add up
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_text(text, "utf-8")
        study = check_folder(copy).study
        if hash_text is not None:
            (copy / "HASH").write_text((study.content_hash if study and hash_text == "true" else hash_text) + "\n")

    return do


def _as_version(text: str, version: str) -> str:
    kept = text.split("amendments:", maxsplit=1)[0]
    for found in ('version: "1.1"', 'version: "0.9"', 'version: "1.0"'):
        kept = kept.replace(found + "           ", f'version: "{version}"')
    return kept


_AMENDED = (
    (STUDY, 'version: "1.0"  ', 'version: "1.1"  '),
    (STUDY, "amendments: []", 'amendments: [{version: "1.1", date: "2027-01-15", why: More people.}]'),
    (CHINESE, "forms:\n", 'amendments: {"1.1": {why: 增加人数。}}\nforms:\n'),
)

VERSIONS = (
    Fault("bad-version", STUDY, "version: first", ((STUDY, 'version: "1.0"  ', "version: first  "),), "not a version number"),
    Fault("version-behind", STUDY, 'version: "0.9"', ((STUDY, 'version: "1.0"  ', 'version: "0.9"  '),), "older than the frozen version 1.0", frozenset({"amendment-missing"}), do=_frozen("true")),
    Fault("version-not-raised", STUDY, 'version: "1.0"', (), 'Write `version: "1.1"`', do=_frozen("true", (STUDY, "enrolment: 60", "enrolment: 40"))),
    Fault("version-missing", STUDY, 'version: "1.0", date', ((STUDY, "amendments: []", 'amendments: [{version: "1.0", date: "2027-01-15", why: First.}, {version: "1.1", date: "2027-01-15", why: More.}]'), (STUDY, 'version: "1.0"  ', 'version: "1.1"  '), (CHINESE, "forms:\n", 'amendments: {"1.0": {why: 首版。}, "1.1": {why: 增加人数。}}\nforms:\n')), "no frozen copy"),
    Fault("version-misnamed", "versions/1.0/study.yaml", "", _AMENDED, "says that it is version 1.2", do=_frozen("true", (STUDY, 'version: "1.0"', 'version: "1.2"'))),
    Fault("version-unsealed", "versions/1.0", "", _AMENDED, "has no HASH", do=_frozen(None)),
    Fault("version-touched", "versions/1.0/HASH", "", _AMENDED, "was changed after it was frozen", do=_frozen("0" * 64)),
    Fault("version-unreadable", "versions/1.0/study.yaml", "", _AMENDED, "cannot be read as a study", do=_frozen("true", (STUDY, "title:", "titel:"))),
    Fault("amendment-missing", STUDY, 'version: "1.1"', ((STUDY, 'version: "1.0"  ', 'version: "1.1"  '),), "what version 1.1 changed", do=_frozen("true")),
    Fault("amendment-ahead", STUDY, 'version: "2.0", date', ((STUDY, "amendments: []", 'amendments: [{version: "2.0", date: "2027-01-15", why: More.}]'), (CHINESE, "forms:\n", 'amendments: {"2.0": {why: 增加。}}\nforms:\n')), "speaks of version 2.0"),
)  # fmt: skip

PEOPLE = (
    Fault("example-verdict", EXAMPLES, "verdict: eligible", ((EXAMPLES, 'vitamin_d: "31"', 'vitamin_d: "51"'),), 'must be "eligible" and is "not eligible" (I2: fail)'),
    Fault("example-criterion", EXAMPLES, "because: {I1: fail", ((EXAMPLES, "because: {I1: pass", "because: {I1: fail"),), "I1 must be fail and is pass"),
    Fault("criteria.bad-date", EXAMPLES, 'birth_date: "May 1980"', ((EXAMPLES, 'birth_date: "1980-05"', 'birth_date: "May 1980"'),), "May 1980"),
    Fault("examples-missing", EXAMPLES, "", do=lambda folder: (folder / EXAMPLES).unlink(), says="No examples test the criteria"),
)  # fmt: skip

NOTES = (
    Fault("window-undated", ELIGIBILITY, "text: Vitamin D below 50", ((ELIGIBILITY, " and low_shown_on + 6 * months >= consent_date", ""), (EXAMPLES, "  verdict: not eligible\n  because: {I2: fail}", "  verdict: eligible")), "within the 6 months"),
    Fault("window-unanchored", ELIGIBILITY, 'rule: vitamin_d < 50 and low_shown_on + 6 * months >= "2026-11-10"', ((ELIGIBILITY, ">= consent_date", '>= "2026-11-10"'),), "one date at most (low_shown_on)"),
    Fault("assumed-unexplained", SCHEDULE, "assumed: true", ((SCHEDULE, "    reason: The amount is an example.\n", ""),), "without a reason"),
    Fault("criterion-undecidable", ELIGIBILITY, 'rule: kidney_stones == "yes"', ((VARIABLES, "      - {variable: kidney_stones}\n", ""),), "needs kidney_stones, which no form asks"),
    Fault("blind-spot", SCHEDULE, "- id: fresh_dose", ((SCHEDULE, "days: 14", "days: 28"),), "week 4, week 8, week 12. After the last dose (week 8) it lasts until day 84", frozenset({"blind-spot-decisive"})),
    Fault("blind-spot-decisive", ENDPOINTS, "visit: week 12", ((SCHEDULE, "days: 14", "days: 28"),), "the visit that decides enough_at_week_12, week 12", frozenset({"blind-spot"})),
)  # fmt: skip

MEANING = (
    *NAMES,
    *SCENARIOS,
    *IDENTITY,
    *CODEBOOK,
    *ALLOCATION,
    *CALENDAR,
    *RULES,
    *PLAN,
    *WORDS,
    *VERSIONS,
    *PEOPLE,
    *NOTES,
)
