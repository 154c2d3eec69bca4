"""Faults of `prediction.yaml`: what it names is absent, comes too late, is hidden by a dose, or makes no model."""

from __future__ import annotations

from fault_table_files import CHINESE, ENDPOINTS, SCHEDULE
from small_study import Fault

FILE = "prediction.yaml"
WHOLE = """\
label: Risk of too little vitamin D at week 12
target: {endpoint: enough_at_week_12, reading: enough}
landmarks:
  - {id: start, visit: baseline, label: At allocation}
base:
  - {variable: vitamin_d, scale: log10}
candidates:
  - {variable: calcium, knots: 3}
  - {variable: sex}
anticipated: {r_squared: 0.15, risk: 0.3}
exploratory: true
why_exploratory: Small.
"""
WORDS = (
    "prediction:\n  model:\n    label: 风险\n    why_exploratory: 人数少。\nlandmarks:\n  start:\n    label: 分配时\n"
)


def _fault(
    code: str, at: str, old: str, new: str, says: str, *more: tuple[str, str, str], also: str = "", name: str = ""
) -> Fault:
    """A fault in the whole declaration above; `more` are edits of other files."""
    assert old in WHOLE
    edits = ((FILE, "", WHOLE.replace(old, new, 1)), (CHINESE, "", WORDS), *more)
    return Fault(code, FILE, at, edits, says, frozenset(also.split()), name=name)


_CONTINUOUS = "  - {id: level, label: Level, kind: continuous, value: vitamin_d}\n"
PREDICTION = (
    _fault("prediction-target", "endpoint: level", "enough_at_week_12, reading: enough", "level", "is continuous", (ENDPOINTS, "\n# What the trial wants to know", _CONTINUOUS + "\n# What the trial wants to know"), (CHINESE, "endpoints:\n", "endpoints:\n  level:\n    label: 水平\n")),
    _fault("prediction-better", "endpoint: enough_at_week_12", "label: At allocation", "label: At the start", "that is the good outcome", (ENDPOINTS, "    better: higher", "    better: lower")),
    _fault("prediction-landmark", "visit: week 12", "visit: baseline", "visit: week 12", "before the target's window opens on day 77"),
    _fault("prediction-landmark", "visit: screening", "visit: baseline", "visit: screening", "no day of its own", name="before the arm is known"),
    _fault("prediction-twice", "vitamin_d, knots: 3", "variable: calcium", "variable: vitamin_d", "stands twice"),
    _fault("prediction-kind", "variable: sex, scale", "variable: vitamin_d, scale: log10", "variable: sex, scale: log10", "sex is code", also="prediction-twice"),
    _fault("prediction-shape", "sex, knots: 3", "variable: sex", "variable: sex, knots: 3", "mean nothing"),
    _fault("prediction-knots", "knots: 2", "knots: 3", "knots: 2", "cannot have 2 knot(s)"),
    _fault("prediction-derived", "variable: age", "variable: calcium", "variable: age", "follows from a rule", (ENDPOINTS, "baseline: [age, sex", "baseline: [sex")),
    _fault("prediction-uncollected", "variable: cold_since", "variable: calcium, knots: 3", "variable: cold_since", "at or before baseline in: drops, control"),
    _fault("prediction-masked", "variable: vitamin_d", "visit: baseline", "visit: week 4", "the dose of baseline hides the sample of week 4 until day 40", (SCHEDULE, "days: 14", "days: 40"), also="blind-spot blind-spot-decisive"),
    _fault("prediction-unexplained", "exploratory: true", "why_exploratory: Small.\n", "", "without a reason"),
    _fault("prediction-size", "base:", "exploratory: true\nwhy_exploratory: Small.\n", "", "The model has 2 parameters"),
    _fault("proportion-wrong", "r_squared: 1.5", "0.15", "1.5", "has to lie between 0 and 1", name="of the prediction"),
    _fault("unknown-reference-close", "variable: calcum", "variable: calcium", "variable: calcum", "Did you mean `calcium`", name="term"),
    _fault("unknown-reference", "reading: half", "reading: enough", "reading: half", "among the readings", name="reading of the target"),
    _fault("duplicate-id", "again", "label: At allocation}", "label: At allocation}\n  - {visit: week 4, label: At week 4, id: start}  # again", "a second time", name="landmark"),
    _fault("bad-id", "id: my start", "id: start", "id: my start", "not a usable identifier", also="words-missing words-unknown words-unknown-close", name="landmark"),
    _fault("out-of-range", "resamples: 5", "base:", "resamples: 5\nbase:", "≥ 100", name="resamples"),
)  # fmt: skip
