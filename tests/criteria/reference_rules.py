"""The variables and the thirteen criteria of NCT07328711, as the reference study maps them to rules."""

from __future__ import annotations

from decimal import Decimal

from equipoise.criteria.facts import Codebook, Kind, VariableType
from equipoise.criteria.language import parse_rule
from equipoise.criteria.verdict import CriterionRule, Sort

_SIGN = ("negative", "positive")
_YES_NO = ("decompensated_cirrhosis", "severe_illness", "malignancy", "immunosuppressant_now",
           "ever_immunosuppressant", "other_liver_disease")  # fmt: skip
_DATES = ("birth_date", "consent_date", "first_documented_positive", "last_immunosuppressant")
_SEROLOGY = ("hbeag", "anti_hav_igm", "anti_hcv", "anti_hdv", "anti_hev_igm", "anti_hiv")

VARIABLES = (
    *(VariableType(name, Kind.DATE) for name in _DATES),
    VariableType("hbsag", Kind.LABORATORY, "IU/mL", limit=Decimal("0.05")),
    VariableType("hbv_dna", Kind.LABORATORY, "IU/mL"),
    VariableType("clearance_regimen", Kind.CODE, codes=("peginterferon", "nucleoside_analogue", "spontaneous")),
    *(VariableType(name, Kind.CODE, codes=_SIGN) for name in _SEROLOGY),
    *(VariableType(name, Kind.YES_NO) for name in _YES_NO),
    VariableType("weight", Kind.NUMBER, "kg"),
    VariableType("height", Kind.NUMBER, "cm"),
    VariableType("willing_and_compliant", Kind.JUDGEMENT),
    VariableType("otherwise_unsuitable", Kind.JUDGEMENT),
    VariableType("age", Kind.NUMBER, "years", rule="years_between(birth_date, consent_date)"),
    VariableType("bmi", Kind.NUMBER, "kg/m²", rule="weight / (height / 100) ** 2"),
)
CODEBOOK: Codebook = {variable.name: variable for variable in VARIABLES}

E5 = (
    '(known(immunosuppressant_now) or ever_immunosuppressant != "no") and immunosuppressant_now == "yes" '
    'or (known(last_immunosuppressant) or ever_immunosuppressant != "no") '
    "and last_immunosuppressant + 6 * months >= consent_date"
)
E5_CONTRADICTION = (
    'ever_immunosuppressant == "no" and (immunosuppressant_now == "yes" or known(last_immunosuppressant))'
)
RULES = {
    "I1": "18 <= age <= 60",
    "I2": "consent_date - first_documented_positive > 6 * months",
    "I3": 'hbsag < 0.05 and clearance_regimen == "peginterferon"',
    "I4": 'hbeag == "negative" and hbv_dna < 10',
    "I5": "willing_and_compliant",
    "E1": "decompensated_cirrhosis",
    "E2": 'clearance_regimen in ("spontaneous", "nucleoside_analogue")',
    "E3": " or ".join(f'{name} == "positive"' for name in _SEROLOGY[1:]),
    "E4": "severe_illness or malignancy",
    "E5": E5,
    "E6": "other_liver_disease",
    "E7": "bmi > 28",
    "E8": "otherwise_unsuitable",
}


def criteria() -> list[CriterionRule]:
    """Return the thirteen criteria, read."""
    return [
        CriterionRule(
            name,
            Sort.INCLUSION if name.startswith("I") else Sort.EXCLUSION,
            parse_rule(rule, CODEBOOK, needs=Kind.YES_NO),
            parse_rule(E5_CONTRADICTION, CODEBOOK, needs=Kind.YES_NO) if name == "E5" else None,
        )
        for name, rule in RULES.items()
    ]


ELIGIBLE = {
    "birth_date": "1985-06-17",
    "consent_date": "2026-03-02",
    "first_documented_positive": "2019-05",
    "hbsag": "<0.05",
    "hbv_dna": "<10",
    "clearance_regimen": "peginterferon",
    **dict.fromkeys(_SEROLOGY, "negative"),
    **dict.fromkeys(_YES_NO, "no"),
    "last_immunosuppressant": "",
    "weight": "80.92",
    "height": "170",
    "willing_and_compliant": "yes",
    "otherwise_unsuitable": "no",
}
