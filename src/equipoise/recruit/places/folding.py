"""One spelling for names that differ by case, accents, hyphens or an administrative ending."""

from __future__ import annotations

import re
import unicodedata

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# Letters that Unicode does not take apart into a letter and its accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
# A name is written with or without them: Xi'an, Xian; St. Louis, St Louis.
_DROPPED = re.compile("['’‘ʻʼ`´.]")
_SHORT = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
_ENDINGS = ("特别行政区", "自治区", "自治州", "自治县", "地区", "省", "市", "区", "县", "盟", "旗", "州")


def fold(text: str) -> str:
    """Return a name in its one spelling: words of letters and digits, each apart by a space."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(each for each in unicodedata.normalize("NFD", text) if unicodedata.category(each) != "Mn")
    text = _DROPPED.sub("", text.translate(_LETTERS))
    words = "".join(each if each.isalnum() else " " for each in text).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def stem(name: str) -> str:
    """Return a Chinese name without what it is a name of: 武汉市, 武汉; 荆州 stays, for 荆 alone is no name."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)]
    return name
