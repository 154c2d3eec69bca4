"""Faults of what an analysis takes besides: imputation, draws, covariates, visits, and of associations."""

from __future__ import annotations

from fault_table_files import CHINESE, ENDPOINTS, SCHEDULE
from small_study import Fault

_ENDPOINTS = """\
  - {id: between, label: Low again, kind: interval, reversion: relapse, visit: week 12}
  - {id: seen, label: Seen low, kind: time_to_event, visit: week 12, variable: vitamin_d, event: relapse.confirmed}
  - {id: level, label: Level, kind: continuous, visit: week 12, variable: vitamin_d, value: vitamin_d.at("week 12"), scale: log10}

"""
_ESTIMANDS = "".join(
    f"""\
  - id: {name}
    label: {name}
    treatment: drops
    versus: control
    endpoint: {endpoint}
    intercurrent: [{{event: own_vitamin_d, strategy: treatment_policy}}, {{event: death, strategy: {strategy}}}]
    summary: {summary} # of {name}
"""
    for name, endpoint, strategy, summary in (
        ("curve", "between", "hypothetical", "survival"),
        ("hazard", "between", "while_on_treatment", "hazard_ratio"),
        ("incidence", "seen", "while_on_treatment", "cumulative_incidence"),
        ("ratio", "level", "while_on_treatment", "geometric_mean_ratio"),
    )
)
_ANALYSES = """
  - {id: imputed, label: I, estimand: main, role: companion, method: multiple_imputation, adjust: [sex, centre, age], missing: imputed, draws: 20, seed: 1}
  - {id: hidden, label: H, estimand: main, role: sensitivity, method: wald, masked: missing, without: [ineligible]}
  - {id: turnbull, label: T, estimand: curve, role: secondary, method: turnbull, at: [week 12], compared_from: week 8}
  - {id: hazards, label: P, estimand: hazard, role: secondary, method: interval_cox, adjust: [calcium], compared_from: week 8}
  - {id: incidence, label: C, estimand: incidence, role: secondary, method: cumulative_incidence, at: [week 4, week 12]}
  - {id: titre, label: G, estimand: ratio, role: secondary, method: censored_normal, missing: excluded}
associations:
  - {id: later, label: Later, variable: vitamin_d, scale: log10, cuts: [25, 50], landmarks: [week 4, week 8], reversion: relapse, until: week 12}
"""
_WORDS = (
    ("endpoints:\n", "".join(f"  {name}: {{label: 标}}\n" for name in ("between", "seen", "level"))),
    ("estimands:\n", "".join(f"  {name}: {{label: 标}}\n" for name in ("curve", "hazard", "incidence", "ratio"))),
    (
        "analyses:\n",
        "".join(
            f"  {name}: {{label: 标}}\n" for name in ("imputed", "hidden", "turnbull", "hazards", "incidence", "titre")
        ),
    ),
)
# The small study with everything that an analysis can take.
WIDER = (
    (ENDPOINTS, "\n# What the trial wants to know", _ENDPOINTS + "# What the trial wants to know"),
    (ENDPOINTS, "\nanalyses:\n", _ESTIMANDS + "\nanalyses:\n"),
    (ENDPOINTS, "\nbaseline: [age", _ANALYSES + "\nbaseline: [age"),
    *((CHINESE, section, section + words) for section, words in _WORDS),
    (CHINESE, "", "associations:\n  later: {label: 标}\n"),
)


def _fault(code: str, at: str, old: str, new: str, says: str, *, also: str = "", name: str = "") -> Fault:
    """A fault in the wider study: one text of endpoints.yaml is another."""
    return Fault(code, ENDPOINTS, at, (*WIDER, (ENDPOINTS, old, new)), says, frozenset(also.split()), name=name)


ANALYSES = (
    _fault("endpoint-incomplete", "id: between", ", reversion: relapse, visit: week 12}", ", visit: week 12}", "interval and has no `reversion`", name="interval"),
    _fault("endpoint-incomplete", "id: seen", "event: relapse.confirmed", 'event: cold_since == "yes"', "has no `time`", name="time"),
    _fault("endpoint-unread", "id: between", "kind: interval,", "kind: interval, scale: log10,", "`scale` means nothing for between", name="scale"),
    _fault("endpoint-unread", "id: between", "kind: interval,", "kind: interval, variable: vitamin_d,", "`variable` means nothing for between", name="variable of an interval"),
    _fault("unknown-reference", "id: between", "reversion: relapse, visit", "reversion: return, visit", "among the reversions", name="reversion"),
    _fault("repeat-unbounded", "id: relapse", "    repeat_before: 28\n", "", "does not say until when"),
    _fault("repeat-uncalled", "repeat_before: 28", "    repeat_before: 28\n", "    repeat_before: 28\n    calls_repeat: false\n", "relapse calls for no repeat"),
    _fault("ratio-unscaled", "# of ratio", ", scale: log10}", "}", "needs the logarithm of level"),
    _fault("method-scale", "id: titre", "summary: geometric_mean_ratio # of ratio", "summary: mean_difference # of ratio", "and ratio asks for a mean_difference"),
    _fault("summary-misfit", "# of curve", "summary: survival # of curve", "summary: cumulative_incidence # of curve", "It can be: hazard_ratio, survival", also="method-summary", name="interval"),
    _fault("analysis-unread", "id: hidden", "method: wald,", "method: wald, draws: 5,", "`draws` means nothing for the method wald", name="draws"),
    _fault("analysis-unread", "id: hidden", "method: wald,", "method: wald, seed: 5,", "methods that take it: multiple_imputation, re_randomisation", name="seed"),
    _fault("analysis-unread", "id: hidden", "method: wald,", "method: wald, adjust: [sex],", "logistic", name="adjust"),
    _fault("analysis-unread", "id: hazards", "method: interval_cox,", "method: interval_cox, at: [week 12],", "methods that take it: turnbull", name="at"),
    _fault("analysis-kind", "id: incidence, label: C", "method: cumulative_incidence,", "method: cumulative_incidence, compared_from: week 8,", "endpoints that are interval; this one is time_to_event", name="compared from"),
    _fault("analysis-kind", "id: titre", "method: censored_normal,", "method: censored_normal, masked: missing,", "endpoints that are binary", name="masked"),
    _fault("imputed-not", "id: hidden", "method: wald,", "method: wald, missing: imputed,", "methods that impute: multiple_imputation"),
    _fault("imputed-always", "id: imputed", ", missing: imputed", ", missing: excluded", "says `missing: excluded`"),
    _fault("imputed-always", "id: imputed", ", missing: imputed", "", "Write `missing: imputed`", name="left out"),
    _fault("draws-missing", "id: imputed", ", draws: 20", "", "has no `draws`"),
    _fault("draws-missing", "id: imputed", ", seed: 1", "", "has no `seed`", name="seed"),
    _fault("tipping-failure", "id: hidden", "method: wald, masked: missing", "method: tipping_point, missing: excluded", "that is where it begins"),
    _fault("adjust-twice", "id: imputed", "adjust: [sex, centre", "adjust: [sex, sex", "stands twice among the covariates"),
    _fault("adjust-kind", "id: imputed", "adjust: [sex", "adjust: [low_shown_on", "is a date"),
    _fault("adjust-late", "id: imputed", "adjust: [sex", "adjust: [cold_since", "not known at allocation"),
    _fault("unknown-reference-close", "id: imputed", "adjust: [sex", "adjust: [calcum", "Did you mean `calcium`", name="covariate"),
    _fault("unknown-reference", "id: imputed", "adjust: [sex", "adjust: [zodiac", "among the variables", name="covariate"),
    _fault("unknown-reference-close", "id: turnbull", "at: [week 12]", "at: [week 13]", "Did you mean `week 12`", name="curve"),
    _fault("unknown-reference-close", "id: turnbull", "compared_from: week 8", "compared_from: week 9", "Did you mean `week", name="compared from"),
    _fault("visit-dayless", "id: turnbull", "at: [week 12]", "at: [screening]", "no day of its own"),
    _fault("visit-beyond", "id: turnbull", "reversion: relapse, visit: week 12", "reversion: relapse, visit: week 8", "the last visit that is looked at, week 8"),
    _fault("visit-beyond", "id: later", "landmarks: [week 4, week 8]", "landmarks: [week 12]", "Name an earlier visit", name="landmark"),
    _fault("category-empty", "id: hidden", "without: [ineligible]", 'without: [" "]', "has no name"),
    _fault("method-stratum", "id: hazards", "strategy: while_on_treatment}]\n    summary: hazard_ratio", "strategy: principal_stratum}]\n    summary: hazard_ratio", "to whom death would not happen"),
    _fault("competing-none", "id: incidence, label: C", "strategy: while_on_treatment}]\n    summary: cumulative_incidence", "strategy: hypothetical}]\n    summary: cumulative_incidence", "Nothing competes"),
    _fault("competing-censored", "id: turnbull", "strategy: hypothetical}]\n    summary: survival", "strategy: while_on_treatment}]\n    summary: survival", "(death) as if observation had merely ended"),
    _fault("association-kind", "id: later", "variable: vitamin_d, scale: log10, cuts", "variable: sex, scale: log10, cuts", "is code", also="association-uncollected"),
    Fault("association-uncollected", ENDPOINTS, "id: later", (*WIDER, (SCHEDULE, "day: 28, before: 7, after: 7, forms: [blood, since]", "day: 28, before: 7, after: 7, forms: [since]")), "later asks for vitamin_d at week 4"),
    _fault("cuts-wrong", "id: later", "cuts: [25, 50]", "cuts: [50, 25]", "are 50, 25"),
    _fault("cuts-wrong", "id: later", "cuts: [25, 50]", "cuts: [0, 25]", "above 0 on a logarithmic scale", name="zero"),
    _fault("landmarks-none", "id: later", "landmarks: [week 4, week 8]", "landmarks: []", "has no landmark"),
    _fault("proportion-wrong", "id: later", "until: week 12", "until: week 12, confidence: 1.5", "has to lie between 0 and 1", name="of an association"),
    _fault("unknown-reference", "id: later", "until: week 12", "until: the end", "among the visits", name="of an association"),
    _fault("bad-id", "id: la ter", "id: later", "id: la ter", "not a usable identifier", also="words-missing words-unknown words-unknown-close", name="association"),
)  # fmt: skip
