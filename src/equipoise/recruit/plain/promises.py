"""Promises that no study may make to a patient, and the ways in which the same words are none."""

from __future__ import annotations

import re

from equipoise.recruit.plain.splitting import is_chinese

_WHO = r"(?:you|patients|people|everybody|everyone)"
_GOOD = r"(?:benefit|get better|get well|recover|feel better|live longer|be healed|be healthy)"
_ENGLISH = re.compile(
    r"\b(?:will|shall|can|does|is going to|are going to)\s+(?:\w+\s+){0,3}?"
    r"(?:cures?|heals?|saves?|protects?|prevents?|works?|make you (?:better|well|healthy))\b"
    r"|(?<!clinical )(?<!functional )(?<!complete )(?<!such a )\bcur(?:e|es|ed|ing)\b"
    r"|\bguarantee\w*|\bpromise[sd]?\b|\bmiracle\w*|\bbreakthrough\w*|\brevolutionary\b"
    r"|\b(?:completely|totally|perfectly|absolutely|entirely|100 ?%)\s+(?:safe|effective|harmless|painless)\b"
    r"|\bsafe(?:ly|r|st)?\b|\bharmless\b|\brisk[- ]free\b"
    r"|\b(?:no|without(?: any)?|free of|zero)\s+(?:risks?|side[- ]effects?|dangers?)\b"
    rf"|\b{_WHO} will (?:surely |certainly |definitely )?{_GOOD}\b"
    r"|\b(?:proven|proved) (?:to|that)\b|\bbest (?:treatment|therapy|medicine|cure|drug)\b"
    r"|\b(?:certainly|definitely|surely) (?:helps?|works?)\b",
    re.I,
)
_ENGLISH_OPEN = re.compile(
    r"\b(?:whether|how safe|how well|if .{0,40}\b(?:is|are)|nobody knows|no one knows|unknown|unclear"
    r"|not (?:yet )?(?:known|clear|sure|certain)|may not|might not|cannot (?:promise|guarantee)"
    r"|no (?:promise|guarantee)|not (?:a )?(?:cure|promise|guarantee))\b",
    re.I,
)
_CHINESE = re.compile(
    r"保证|包治|根治|确保|治好|痊愈|药到病除|百分之百|绝对|必定|奇迹|神奇|神药|突破性|疗效确切|证实有效"
    r"|肯定(?:有效|能|会|可以)|一定(?:有效|能|会|可以)"
    r"|(?:会|能|可以|能够|将|就)[^，。；、]{0,8}(?:治愈|康复)|(?<!临床)治愈"
    r"|安全(?!性|委员会|监查|监测|数据|措施)|无害|无风险|零风险|没有(?:任何)?(?:风险|副作用|危险)|无(?:任何)?副作用"
    r"|最好的(?:治疗|药|疗法)|最佳疗法|(?:您|患者|病人)(?:会|将|一定)[^，。]{0,4}(?:好转|受益|获益)"
)
_CHINESE_OPEN = re.compile(
    r"是否|能否|可否|有没有|能不能|会不会|是不是|没有人知道|尚不|还不|不清楚|不知道|未知|不能保证|不保证|无法保证"
    r"|并非|也可能(?:没|不)|不一定"
)


def promises_in(text: str, language: str) -> tuple[str, ...]:
    """Return the words of a sentence that promise something; what the sentence leaves open is no promise."""
    promise, left_open = (_CHINESE, _CHINESE_OPEN) if is_chinese(language) else (_ENGLISH, _ENGLISH_OPEN)
    found = []
    for match in promise.finditer(text):
        clause = _clause(text, match.start(), match.end())
        if not left_open.search(clause):
            found.append(match[0].strip())
    return tuple(found)


def _clause(text: str, start: int, end: int) -> str:
    """Return the clause that holds a promise: "Nobody knows it, but it is safe" leaves open only its first half."""
    before = max((text.rfind(mark, 0, start) for mark in ",;:，；：、—."), default=-1)
    but = max((text.lower().rfind(mark, 0, start) for mark in (" but ", "但", "不过", "然而")), default=-1)
    return text[max(before, but) + 1 : end + 12]
