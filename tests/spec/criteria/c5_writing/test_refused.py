"""# What is refused"""

from __future__ import annotations

from collections.abc import Callable

Refused = Callable[[str, int, str], None]


def test_names(refused: Refused) -> None:
    """Names that are not there"""
    refused("hbsagg < 0.05", 1, 'Did you mean "hbsag"?')
    refused('hbeag == "negativ"', 10, 'Did you mean "negative"?')
    refused("knwon(hbsag)", 1, 'Did you mean "known"?')


def test_kinds(refused: Refused) -> None:
    """Things that cannot be compared

    Numbers are compared with numbers, dates with dates, codes with codes.
    """
    refused("birth_date > 18", 1, "compares date with number")
    refused("consent_date - birth_date > 18", 1, "> 6 * months")
    refused("hbeag > 5", 1, "put in an order")
    refused("hbeag + 1 > 2", 1, "a number is needed to calculate with")
    refused("weight", 1, "a yes or no is needed here")
    refused("consent_date > 6 * months", 1, "compares date with duration")


def test_foreign(refused: Refused) -> None:
    """What is Python and not a rule

    Only what this manual shows is read; nothing else of Python is, and nothing is ever run.
    """
    refused("weight.__class__", 1, "which a variable does not have")
    refused("[x for x in weight]", 1, "not part of the rule language")
    refused("lambda: malignancy", 1, "not part of the rule language")
    refused("malignancy is None", 15, "known(…)")
    refused("malignancy == True", 15, '"yes" or "no"')
    refused('eval("1")', 1, "The functions are")


def test_size(refused: Refused) -> None:
    """What is too much

    The length, the nesting, the powers and the digits of a rule are limited, and the limit is checked first.
    """
    refused("weight ** 999 > 1", 11, "cannot be a power")
    refused("weight > 12345678901234567890", 10, "at most 15 digits")
    refused("consent_date + 2.5 * months > birth_date", 16, "how many months")


def test_several(refused: Refused) -> None:
    """Several at once

    All that is wrong with a rule is said at once, as far as one fault does not hide another.
    """
    refused('hbsagg < 1 and hbeag == "pos"', 1, "There is no variable")
    refused('hbsagg < 1 and hbeag == "pos"', 25, "is not a value of hbeag")
