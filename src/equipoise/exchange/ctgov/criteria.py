"""The registry's one text of criteria as two lists, where it can be told apart; else it stays whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from equipoise.exchange.ctgov.texts import paragraphs

_LONGEST_HEADING = 120  # characters: beyond it a line with the word is a criterion
_BULLET = re.compile(
    r"(\s*)(?:[*•·‣▪■●○◦►➢✓o–—-](?=\s)|[•·‣▪■●○◦►➢✓]|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)](?=\s|[A-Z<>≥≤])"
    r"|[（(]\d{1,2}[）)]|\d{1,2}[、．])\s*(?=\S)"
)
# What a heading may carry around its word: marks of Markdown, a number, who is meant.
_DRESS = re.compile(r"^[\s*#_\-•=>]*(?:\(?(?:\d{1,2}|[A-Za-z]|[IVX]{1,4})[.)]\s+)?|[\s*_#=\-]*$")
_KIND = re.compile(
    r"(?P<out>\bnon[- ]?inclusion\b|\bexclu(?:sion|sions|ded|de|sionary|sive)\b|\binelig\w+|排除|剔除)"
    r"|(?P<into>\binclu(?:sion|sions|ded|sive)\b|入选|纳入|入组)",
    re.IGNORECASE,
)
# Words that a heading is made of. A line with any other verb in it speaks of somebody: "are excluded if pregnant".
_OF_HEADING = re.compile(
    r"(?:\b(?:key|main|major|general|principal|primary|specific|additional|other|basic|core|study|trial|patients?|"
    r"subjects?|participants?|volunteers?|adults?|children|infants?|women|men|mothers?|healthy|donors?|controls?|cases?|"
    r"caregivers?|parents?|recipients?|criteri\w*|selection|eligibility|requirements?|factors?|the|for|of|all|and|to|"
    r"non|must|meet|following|any|these|phase|part|cohort|group|arm|stage|period|will|be|are|if|they|who|with|from|in|"
    r"listed|below|include|includes?|including|but|not|limited|as|follows|abbreviated|summary|protocol|screening|"
    r"enrolment|enrollment|randomi[sz]ation|baseline|run-in|extension|cont(?:inued|'d)?)\b"
    r"|\b[a-h]\b|\d+|\b[ivx]+\b|标准|主要|关键|患者|受试者|符合|以下|任一|全部|者|的|项|条件)",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?:key |main |major |study |patient |subject )*(?:non[- ]?)?(?:inclusion|exclusion)s?(?: criteri\w+)?"
    r"|criteria (?:for|of) (?:non[- ]?)?(?:inclusion|exclusion)"
)
_HAN_PLAIN = re.compile(r"(?:主要|关键)?(?:入选|纳入|入组|排除)(?:标准)?")
_WITH_TEXT = re.compile(
    r"^[\s*#_]*(?:(?:key|main|major|general|study|patient|subject|participant)s?\s+){0,3}"
    r"(?:(?:non[- ]?)?inclusion|exclusion|入选|纳入|排除)(?:\s*criteri(?:a|on|um)|标准)?[*_]*\s?[:：]\s*[*_]*\s*(?=\S)",
    re.IGNORECASE,
)
# Everything in one line: a heading begins one of its own. Capitals, or a sentence that speaks of them would be cut.
_INSIDE = re.compile(
    r"(?<=[.;:,)\]。；])[ \t]+(?=(?:Key |Main |Major )?(?:Inclusion|INCLUSION|Exclusion|EXCLUSION|Non-inclusion)"
    r"[ ](?:Criteria|CRITERIA|criteria)\s?:)"
    r"|(?<=[。；;.])\s*(?=(?:入选|纳入|排除)标准\s?[：:])"
)
_ELIGIBILITY = re.compile(r"(?:eligibility|selection)(?: criteri\w+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Criteria:
    """The two lists; or `whole`, where nothing tells them apart."""

    inclusion: tuple[str, ...] = ()
    exclusion: tuple[str, ...] = ()
    whole: str = ""


@dataclass(slots=True)
class _List:
    """A list that is being read."""

    items: list[str] = field(default_factory=list)
    indent: int | None = None  # of its bullets, once one is seen
    open: bool = False  # whether a line without a bullet goes on with the last item

    def begin(self) -> None:
        """Begin below a heading."""
        self.indent, self.open = None, False

    def add(self, text: str, indent: int, *, bulleted: bool) -> None:
        """Take a line that stands at an indent."""
        deeper = self.indent is not None and indent >= self.indent + 2
        if bulleted and deeper:
            self.items[-1] += f"\n– {text}"
        elif not bulleted and self.items and (self.open or deeper):
            self.items[-1] += f" {text}"
        else:
            self.items.append(text)
            # Below a line without a bullet the next bullet says where the list's bullets stand.
            self.indent = None if not bulleted else indent if self.indent is None else min(self.indent, indent)
        self.open = True


def told_apart(text: str) -> Criteria:
    """Return the criteria of a registry's text."""
    clean = _INSIDE.sub("\n", paragraphs(text))
    lists = {"into": _List(), "out": _List()}
    now, headings = "into", set()
    for line in clean.split("\n"):
        if not line.strip():
            lists[now].open = False
            continue
        kind, rest = _heading(line)
        if kind:
            headings.add(kind)
            now = kind if kind in lists else now
            lists[now].begin()
        left = rest if kind else line
        bullet = _BULLET.match(left)
        said = " ".join((left[bullet.end() :] if bullet else left).split())
        if said and (bullet or not _says_eligibility(said, headings)):
            lists[now].add(said, len(left) - len(left.lstrip()), bulleted=bullet is not None)
    if not headings or "both" in headings:
        return Criteria(whole=clean.strip())
    return Criteria(tuple(lists["into"].items), tuple(lists["out"].items))


def _says_eligibility(line: str, headings: set[str]) -> bool:
    """Whether a line is the title above both lists."""
    return not headings and _ELIGIBILITY.fullmatch(line.strip(" :*#_")) is not None


def _heading(line: str) -> tuple[str, str]:
    """Return which list a line begins, and what of it belongs into that list; nothing if it begins none."""
    told = _WITH_TEXT.match(line)
    found = _KIND.search(line[: told.end()] if told else line[: _LONGEST_HEADING + 1])
    if found is None:
        return "", ""
    kind = "out" if found["out"] else "into"
    if told:
        return kind, line[told.end() :]
    bare = _DRESS.sub("", line).strip()
    ends = bare.rstrip(" ：:.")
    if len(bare) > _LONGEST_HEADING:
        return "", ""
    if len({each.lastgroup for each in _KIND.finditer(ends)}) == 2 and re.search(r"criteri|标准", ends, re.IGNORECASE):
        kind = "both"  # "Inclusion/exclusion criteria:" begins one list of both
    if _PLAIN.fullmatch(ends.lower()) or _HAN_PLAIN.fullmatch(ends):
        return kind, ""
    left = _OF_HEADING.sub("", _KIND.sub("", ends))
    has_colon = bare.rstrip("*_ ").endswith((":", "："))
    strange = [word for word in re.findall(r"\w+", left) if len(word) > 1]
    named = re.search(r"criteri|标准", ends, re.IGNORECASE) is not None
    # "Inclusion Criteria for Part B:" begins a list and says for whom; its words are kept in it.
    if (has_colon or named) and len(strange) <= (3 if has_colon and named else 0):
        return kind, f"{ends}:"
    return "", ""
