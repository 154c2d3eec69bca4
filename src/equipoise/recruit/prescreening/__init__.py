"""A patient's own check: what is asked, what the answers come to, and what would change it."""

from equipoise.recruit.prescreening.answers import FIELD, Answers, read_answers
from equipoise.recruit.prescreening.outcome import Outcome, Verdict, outcome_of
from equipoise.recruit.prescreening.sheet import ListingSheet, Sheet, StudySheet

__all__ = [
    "FIELD",
    "Answers",
    "ListingSheet",
    "Outcome",
    "Sheet",
    "StudySheet",
    "Verdict",
    "outcome_of",
    "read_answers",
]
