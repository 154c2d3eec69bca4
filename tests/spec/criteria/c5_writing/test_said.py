"""# A rule said back"""

from __future__ import annotations

from collections.abc import Callable

Said = Callable[[str, str, str], None]


def test_said(said: Said) -> None:
    """In both languages

    So that its author can see what was understood. The variables' labels come from the study.
    """
    said("18 <= age <= 60", "Age is between 18 and 60 years (both included).", "年龄在 18 至 60 years 之间（含两端）。")
    said("hbv_dna < 10", "HBV DNA is below 10 IU/mL.", "HBV DNA低于 10 IU/mL。")
    said('hbeag == "negative" and hbv_dna < 10',
         "HBeAg is negative and HBV DNA is below 10 IU/mL.", "HBeAg为阴性，且HBV DNA低于 10 IU/mL。")  # fmt: skip
    said("consent_date > first_documented_positive + 6 * months",
         "The day of consent is later than 6 months after the first documented positive.",
         "知情同意日晚于首次有记录阳性日之后 6 个月。")  # fmt: skip
    said("not any_of(hbsag >= 0.05)", "Never HBsAg is at least 0.05 IU/mL.", "从未出现HBsAg不低于 0.05 IU/mL。")
    said("bmi > 28", "BMI is above 28 kg/m².", "BMI高于 28 kg/m²。")
