"""A laboratory result in the words and units in which it is printed, and why some of them cannot be used.

An index (S/CO, COI) has no unit of its own and differs from maker to maker; copies and international units differ by
the assay; a logarithm and a word such as "negative" do not say the number. None of them is turned into a number here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from equipoise.core.decimals import plain
from equipoise.core.problem import Problem
from equipoise.core.quantity import Comparator, Quantity, parse_quantity
from equipoise.core.units import factor
from equipoise.criteria.facts import VariableType, converted
from equipoise.recruit.prescreening.days import shortened

# Longer names first, so that "mIU/mL" is not read as "IU/mL".
_UNIT = re.compile(
    r"(?<![A-Za-z])(?P<unit>(?P<log>log\s*_?(?:10)?\s*(?:[kmμµu]?IU|copies|cps|拷贝)?\s*(?:/\s*mL)?)"
    r"|(?P<copies>(?:copies|copy|cps|cp|拷贝(?:数)?)\s*(?:/\s*(?:mL|毫升))?)"
    r"|(?P<index>S\s*/\s*CO|S\s*/\s*C(?:\.O\.|O)?|S\s*/\s*N|COI|C\.O\.I\.?|Index|INH%|PEIU/mL|NCU/mL|发光值|OD值?)"
    r"|[kmμµun]?IU\s*/\s*(?:mL|L|dL|毫升)|[kmμµun]?U\s*/\s*(?:mL|L)|[mμµunp]?mol\s*/\s*L|[mμµunp]?g\s*/\s*(?:mL|dL|L)"
    r"|国际单位\s*/\s*(?:毫升|mL)|(?:[x×*]?\s*)?10\s*\^?\s*9\s*/\s*L)(?![A-Za-z])",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"(?P<sign><=|>=|≤|≥|<|>|小于|大于|低于|高于|不超过|less than|below|greater than|above|over)?\s*"
    r"(?<![\w.^])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?P<power>\s*[x×*]\s*10\s*\^?\s*[+-]?\d{1,2}|\s*[eE]\s*[+-]?\d{1,3}(?![\d.A-Za-z]))?(?![\d.])",
    re.IGNORECASE,
)
_SIGNS = {
    "小于": "<", "低于": "<", "less than": "<", "below": "<", "大于": ">", "高于": ">", "greater than": ">",
    "above": ">", "over": ">", "不超过": "<=",
}  # fmt: skip
NOT_DETECTED = re.compile(
    r"target\s+not\s+detected|not\s+detect(?:ed|able)|undetect(?:ed|able)|no\s+target\s+detected|\bTND\b|\bND\b|未检出|未检测到|检测不到"
    r"|未测出|低于(?:最低)?检[测出](?:下)?限|<\s*(?:L?LOD|最低检测限|检测下限|检出限|检测限)",
    re.IGNORECASE,
)
# Below what the laboratory can count is not "not detected"; without the limit it says nothing.
UNCOUNTED = re.compile(
    r"<\s*(?:L?LOQ|定量下限)|低于定量(?:检测)?下限|below\s+(?:the\s+)?(?:lower\s+)?limit\s+of\s+quantification|detected,?\s+not\s+quantifi(?:ed|able)",
    re.IGNORECASE,
)
STATED_LIMIT = re.compile(
    r"(?:最低检测限|检测下限|检出限|检测限|定量下限|下限|L?LOD|L?LOQ|lower\s+limit(?:\s+of\s+\w+)?|limit\s+of\s+\w+|detection\s+limit|limit)"
    r"\s*(?:为|是|is|of|[:：=(（])?\s*<?\s*(?P<limit>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class UnitWritten:
    """A unit as it is printed: what sort it is (`unit`, `index`, `copies`, `log`), its words, and where it ends."""

    sort: str
    words: str
    end: int


def unit_in(text: str, start: int = 0) -> UnitWritten | None:
    """Return the first unit that is printed at or after a place."""
    found = _UNIT.search(text, start)
    if found is None:
        return None
    sort = next((name for name in ("log", "copies", "index") if found[name]), "unit")
    words = re.sub(r"\s+", "", found["unit"]) if sort == "unit" else found["unit"].strip()
    return UnitWritten(sort, words, found.end())


def tidy_unit(words: str) -> str:
    """Return a unit as it is written here: IU/mL, mIU/mL, U/L."""
    spelled = re.sub(r"国际单位", "IU", words).replace("毫升", "mL")
    spelled = re.sub(r"(?i)iu", "IU", spelled)
    spelled = re.sub(r"(?i)/\s*ml$", "/mL", spelled)
    spelled = re.sub(r"(?i)/\s*l$", "/L", spelled)
    spelled = re.sub(r"^K(?=IU)", "k", spelled)
    return re.sub(r"^M(?=IU)", "m", spelled)


def number_in(found: re.Match[str]) -> str:
    """Return a number as it is read: "<1.0E+01", with its sign."""
    sign = (found["sign"] or "").lower()
    power = re.sub(r"\s", "", found["power"] or "")
    power = re.sub(r"^[x×*]10\^?", "E", power)
    return f"{_SIGNS.get(sign, sign)}{found['number'].replace(',', '')}{power}"


def read_result(text: str, variable: VariableType) -> Quantity | Problem:
    """Read a result that somebody typed: with its unit or without (then it is the codebook's), "not detected" too."""
    stated = STATED_LIMIT.search(text)
    unit = unit_in(text)
    if UNCOUNTED.search(text) or NOT_DETECTED.search(text):
        if stated is not None:
            return in_unit(f"<{stated['limit']}", unit, variable)
        if UNCOUNTED.search(text) or variable.limit is None:
            return Problem("recruit.prescreening.limit-not-printed", {"unit": variable.unit or "1"})
        return Quantity(Comparator.LESS, variable.limit, variable.unit, variable.limit)
    found = NUMBER.search(text)
    rest = f"{text[: found.start()]}{text[found.end() :]}" if found is not None else text
    if unit is not None:
        rest = _UNIT.sub("", rest, count=1)
    if found is None or rest.strip(" =:：()（）"):
        code = "result-only-a-word" if found is None and WORD.search(text) else "result-not-read"
        return Problem(f"recruit.prescreening.{code}", {"text": shortened(text), "unit": variable.unit or "1"})
    return in_unit(number_in(found), unit, variable)


def in_unit(number: str, unit: UnitWritten | None, variable: VariableType) -> Quantity | Problem:
    """Return a number in the codebook's unit, or why it cannot be used."""
    wanted = variable.unit or ""
    if unit is not None and unit.sort != "unit":
        code = {"index": "an-index", "copies": "copies", "log": "a-logarithm"}[unit.sort]
        if not (unit.sort == "copies" and factor(unit.words, wanted or "1") is not None):
            return Problem(f"recruit.prescreening.{code}", {"unit": unit.words, "wanted": wanted or "1"})
    read = parse_quantity(number, unit=variable.unit, limit=variable.limit)
    if isinstance(read, Problem) or read.value is None:
        return Problem("recruit.prescreening.result-not-read", {"text": shortened(number), "unit": wanted or "1"})
    if unit is None:
        return read
    value: Decimal | Problem = converted(read.value, tidy_unit(unit.words), variable.unit)
    if isinstance(value, Problem):
        params = {"unit": tidy_unit(unit.words), "wanted": wanted or "1"}
        return Problem("recruit.prescreening.another-unit", params)
    return read.with_value(value, variable.unit)


NEGATIVE = re.compile(
    r"阴性|无反应性?|非反应性|\bnegative\b|\bneg\b\.?|\bnon-?\s?reactive\b|[(\[]\s*[-—–]\s*[)\]]|(?<=\s)[-—–](?=\s|$)",
    re.IGNORECASE,
)
POSITIVE = re.compile(
    r"阳性|(?<!无)(?<!非)反应性|\bpositive\b|\bpos\b\.?|(?<!non-)(?<!non )(?<!non)\breactive\b|[(\[]\s*\++\s*[)\]]"
    r"|(?<=\s)\++(?=\s|$)",
    re.IGNORECASE,
)
DOUBTFUL = re.compile(
    r"弱阳性?|可疑|灰区|临界|不确定|待复[查检]|±|[(\[]?\s*\+\s*/\s*-|\b(?:borderline|equivocal|indeterminate|grey\s?zone|gray\s?zone|weak(?:ly)?\s+(?:positive|reactive))\b",
    re.IGNORECASE,
)
WORD = re.compile(f"{NEGATIVE.pattern}|{POSITIVE.pattern}|{DOUBTFUL.pattern}", re.IGNORECASE)


def read_word(text: str) -> str | Problem | None:
    """Return "negative" or "positive", whichever stands first; a problem if doubtful; None if there is no word."""
    if DOUBTFUL.search(text):
        return Problem("recruit.prescreening.doubtful", {"text": shortened(text.strip())})
    at = {
        word: found.start()
        for word, found in (("negative", NEGATIVE.search(text)), ("positive", POSITIVE.search(text)))
        if found is not None
    }
    return min(at, key=at.__getitem__) if at else None


def result_text(number: str, unit: UnitWritten | None) -> str:
    """Return a result as it travels on: "<10 IU/mL"."""
    read = parse_quantity(number)
    shown = number if isinstance(read, Problem) or read.value is None else _with_sign(read)
    return f"{shown} {tidy_unit(unit.words)}" if unit is not None else shown


def _with_sign(read: Quantity) -> str:
    sign = "" if read.comparator is Comparator.EQUAL else read.comparator.value
    return f"{sign}{plain(read.value) if read.value is not None else ''}"
