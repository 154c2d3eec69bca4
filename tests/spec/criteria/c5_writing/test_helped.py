"""# What would help"""

from __future__ import annotations

from collections.abc import Callable

Helped = Callable[..., None]


def test_undecided(helped: Helped) -> None:
    """What would settle it

    A rule that cannot be decided names for each thing that is missing what would settle it.
    """
    helped("hbv_dna < 10", {"hbv_dna": "<20"},
           ["Repeat hbv_dna at a laboratory whose limit is 10 IU/mL or lower (the result so far: <20 IU/mL)."])  # fmt: skip
    helped("hbv_dna < 10", {}, ["Ask for hbv_dna."])
    helped("hbv_dna < 10", {"hbv_dna": "unknown"}, ["Find out hbv_dna: it was asked and is not known."])
    helped("malignancy", {"malignancy": "no (stated)"},
           ["malignancy needs a document: so far the patient said so (no)."])  # fmt: skip
    helped("age >= 18", {"birth_date": "2008", "consent_date": "2026-03-02"},
           ["The full date is needed for birth_date (known so far: 2008)."])  # fmt: skip
    helped("otherwise_unsuitable", {}, ["The investigator must judge: otherwise_unsuitable."])


def test_unwanted(helped: Helped) -> None:
    """What would change it

    A criterion that fails says what would have to be otherwise.
    """
    helped("bmi > 28", {"weight": "81.8", "height": "170"}, ["bmi: a value ≤ 28 kg/m²"], wanted="false")
    helped("consent_date > first_documented_positive + 6 * months",
           {"first_documented_positive": "2026-01-31", "consent_date": "2026-03-02"},
           ["consent_date: a date later than 2026-07-31"], wanted="true")  # fmt: skip
    helped('hbeag == "negative"', {"hbeag": "positive"}, ["hbeag: negative"], wanted="true")
