"""Every number that a text says, in figures or in words, in English and in Chinese.

"Half", "50 %", "one in two", 一半 and 百分之五十 are one number; "a year and a half" and 一年半 too. A checker holds
what a draft says against what its source says, so that a number may change its clothes and not its size.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

SHARE = "share"
NAME = "name"  # figures inside a name: B12, a registry number
# Units, by how they are written; a number without one may be of any.
_UNITS: dict[str, str] = {
    "day": "days?|天|日", "week": "weeks?|周|星期", "month": "months?|个?月", "year": "years?|岁|周岁|年",
    "hour": "hours?|h|个?小时", "minute": "minutes?|min|分钟", "time": "times|次|回", "fold": "fold|倍",
    "mg": "mg|milligrams?|毫克", "g": "g|grams?|克", "kg": "kg|kilograms?|公斤|千克",
    "ug": "µg|μg|mcg|micrograms?|微克",
    "ml": "ml|millilitres?|毫升", "l": "l|litres?|升", "cm": "cm|厘米",
    "IU/mL": "IU/ml|国际单位/毫升", "mIU/mL": "mIU/ml",
    "IU": "IU|国际单位", "U/L": "U/L", "metre": "m|metres?|米", "km": "km|kilomet(?:re|er)s?|公里|千米",
}  # fmt: skip
_UNIT = "|".join(f"(?P<u{index}>{written})" for index, written in enumerate(_UNITS.values()))
_UNIT_AFTER = re.compile(rf"[\s\-]*(?:{_UNIT})(?![A-Za-z])", re.I)
_NAMES = tuple(_UNITS)
# One unit in another, where the calendar makes it exact.
_SAME = {"week": ("day", 7), "year": ("month", 12)}

_ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SIZES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_OTHERS = {"dozen": 12, "once": 1, "twice": 2, "thrice": 3, "double": 2, "doubled": 2,
           "doubles": 2, "triple": 3, "tripled": 3, "dozens": 12, "hundreds": 100,
           "thousands": 1_000, "millions": 1_000_000}  # fmt: skip
_PARTS = {"half": 2, "halves": 2, "halved": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5,
          "fifths": 5, "sixth": 6, "eighth": 8, "tenth": 10, "tenths": 10, "hundredth": 100}  # fmt: skip
_ONE = "|".join(sorted({*_ENGLISH, *_SIZES, *_OTHERS}, key=len, reverse=True))
_FIGURE = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NAMED = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[A-Za-z])(?:[A-Za-z]+-?)?[A-Za-z]*\d+[A-Za-z0-9]*(?![\w])")
_ATTACHED = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<count>{_FIGURE})(?P<unit>{_UNIT.replace('?P<u', '?P<w')})(?![A-Za-z0-9])", re.I
)
_COUNT = rf"(?:{_FIGURE}|(?:{_ONE})(?:(?:[\s-]+(?:and[\s-]+)?)(?:{_ONE}))*)"
_WORDED = re.compile(rf"(?<![A-Za-z\d.])(?:{_COUNT})(?![A-Za-z\d])", re.I)
_IN = re.compile(
    rf"(?<![A-Za-z\d.])(?P<few>{_COUNT})(?:\s+(?:or|to)\s+(?P<more>{_COUNT}))?\s+(?:(?:people|persons?|patients?|cases?)\s+)?"
    rf"(?:in|of|out\s+of|in\s+every|of\s+every)\s+(?:every\s+)?(?P<many>{_COUNT})(?![A-Za-z\d])",
    re.I,
)
_PART = re.compile(
    rf"(?<![A-Za-z])(?:(?P<whole>{_COUNT})\s+and\s+)?(?:(?P<top>an?|{_COUNT})[\s-]+)?"
    rf"(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True))})(?![A-Za-z])",
    re.I,
)
_YEAR_AND_HALF = re.compile(
    rf"\b(?P<count>an?|{_COUNT})\s+(?P<unit>{_UNIT.replace('?P<u', '?P<v')})\s+and\s+a\s+half\b", re.I
)
_SLASHED = re.compile(r"(?<![\d/])(\d{1,3})\s*/\s*(\d{1,3})(?![\d/])")
_PERCENT = re.compile(rf"(?P<count>{_COUNT})\s*(?:%|per\s?cent\b|percent\b)", re.I)

_HAN = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_GREAT = {"万": 10_000, "亿": 100_000_000}
_DIGIT = "[零〇一二两三四五六七八九十百千万亿]"
# Where these characters count nothing.
_NO_COUNT = re.compile(
    "第[一二三四五六七八九十]+|十分(?!之|钟)|(?<![零一二两三四五六七八九十百千])万一(?![十百千万亿])|千万(?=不|别|要)|一点(?![零一二三四五六七八九])|一(?:些|样|般|起|直|定|旦|切|致|下|同|并|律|边|方面|部分|种|个|项|名|位"
    "|家|组|段|旁|时|共|来|再|路|向|经|如|度)|唯一|统一|同一|之一(?!样)|万(?=物|能)|百(?=姓)|四肢|五官|三角|六神|七上八下|不三不四|二手|任一|每一|另一|单一|进一步|周一|星期[一二三四五六]"
)
_HAN_FIGURE = rf"(?:{_FIGURE}|{_DIGIT}+(?:点[零〇一二三四五六七八九]+)?)"
_HAN_PERCENT = re.compile(rf"百分之(?P<count>{_HAN_FIGURE})")
_HAN_PART = re.compile(rf"(?P<many>{_HAN_FIGURE})分之(?P<few>{_HAN_FIGURE})")
_HAN_IN = re.compile(
    rf"(?:每)?(?P<many>{_HAN_FIGURE})(?:个人|名患者|人|名|例|个)?(?:中|里|之中|当中)(?:就|约|大约)?有(?:大约|约)?"
    rf"(?P<few>{_HAN_FIGURE})(?:(?:到|至|或)(?P<more>{_HAN_FIGURE}))?"
)
_HAN_TENTHS = re.compile(rf"(?P<count>{_DIGIT})成(?:半)?(?=[的人患以左上，。、])")
_HAN_HALF_MORE = re.compile(rf"(?P<count>{_HAN_FIGURE})(?P<unit>个?月|年|小时|天|周|倍)半")
_HAN_HALF_OF = re.compile(r"半(?P<unit>年|个?月|小时|天)")
_HAN_HALF = re.compile(r"一半|各半|半数|减半|对半|半")
_HAN_COUNT = re.compile(_HAN_FIGURE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a text means it: its value, its unit or "", and the words that say it."""

    value: Fraction
    unit: str
    said: str
    name: str = ""

    def matches(self, other: Number) -> bool:
        """Whether another number says the same: the same size, and no other unit."""
        if NAME in (self.unit, other.unit):
            return self.unit == other.unit and self.name == other.name
        mine, theirs = _exact(self), _exact(other)
        if mine[1] == theirs[1]:
            return mine[0] == theirs[0]
        return self.value == other.value and "" in (self.unit, other.unit)


def _exact(number: Number) -> tuple[Fraction, str]:
    unit, times = _SAME.get(number.unit, (number.unit, 1))
    return number.value * times, unit


def numbers_in(text: str) -> tuple[Number, ...]:
    """Return every number of a text, in whichever of the two languages each is said."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2011", "-")
    # "20mg" is a number with its unit, not a name such as B12.
    return _Reader(_ATTACHED.sub(lambda match: f"{match['count']} {match['unit']}", plain)).numbers()


class _Reader:
    """Reads the numbers of one text; what has been read is blanked, so that it is read once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Number] = []

    def numbers(self) -> tuple[Number, ...]:
        self._names()
        self._chinese_shares()
        self._english_shares()
        self._chinese_counts()
        self._english_counts()
        return tuple(self.found)

    def _take(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        found = list(pattern.finditer(self.text))
        for match in found:
            self.text = self.text[: match.start()] + "\x00" * len(match[0]) + self.text[match.end() :]
        return found

    def _add(self, value: Fraction | int, unit: str, said: str, name: str = "") -> None:
        self.found.append(Number(Fraction(value), unit, said.strip(), name))

    def _names(self) -> None:
        for match in self._take(_NAMED):
            self._add(0, NAME, match[0], match[0].upper().replace("-", ""))

    def _chinese_shares(self) -> None:
        for match in self._take(_HAN_PERCENT):
            self._add(_value(match["count"]) / 100, SHARE, match[0])
        for pattern in (_HAN_PART, _HAN_IN):
            for match in self._take(pattern):
                for few in filter(None, (match["few"], match.groupdict().get("more"))):
                    self._share(_value(few), _value(match["many"]), match[0])
        self._take(_NO_COUNT_BUT_HALF)
        for match in self._take(_HAN_TENTHS):
            self._add(_value(match["count"]) / 10, SHARE, match[0])
        for match in self._take(_HAN_HALF_MORE):
            self._add(_value(match["count"]) + Fraction(1, 2), _unit(match["unit"]), match[0])
        for match in self._take(_HAN_HALF_OF):
            self._add(Fraction(1, 2), _unit(match["unit"]), match[0])
        for match in self._take(_HAN_HALF):
            self._add(Fraction(1, 2), SHARE, match[0])

    def _english_shares(self) -> None:
        for match in self._take(_PERCENT):
            self._add(_value(match["count"]) / 100, SHARE, match[0])
        for match in self._take(_YEAR_AND_HALF):
            self._add(_value(match["count"]) + Fraction(1, 2), _unit(match["unit"]), match[0])
        for match in self._take(_IN):
            for few in filter(None, (match["few"], match["more"])):
                self._share(_value(few), _value(match["many"]), match[0])
        for match in self._take(_SLASHED):
            self._share(Fraction(match[1]), Fraction(match[2]), match[0])
        for match in list(_PART.finditer(self.text)):
            self._part(match)

    def _part(self, match: re.Match[str]) -> None:
        """Read "a third", "two thirds", "half", "half a year", "two and a half weeks"; "the third visit" is none."""
        word, top = match["part"].lower(), match["top"]
        if _PARTS[word] != 2 and not top:
            return
        self.text = self.text[: match.start()] + "\x00" * len(match[0]) + self.text[match.end() :]
        value = _value(top or "a") / _PARTS[word]
        after = re.sub(r"^\s+(?:of\s+)?an?\b", "", self.text[match.end() :])
        unit = _UNIT_AFTER.match(after)
        if match["whole"]:
            self._add(_value(match["whole"]) + value, _unit_of(unit), match[0])
        else:
            self._add(value, _unit_of(unit) or SHARE, match[0])

    def _share(self, few: Fraction, many: Fraction, said: str) -> None:
        if many and few <= many:
            self._add(few / many, SHARE, said)
        else:
            self._add(few, "", said)
            self._add(many, "", said)

    def _chinese_counts(self) -> None:
        for match in self._take(re.compile(_DIGIT + "+(?:点[零〇一二三四五六七八九]+)?")):
            after = _UNIT_AFTER.match(self.text, match.end())
            if match[0] == "一" and after is None:
                continue  # 一 alone counts nothing that could be wrong
            self._add(_value(match[0]), _unit_of(after), match[0] + (after[0] if after else ""))

    def _english_counts(self) -> None:
        for match in self._take(_WORDED):
            after = _UNIT_AFTER.match(self.text, match.end())
            word = match[0].lower()
            if word == "one" and after is None:
                continue  # "one of the groups", "no one"
            if word in ("once", "twice", "thrice"):
                self._add(_value(word), "time", word)
                continue
            self._add(_value(match[0]), _unit_of(after), match[0] + (after[0] if after else ""))


_NO_COUNT_BUT_HALF = re.compile(rf"(?!一半)(?:{_NO_COUNT.pattern})")


def _unit_of(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    return next((name for index, name in enumerate(_NAMES) if match[f"u{index}"]), "")


def _unit(text: str) -> str:
    return _unit_of(_UNIT_AFTER.match(text))


def _value(text: str) -> Fraction:
    """Return what a figure or a number in words is worth."""
    plain = text.strip().lower().replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return Fraction("".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in plain))
    if plain in ("a", "an"):
        return Fraction(1)
    if re.search(r"[a-z]", plain):
        return Fraction(_english(re.findall(r"[a-z]+|\d+(?:\.\d+)?", plain)))
    return _chinese(plain)


def _english(words: list[str]) -> int:
    total = group = 0
    for word in words:
        if word in _SIZES:
            group = max(group, 1) * _SIZES[word]
            if _SIZES[word] > 100:
                total, group = total + group, 0
        else:
            group += _ENGLISH.get(word, _OTHERS.get(word, 0))
    return total + group


def _chinese(text: str) -> Fraction:
    whole, _, decimals = text.partition("点")
    value = Fraction(_whole(whole))
    for place, digit in enumerate(decimals, 1):
        value += Fraction(_HAN[digit], 10**place)
    return value


def _whole(text: str) -> int:
    if len(text) > 1 and all(character in _HAN for character in text):
        return int("".join(str(_HAN[character]) for character in text))  # 二〇二六
    total = group = digit = 0
    for character in text:
        if character in _HAN:
            digit = _HAN[character]
        elif character in _TENS:
            group, digit = group + (digit or 1) * _TENS[character], 0
        else:
            total, group, digit = (total + max(group + digit, 1)) * _GREAT[character], 0, 0
    return total + group + digit
